<#
.SYNOPSIS
Builds, tests, demonstrates or packages PacsNm.

.DESCRIPTION
Needs the .NET SDK and the tools of .config/dotnet-tools.json: run "dotnet tool restore" once, then
"dotnet pwsh ./build.ps1".

Build     builds the module in place, beside its manifest.
Demo      builds, then shows the whole way on a practice PACS.
TestWindows
          runs what Windows users run, on Debian or Ubuntu: installs wine and mono where it may, builds, and runs
          tests/Windows/run.ps1. tests/Windows/README.md says what it proves, and what not.
Test      installs the programs that the tests talk to where it may, builds, and runs all tests: those of the assemblies
          in the hosted engine, then the specifications of tests/Acceptance in this PowerShell. Its last line is
          "N passed, N failed, N skipped". With CI=true, a skipped test is a failure.
Package   makes out/PacsNm/<version>/ and a zip of it, and imports the module from that folder as a check.

.PARAMETER Task
Build, Demo, Test, TestWindows or Package.

.PARAMETER Configuration
Release by default: what is tested is what is shipped. Some bounds on memory hold only there.

.PARAMETER Output
The folder that Package and Demo write to; out beside this script by default.

.PARAMETER Certificate
Package signs the module's scripts, manifest, views and assemblies with this code-signing certificate, for computers whose
execution policy is AllSigned. Only Windows can sign.

.PARAMETER NoBuild
Takes what is built already.

.EXAMPLE
dotnet pwsh ./build.ps1 -Task Test

.EXAMPLE
./build.ps1 -Task Package -Certificate (Get-Item Cert:\CurrentUser\My\<thumbprint>)
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Test', 'TestWindows', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    [string] $Output = (Join-Path $PSScriptRoot 'out'),

    [System.Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,

    [switch] $NoBuild
)

$ErrorActionPreference = 'Stop'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

$solution = Join-Path $PSScriptRoot 'PacsNm.sln'
$tests = Join-Path $PSScriptRoot 'tests'

function Invoke-Dotnet {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromRemainingArguments)]
        [string[]] $Arguments
    )

    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) { throw "dotnet $Arguments ended with $LASTEXITCODE." }
}

# The module with its help, or the whole solution with the tests, whose packages are large.
function Invoke-Build {
    [CmdletBinding()]
    param([string] $Project = (Join-Path $PSScriptRoot 'src/PacsNm.Help'))

    if (-not $NoBuild) { Invoke-Dotnet build $Project --configuration $Configuration }
}

# PowerShell in a process of its own.
function Start-PowerShell {
    & dotnet (Join-Path $PSHOME 'pwsh.dll') -NoLogo -NoProfile -NonInteractive @args
}

function Invoke-PowerShell {
    Start-PowerShell @args
    if ($LASTEXITCODE -ne 0) { throw "pwsh ended with $LASTEXITCODE." }
}

# --- Test ---

# What the tests talk to: DCMTK's tools and dcmqrscp, Orthanc, strace (slow disks), tmux (a terminal to type in), pydicom, which
# reads what was saved, Slurm, which starts the runs of a job, and rclone and hashdeep, which check archives.
function Install-Peer {
    [CmdletBinding()]
    param(
        # The packages of each program.
        [System.Collections.IDictionary] $Programs = [ordered]@{
            getscu = 'dcmtk'; dcmqrscp = 'dcmtk'; Orthanc = 'orthanc'; strace = 'strace'; tmux = 'tmux'; pydicom = 'python3-pydicom'
            slurmctld = 'slurmctld'; slurmd = 'slurmd'; sbatch = 'slurm-client'; munged = 'munge'
            rclone = 'rclone'; sha256deep = 'hashdeep'
        },

        # Options of apt-get install.
        [string[]] $Option = @()
    )

    $missing = @($programs.Keys | Where-Object { -not (Get-Command $_, "/usr/sbin/$_" -CommandType Application -ErrorAction Ignore) })
    if (-not $missing) { return }
    $packages = @($missing | ForEach-Object { $programs[$_] } | Select-Object -Unique)

    $managers = @(
        @{ Name = 'apt-get'; Before = 'update', '-qq'; Install = @('install', '-y', '-qq') + $Option }
        @{ Name = 'dnf'; Before = $null; Install = 'install', '-y' }
    )
    $manager = $managers | Where-Object { Get-Command $_.Name -CommandType Application -ErrorAction Ignore } | Select-Object -First 1

    # Only Debian has these names.
    if ($manager -and $manager.Name -ne 'apt-get') { $packages = @($packages | Where-Object { $_ -notmatch 'slurm|munge' }) }
    $command = if ($manager) { "sudo $($manager.Name) install $(@($Option) + $packages)" }
        elseif ($IsMacOS) { 'brew install dcmtk tmux pipx; pipx install pydicom' }
        else { 'choco install dcmtk; pip install pydicom' }
    [string[]] $sudo = @()
    $mayInstall = $false
    if ($manager -and (& id -u) -eq 0) { $mayInstall = $true }
    elseif ($manager -and (Get-Command sudo -CommandType Application -ErrorAction Ignore)) {
        & sudo -n true 2>$null
        $mayInstall = $LASTEXITCODE -eq 0
        $sudo = 'sudo', '-n'
    }
    if (-not $mayInstall) {
        Write-Warning "Not installed: $($missing -join ', '). Tests that need them are skipped. To install them: $command"
        return
    }

    Write-Host "Installing $($packages -join ', ') with $($manager.Name)."
    # A service that the package starts would listen beside the tests, which start servers of their own.
    $isOrthancNew = $packages -contains 'orthanc'
    $environment = 'env', 'DEBIAN_FRONTEND=noninteractive'
    foreach ($step in $manager.Before, @($manager.Install + $packages)) {
        if (-not $step) { continue }
        $line = $sudo + $environment + $manager.Name + $step
        & $line[0] $line[1..($line.Count - 1)] | Out-Null
        if ($LASTEXITCODE -ne 0) { Write-Warning "'$($line -join ' ')' ended with $LASTEXITCODE. To install by hand: $command" }
    }
    if ($isOrthancNew -and (Get-Command service -CommandType Application -ErrorAction Ignore)) {
        $line = $sudo + @('env', 'service', 'orthanc', 'stop')
        & $line[0] $line[1..($line.Count - 1)] *> $null
    }
}

# The tests of dotnet test, from its result files. Message is why one was skipped, or how it failed.
function Read-TestResult {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Folder
    )

    foreach ($file in Get-ChildItem -LiteralPath $Folder -Filter *.trx) {
        foreach ($result in ([xml] (Get-Content -LiteralPath $file.FullName -Raw)).TestRun.Results.UnitTestResult) {
            $message = switch ($result.outcome) {
                'Passed' { }
                'NotExecuted' { "$($result.Output.ErrorInfo.Message)$($result.Output.StdOut)".Trim() }
                default { "$($result.Output.ErrorInfo.Message)`n$($result.Output.ErrorInfo.StackTrace)".Trim() }
            }
            [pscustomobject]@{ Outcome = $result.outcome; Name = $result.testName; Message = $message }
        }
    }
}

function Invoke-UnitTest {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $ResultFolder
    )

    # Only dotnet knows where it keeps its tools.
    $env:PACSNM_PWSH = Join-Path $PSHOME 'pwsh.dll'
    & dotnet test $solution --no-build --configuration $Configuration --logger trx --results-directory $ResultFolder | Out-Host
    $exitCode = $LASTEXITCODE
    $results = @(if (Test-Path -LiteralPath $ResultFolder) { Read-TestResult -Folder $ResultFolder })
    [pscustomobject]@{
        Passed  = @($results | Where-Object Outcome -EQ 'Passed').Count
        Failed  = @($results | Where-Object Outcome -NotIn 'Passed', 'NotExecuted')
        Skipped = @($results | Where-Object Outcome -EQ 'NotExecuted')
        IsWhole = $exitCode -eq 0 -and $results.Count -gt 0
    }
}

# The specifications, in a process of their own: a module that is loaded keeps its files.
function Invoke-AcceptanceTest {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $ResultFolder
    )

    $path = Join-Path $ResultFolder 'acceptance.json'
    Start-PowerShell -File (Join-Path $tests 'Acceptance/run.ps1') -ResultPath $path | Out-Host
    if (Test-Path -LiteralPath $path) {
        Get-Content -LiteralPath $path -Raw | ConvertFrom-Json
    }
    else {
        [pscustomobject]@{ Passed = 0; Failed = @(); Skipped = @(); IsWhole = $false }
    }
}

function Invoke-Test {
    Install-Peer
    Invoke-Build -Project $solution
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) "pacsnm-results-$([guid]::NewGuid())"
    [void] (New-Item -ItemType Directory -Path $folder)
    try {
        $runs = @(
            Invoke-UnitTest -ResultFolder $folder
            Invoke-AcceptanceTest -ResultFolder $folder
        )
    }
    finally {
        Remove-Item -LiteralPath $folder -Recurse -Force
    }

    $skipped = @($runs | ForEach-Object { $_.Skipped } | Where-Object { $_ })
    $passed = ($runs | Measure-Object Passed -Sum).Sum
    $failed = @($runs | ForEach-Object { $_.Failed } | Where-Object { $_ })
    foreach ($reason in $skipped | Group-Object Message) {
        Write-Host "Skipped because: $($reason.Name)"
        $reason.Group | ForEach-Object { Write-Host "  $($_.Name)" }
    }
    foreach ($test in $failed) { Write-Host "Failed: $($test.Name)`n$($test.Message -replace '(?m)^', '  ')" }
    if (-not $failed -and $runs.IsWhole -contains $false) {
        Write-Host 'A test run did not come to its end, or had no test.'
        $failed = @($null)
    }
    if ($env:CI -eq 'true' -and $skipped) { Write-Host 'A test was skipped, which CI does not allow.' }
    "$passed passed, $($failed.Count) failed, $($skipped.Count) skipped"
    if ($failed.Count -or ($env:CI -eq 'true' -and $skipped)) { exit 1 }
}

# --- TestWindows ---

function Invoke-WindowsTest {
    Install-Peer
    Install-Peer -Option '--no-install-recommends' -Programs ([ordered]@{
        wine = 'wine64', 'wine'
        mono = 'mono-runtime', 'libmono-system-core4.0-cil', 'libmono-system-io-compression4.0-cil', 'libmono-system-numerics4.0-cil',
            'libmono-system-runtime-serialization4.0-cil', 'libmono-i18n-cjk4.0-cil', 'libmono-i18n-west4.0-cil'
    })
    if (-not (Get-Command wine -ErrorAction Ignore) -or -not (Get-Command mono -ErrorAction Ignore)) { throw 'There is no wine or no mono.' }
    if (-not $NoBuild) { Invoke-Dotnet build (Join-Path $PSScriptRoot 'src/PacsNm') --configuration $Configuration }
    & (Join-Path $tests 'Windows/run.ps1') -Configuration $Configuration
    if ($LASTEXITCODE -ne 0) { throw "tests/Windows/run.ps1 ended with $LASTEXITCODE." }
}

# --- Package ---

function Copy-PackageFile {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Destination
    )

    foreach ($name in 'PacsNm.psd1', 'PacsNm.CopyCheck.dll', 'README.md', 'CHANGELOG.md', 'LICENSE') {
        Copy-Item -LiteralPath (Join-Path $PSScriptRoot $name) -Destination $Destination
    }
    foreach ($name in 'bin', 'en-US', 'Examples') {
        Copy-Item -LiteralPath (Join-Path $PSScriptRoot $name) -Destination $Destination -Recurse
    }
}

# The Gallery shows what the manifest has: the newest section of the changelog.
function Add-ReleaseNote {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Manifest
    )

    $changelog = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'CHANGELOG.md') -Raw
    $section = [regex]::Match($changelog, '(?ms)^## \[[^\]]+\][^\n]*\n(.*?)(?=^## |\z)').Groups[1].Value.Trim()
    if (-not $section) { throw 'CHANGELOG.md has no section to make release notes of.' }
    $quoted = $section.Replace("'", "''")
    $text = (Get-Content -LiteralPath $Manifest -Raw).Replace("        PSData = @{`n", "        PSData = @{`n            ReleaseNotes = '$quoted'`n")
    if (-not $text.Contains('ReleaseNotes')) { throw 'The manifest has no PSData.' }
    Set-Content -LiteralPath $Manifest -Value $text -NoNewline -Encoding utf8BOM
}

function Add-Signature {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Folder
    )

    $files = Get-ChildItem -LiteralPath $Folder -Recurse -File |
        Where-Object { $_.Extension -in '.ps1', '.psd1', '.ps1xml' -or $_.Name -like 'PacsNm*.dll' }
    foreach ($file in $files) {
        $signature = Set-AuthenticodeSignature -LiteralPath $file.FullName -Certificate $Certificate -HashAlgorithm SHA256
        if ($signature.Status -ne 'Valid') { throw "$($file.Name) cannot be signed: $($signature.StatusMessage)" }
    }
}

function New-Package {
    [CmdletBinding(SupportsShouldProcess)]
    param()

    # The manifest's RootModule is an expression, which Import-PowerShellDataFile refuses; Test-ModuleManifest reads it.
    $manifest = Test-ModuleManifest -Path (Join-Path $PSScriptRoot 'PacsNm.psd1')
    $parent = Join-Path $Output 'PacsNm'
    $folder = Join-Path $parent "$($manifest.Version)"
    $zip = Join-Path $Output "PacsNm-$($manifest.Version).zip"
    if (-not $PSCmdlet.ShouldProcess($folder, 'Make the package')) { return }

    # The zip holds PacsNm/<version>/, ready for a module path: no other version may lie there.
    foreach ($old in $parent, $zip) {
        if (Test-Path -LiteralPath $old) { Remove-Item -LiteralPath $old -Recurse -Force }
    }
    [void] (New-Item -ItemType Directory -Path $folder -Force)
    Copy-PackageFile -Destination $folder
    Add-ReleaseNote -Manifest (Join-Path $folder 'PacsNm.psd1')
    if ($Certificate) { Add-Signature -Folder $folder }
    [System.IO.Compression.ZipFile]::CreateFromDirectory($parent, $zip, 'Optimal', $true)

    $packaged = (Join-Path $folder 'PacsNm.psd1').Replace("'", "''")
    Invoke-PowerShell -Command "Import-Module '$packaged' -ErrorAction Stop; `"Imported from `$((Get-Module PacsNm).ModuleBase)`""
    $folder
    $zip
}

switch ($Task) {
    'Build' { Invoke-Build }
    'Demo' {
        Invoke-Build
        $destination = Join-Path $Output 'demo'
        if (Test-Path -LiteralPath $destination) { Remove-Item -LiteralPath $destination -Recurse -Force }
        Invoke-PowerShell -File (Join-Path $PSScriptRoot 'Examples/demo.ps1') -Destination $destination
    }
    'Test' { Invoke-Test }
    'TestWindows' { Invoke-WindowsTest }
    'Package' {
        if ($Certificate -and -not $IsWindows) { throw 'Only Windows can sign a package. Leave out -Certificate, or run this there.' }
        Invoke-Build
        New-Package
    }
}
