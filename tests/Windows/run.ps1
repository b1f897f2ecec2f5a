<#
.SYNOPSIS
Runs what Windows users run, on Linux: the module in the Windows build of PowerShell under wine, and the net472 build under mono.

.DESCRIPTION
build.ps1 -Task TestWindows builds the module, installs wine and mono, and calls this script. It makes a wine prefix and publishes the
programs, both below tests/Windows/bin, where the next run takes them as they are. Remove that folder to begin anew.

.PARAMETER Configuration
What to publish: Release or Debug.

.PARAMETER Name
Runs the checks of the smoke test with such names alone, and nothing else.
#>
[CmdletBinding()]
param(
    [string] $Configuration = 'Release',

    [string] $Name = '*'
)

$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'Peers.ps1')
. (Join-Path $PSScriptRoot 'Wine.ps1')
$root = Resolve-Path (Join-Path $PSScriptRoot '../..')
$bin = Join-Path $PSScriptRoot 'bin'

# Into folders of their own, so that the ordinary outputs stay as they are.
function Invoke-DotnetHere {
    [CmdletBinding()]
    param([string] $Command, [string] $Project, [string] $Folder, [string[]] $Option = @())

    & dotnet $Command (Join-Path $root $Project) --configuration $Configuration --artifacts-path (Join-Path $bin 'artifacts') `
        --output (Join-Path $bin $Folder) -maxcpucount:1 -verbosity:quiet -clp:ErrorsOnly @Option
    if ($LASTEXITCODE -ne 0) { throw "dotnet $Command $Project ended with $LASTEXITCODE." }
}

function Publish-Program {
    [CmdletBinding()]
    param([string] $Project, [string] $Folder, [string[]] $Option = @())

    Invoke-DotnetHere publish $Project $Folder (@('--runtime', 'win-x64', '--self-contained') + $Option)
}

# CliWrap is built for netstandard. mono's assembly for that is one file of a large package, which is not installed for it.
function Copy-NetStandard {
    [CmdletBinding()]
    param([string] $Folder)

    $name = 'netstandard.dll'
    $cached = Join-Path $bin "mono/usr/lib/mono/4.5/Facades/$name"
    if (-not (Test-Path -LiteralPath $cached)) {
        $download = New-Item -ItemType Directory -Path (Join-Path $bin 'mono') -Force
        Push-Location -LiteralPath $download
        try {
            & apt-get download -qq mono-devel 2>&1 | Out-Null
            & dpkg-deb -x (Get-Item mono-devel_*.deb).FullName .
            Remove-Item mono-devel_*.deb
        }
        finally { Pop-Location }
    }
    Copy-Item -LiteralPath $cached -Destination $Folder
}

# A process of ours, and all that it started.
function Stop-Started {
    [CmdletBinding(SupportsShouldProcess)]
    param([System.Diagnostics.Process[]] $Process)

    foreach ($one in $Process | Where-Object { $_ -and -not $_.HasExited }) {
        if ($PSCmdlet.ShouldProcess("$($one.Id)")) { $one.Kill($true) }
    }
}

function Write-Step {
    [CmdletBinding()]
    param([string] $What)

    Write-Host "[$([int] $clock.Elapsed.TotalSeconds) s] $What"
}

# Every part says in its last line how many checks passed. Silence is a failure: a program can end early with exit code 0.
function Read-ClosingLine {
    [CmdletBinding()]
    param([string[]] $Lines, [int] $ExitCode, [string] $Part)

    $closing = $Lines | Select-String -Pattern '^(\d+) checks passed, (\d+) failed$|Total: (\d+), Errors: (\d+), Failed: (\d+)' |
        Select-Object -Last 1
    if (-not $closing) {
        Write-Host "$Part did not come to its end (exit code $ExitCode)."
        return [pscustomobject]@{ Part = $Part; Passed = 0; Failed = 1 }
    }
    $groups = $closing.Matches[0].Groups
    $counts = if ($groups[1].Success) { [int] $groups[1].Value, [int] $groups[2].Value }
        else {
            $failed = [int] $groups[4].Value + [int] $groups[5].Value
            ([int] $groups[3].Value - $failed), $failed
        }
    if ($counts[1] -eq 0 -and ($ExitCode -ne 0 -or $counts[0] -eq 0)) { $counts[1] = 1 }
    [pscustomobject]@{ Part = $Part; Passed = $counts[0]; Failed = $counts[1] }
}

$clock = [System.Diagnostics.Stopwatch]::StartNew()
Write-Step 'wine prefix'
Initialize-WinePrefix -Folder (Join-Path $bin 'prefix')
Write-Step 'publish'
Publish-Program -Project tests/Windows/Host -Folder host
Publish-Program -Project tests/Windows/GetScu -Folder getscu
if ($Name -eq '*') {
    # The ordinary build has analysed it.
    Publish-Program -Project tests/PacsNm.Dicom.Tests -Folder dicom-tests -Option '-p:RunAnalyzers=false'
    Invoke-DotnetHere build tests/Windows/DesktopCheck desktop
    Copy-NetStandard -Folder (Join-Path $bin 'desktop')
}

$shared = Join-Path ([System.IO.Path]::GetTempPath()) "pacsnm-windows-$([guid]::NewGuid())"
[void] (New-Item -ItemType Directory -Path $shared)
$started = [System.Collections.Generic.List[System.Diagnostics.Process]]::new()
$runs = @()
try {
    Write-Step 'practice PACS'
    $script = Join-Path $PSScriptRoot 'practice.ps1'
    $started.Add([System.Diagnostics.Process]::Start(
        'dotnet', [string[]] @((Join-Path $PSHOME 'pwsh.dll'), '-NoLogo', '-NoProfile', '-File', $script, '-Folder', $shared)))
    $ports = Join-Path $shared 'ports.json'
    while (-not (Test-Path -LiteralPath $ports)) {
        if ($started[0].HasExited -or $clock.Elapsed.TotalMinutes -gt 10) { throw 'The practice PACS did not start.' }
        Start-Sleep -Milliseconds 50
    }

    Write-Step 'smoke test in the Windows build of PowerShell'
    Add-WinePath -Drive (New-Item -ItemType Directory -Path (Join-Path $shared 'drive'))
    $arguments = @(
        (Join-Path $bin 'host/PacsNm.WindowsHost.exe'), '-NoLogo', '-NoProfile', '-ExecutionPolicy', 'Bypass'
        '-File', (ConvertTo-WinePath (Join-Path $PSScriptRoot 'smoke.ps1')), '-Manifest', (ConvertTo-WinePath (Join-Path $root 'PacsNm.psd1'))
        '-Shared', (ConvertTo-WinePath $shared), '-GetScu', (ConvertTo-WinePath (Join-Path $bin 'getscu')), '-Name', $Name
    )
    $lines = @(Invoke-Wine -ArgumentList $arguments -Seconds 300)
    $lines | Out-Host
    $runs += Read-ClosingLine -Lines $lines -ExitCode $LASTEXITCODE -Part 'Smoke test'

    if ($Name -eq '*') {
        Write-Step 'PacsNm.Dicom.Tests, built for Windows'
        # README.md says why these are left out.
        $lines = @(Invoke-Wine -Seconds 120 -ArgumentList @(
            (Join-Path $bin 'dicom-tests/PacsNm.Dicom.Tests.exe'), '-parallel', 'none', '-noColor'
            '-class-', 'PacsNm.Dicom.Tests.AllocationTests'))
        $lines | Where-Object { $_ -notmatch '^\s+at ' } | Out-Host
        $runs += Read-ClosingLine -Lines $lines -ExitCode $LASTEXITCODE -Part 'PacsNm.Dicom.Tests'

        Write-Step 'net472 build under mono'
        $given = Get-Content -LiteralPath $ports -Raw | ConvertFrom-Json
        $data = Join-Path $shared 'data'
        $folders = 'dcmqrscp', 'Orthanc', 'desktop' | ForEach-Object { New-Item -ItemType Directory -Path (Join-Path $shared $_) }
        $dcmqrscp, $orthanc = (Get-FreePort), (Get-FreePort)
        $started.Add((Start-Dcmqrscp -Folder $folders[0] -Port $dcmqrscp -Data $data))
        $started.Add((Start-Orthanc -Folder $folders[1] -Port $orthanc -Data $data))
        $env:XDG_CONFIG_HOME = Join-Path $shared 'settings'
        try {
            $lines = @(& timeout 120 mono (Join-Path $bin 'desktop/PacsNm.DesktopCheck.exe') $folders[2] (Join-Path $root 'bin/net472/isolated') `
                "dcmqrscp=DCMQRSCP@127.0.0.1:$dcmqrscp" "Orthanc=ORTHANC@127.0.0.1:$orthanc" `
                "practice PACS on Linux=PRACTICE@127.0.0.1:$($given.Plain)" "TLS=PRACTICE@127.0.0.1:$($given.Tls),tls" 2>&1)
        }
        finally { $env:XDG_CONFIG_HOME = $null }
        $lines | Out-Host
        $runs += Read-ClosingLine -Lines $lines -ExitCode $LASTEXITCODE -Part 'net472 under mono'
    }
}
finally {
    Stop-Started -Process $started
    Stop-Wine
    Remove-Item -LiteralPath $shared -Recurse -Force -ErrorAction Ignore
}

Write-Step 'end'
$runs | ForEach-Object { "$($_.Part): $($_.Passed) passed, $($_.Failed) failed" }
exit [int] [bool] ($runs | Where-Object Failed)
