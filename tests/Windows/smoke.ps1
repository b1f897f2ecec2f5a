<#
.SYNOPSIS
Runs the module in the Windows build of PowerShell. build.ps1 -Task TestWindows starts it.

.DESCRIPTION
Writes a line per check, "ok  <name>" or "FAIL <name>: <why>", and in the end how many there were.

.PARAMETER Manifest
The module's manifest.

.PARAMETER Shared
The folder that practice.ps1 wrote to: ports.json, and the files for the checks.

.PARAMETER GetScu
The folder of getscu.exe.

.PARAMETER Name
Runs the checks with such names alone.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Manifest,

    [Parameter(Mandatory)]
    [string] $Shared,

    [Parameter(Mandatory)]
    [string] $GetScu,

    [string] $Name = '*'
)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$PSStyle.OutputRendering = 'PlainText'
$ports = Get-Content -LiteralPath (Join-Path $Shared 'ports.json') -Raw | ConvertFrom-Json
$work = Join-Path 'C:\smoke' ([guid]::NewGuid().ToString('N').Substring(0, 8))
$plainPath = $env:PATH
$script:passed = 0
$script:failed = 0

. (Join-Path $PSScriptRoot 'smoke/Tools.ps1')
[void] (New-Item -ItemType Directory -Path $work)
Test-That 'the module can be imported' {
    Import-Module $Manifest
    Assert-Equal 'Win32NT' $PSVersionTable.Platform
    Assert-Equal 23 (Get-Command -Module PacsNm).Count
}
$linux = "PRACTICE@127.0.0.1:$($ports.Plain)"
$slow = "PRACTICE@127.0.0.1:$($ports.Slow)"
$inside = Start-PacsSimulator
foreach ($file in Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'smoke') -Filter '*.checks.ps1' | Sort-Object Name) {
    . $file.FullName
}
Test-That 'a practice PACS inside can be stopped' {
    Stop-PacsSimulator -Server $inside
    Assert-False (Test-PacsConnection -Server $inside -Quiet)
}
"$($script:passed) checks passed, $($script:failed) failed"
exit [int] ($script:failed -gt 0)
