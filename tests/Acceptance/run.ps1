<#
.SYNOPSIS
Runs the specifications of this folder in the PowerShell that runs this script.

.PARAMETER ResultPath
A file to write the counts and the skipped tests to, as JSON.

.PARAMETER Path
The specifications to run; all of this folder by default.
#>
[CmdletBinding()]
param(
    [string] $ResultPath,

    [string[]] $Path = $PSScriptRoot
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/bin/Pester/Pester.psd1" -MinimumVersion 6.0.0

# A user's own settings and servers take no part. The folder exists: without one, .NET has no place for settings, and NuGet
# takes the current folder.
$env:XDG_CONFIG_HOME = Join-Path ([System.IO.Path]::GetTempPath()) "pacsnm-acceptance-$([guid]::NewGuid())"
[void] (New-Item -ItemType Directory -Path $env:XDG_CONFIG_HOME)
$env:PACSNM_SERVER = $null
try {
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    Remove-Item -LiteralPath $env:XDG_CONFIG_HOME -Recurse -Force -ErrorAction Ignore
}

if ($ResultPath) {
    $named = { [pscustomobject]@{ Name = "$($_.ExpandedPath)$($_.Item)"; Message = $_.ErrorRecord -join "`n" } }
    [pscustomobject]@{
        Passed  = $result.PassedCount
        Failed  = @(@($result.Failed) + $result.FailedBlocks + $result.FailedContainers | Where-Object { $_ } | ForEach-Object $named)
        Skipped = @($result.Skipped | ForEach-Object $named)
        IsWhole = $result.Result -eq 'Passed' -and $result.PassedCount -gt 0
    } | ConvertTo-Json -Depth 3 | Set-Content -LiteralPath $ResultPath
}
exit [int] ($result.Result -ne 'Passed')
