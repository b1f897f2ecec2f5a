<#
.SYNOPSIS
Builds, tests, shows or packages PacsNm.

.DESCRIPTION
Thin over dotnet. Package makes out/PacsNm/<version>/ and a zip of it, and imports the module from that folder as a
check.

.PARAMETER Task
Build, Test, Demo or Package.

.PARAMETER Configuration
Debug or Release. Package is Release unless told otherwise.

.PARAMETER Output
The folder that Package writes to; out beside this script by default.

.PARAMETER NoBuild
Takes what is built already.

.EXAMPLE
./build.ps1 -Task Test
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = $(if ($Task -eq 'Package') { 'Release' } else { 'Debug' }),

    [string] $Output = [System.IO.Path]::Combine($PSScriptRoot, 'out'),

    [switch] $NoBuild
)

$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromRemainingArguments)]
        [string[]] $Arguments
    )

    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) { throw "dotnet $Arguments ended with $LASTEXITCODE." }
}

function Copy-PackageFile {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Destination
    )

    # .NET rather than Copy-Item: the engine that the tests host has no file cmdlets.
    $names = @('PacsNm.psd1', 'README.md', 'CHANGELOG.md', 'LICENSE', 'bin/PacsNm.Format.ps1xml', 'bin/PacsNm.Types.ps1xml')
    foreach ($folder in 'bin/net8.0', 'bin/net472', 'en-US') {
        $names += [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, $folder)) |
            ForEach-Object { "$folder/$([System.IO.Path]::GetFileName($_))" }
    }
    foreach ($name in $names) {
        $target = [System.IO.Path]::Combine($Destination, $name)
        [void] [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
        [System.IO.File]::Copy([System.IO.Path]::Combine($PSScriptRoot, $name), $target)
    }
}

function Add-ReleaseNote {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Manifest
    )

    # The Gallery shows what the manifest has: the newest section of the changelog.
    $changelog = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($PSScriptRoot, 'CHANGELOG.md'))
    $section = [regex]::Match($changelog, '(?ms)^## \[[^\]]+\][^\n]*\n(.*?)(?=^## |\z)').Groups[1].Value.Trim()
    if (-not $section) { throw 'CHANGELOG.md has no section to make release notes of.' }
    $quoted = $section.Replace("'", "''")
    $text = [System.IO.File]::ReadAllText($Manifest)
    $text = $text.Replace("        PSData = @{`n", "        PSData = @{`n            ReleaseNotes = '$quoted'`n")
    if (-not $text.Contains('ReleaseNotes')) { throw 'The manifest has no PSData.' }
    [System.IO.File]::WriteAllText($Manifest, $text, [System.Text.UTF8Encoding]::new($true))
}

function New-Package {
    [CmdletBinding(SupportsShouldProcess)]
    param()

    # The manifest's RootModule is an expression, which Import-PowerShellDataFile refuses; Test-ModuleManifest reads it.
    $manifest = Test-ModuleManifest -Path ([System.IO.Path]::Combine($PSScriptRoot, 'PacsNm.psd1'))
    $folder = [System.IO.Path]::Combine($Output, 'PacsNm', "$($manifest.Version)")
    $zip = [System.IO.Path]::Combine($Output, "PacsNm-$($manifest.Version).zip")
    if (-not $PSCmdlet.ShouldProcess($folder, 'Make the package')) { return }

    # The zip holds PacsNm/<version>/, ready for a module path: no other version may lie there.
    $parent = [System.IO.Path]::GetDirectoryName($folder)
    if ([System.IO.Directory]::Exists($parent)) { [System.IO.Directory]::Delete($parent, $true) }
    if ([System.IO.File]::Exists($zip)) { [System.IO.File]::Delete($zip) }
    Copy-PackageFile -Destination $folder
    Add-ReleaseNote -Manifest ([System.IO.Path]::Combine($folder, 'PacsNm.psd1'))
    [System.IO.Compression.ZipFile]::CreateFromDirectory(
        $parent, $zip, [System.IO.Compression.CompressionLevel]::Optimal, $true)

    # In a process of its own: this one may hold the module from elsewhere.
    $env:PACSNM_MODULE = [System.IO.Path]::Combine($folder, 'PacsNm.psd1')
    try {
        $check = [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'PacsNm.Host')
        Invoke-Dotnet run --no-build --configuration $Configuration --project $check -- -Command 'Get-Module PacsNm | ForEach-Object { "Imported from $($_.ModuleBase)" }'
    }
    finally {
        $env:PACSNM_MODULE = $null
    }

    $folder
    $zip
}

$solution = [System.IO.Path]::Combine($PSScriptRoot, 'PacsNm.sln')
switch ($Task) {
    'Build' { Invoke-Dotnet build $solution --configuration $Configuration }
    'Test' { Invoke-Dotnet test $solution --configuration $Configuration }
    'Demo' {
        $consoleHost = [System.IO.Path]::Combine($PSScriptRoot, 'tests', 'PacsNm.Host')
        $demo = [System.IO.Path]::Combine($consoleHost, 'demo.ps1')
        Invoke-Dotnet run --configuration $Configuration --project $consoleHost -- -File $demo
    }
    'Package' {
        if (-not $NoBuild) { Invoke-Dotnet build $solution --configuration $Configuration }
        New-Package
    }
}
