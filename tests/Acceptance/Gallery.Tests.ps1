# The package goes to a repository and comes back from it, as modules do.

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $repository = (New-Item -ItemType Directory -Path $TestDrive/repository).FullName
    [void] (New-Item -ItemType Directory -Path $TestDrive/home)
    $name = "PacsNmLocal$PID"
    Register-PSResourceRepository -Name $name -Uri $repository -Trusted

    # What is built is packaged: a build would exchange the assemblies under other tests.
    function New-TestPackage {
        param([string] $Version)
        $output = Join-Path $TestDrive "package-$Version"
        & (Join-Path $Root 'build.ps1') -Task Package -NoBuild -Output $output | Out-Null
        $built = (Get-ChildItem -LiteralPath (Join-Path $output 'PacsNm') -Directory).FullName
        if ($Version) {
            $manifest = Join-Path $built 'PacsNm.psd1'
            (Get-Content -LiteralPath $manifest -Raw) -replace "ModuleVersion\s*=\s*'[^']+'", "ModuleVersion = '$Version'" | Set-Content -LiteralPath $manifest -NoNewline
        }
        $built
    }

    # Users install for themselves: on Linux that is a folder of the home directory.
    function Invoke-Resource {
        param([string] $Command)
        $run = Invoke-NewPowerShell -TimeoutSeconds 120 -Environment @{ HOME = "$TestDrive/home"; XDG_DATA_HOME = "$TestDrive/home/.local/share" } '-Command', @"
            `$ErrorActionPreference = 'Stop'; `$ProgressPreference = 'SilentlyContinue'
            if (-not (Get-PSResourceRepository $name -ErrorAction Ignore)) { Register-PSResourceRepository -Name $name -Uri '$repository' -Trusted }
            $Command
"@
        $run.Error | Should -BeNullOrEmpty
        $run.Output.Trim() -split '\r?\n'
    }
}

AfterAll { Unregister-PSResourceRepository -Name $name -ErrorAction Ignore }

Describe 'The package' {
    It 'is published' {
        $package = New-TestPackage
        $package | Should -Exist
        Publish-PSResource -Path $package -Repository $name
        $found = Find-PSResource PacsNm -Repository $name
        $found.Name | Should -Be 'PacsNm'
        $found.Description | Should -BeLike '*PACS*'
    }

    It 'is installed, found by name and imported' {
        Invoke-Resource "Install-PSResource PacsNm -Repository $name; Import-Module PacsNm; `$p = Start-PacsSimulator -StudyCount 3; (Find-PacsStudy -Server `$p).Count; (Get-Help Save-PacsStudy).Synopsis.Length -gt 10" |
            Should -Be '3', 'True'
    }

    It 'has its examples beside it' {
        $examples = Invoke-Resource 'Import-Module PacsNm; (Get-ChildItem "$((Get-Module PacsNm).ModuleBase)/Examples").Name'
        $examples | Should -Contain 'demo.ps1'
        $examples | Should -Contain 'pacsnm-daily.ps1'
    }

    It 'is updated, and the new version is imported in a new session' {
        Publish-PSResource -Path (New-TestPackage -Version 99.1.0) -Repository $name
        Invoke-Resource 'Update-PSResource PacsNm; @(Get-InstalledPSResource PacsNm).Count' | Should -Be '2'
        Invoke-Resource 'Import-Module PacsNm; "$((Get-Module PacsNm).Version)"' | Should -Be '99.1.0'
    }

    It 'is uninstalled' {
        Invoke-Resource 'Uninstall-PSResource PacsNm -Version "*"; @(Get-Module PacsNm -ListAvailable).Count' | Should -Be '0'
    }
}
