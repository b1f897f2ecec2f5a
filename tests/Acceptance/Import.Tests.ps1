# The module is imported as people import modules.

BeforeAll {
    . $PSScriptRoot/Setup.ps1

    # A session of its own, whose commands see the manifest as $Manifest.
    function Invoke-Session {
        param([string] $Command, [string] $Path = $Manifest)
        $run = Invoke-NewPowerShell '-Command', "`$ErrorActionPreference = 'Stop'; `$Manifest = '$($Path.Replace("'", "''"))'; $Command"
        "$($run.Error)" | Should -BeNullOrEmpty
        $run.ExitCode | Should -Be 0
        $run.Output.Trim() -split '\r?\n'
    }

    # A copy of the module as it is built, without what the repository has around it.
    function Copy-Module {
        param([string] $Destination)
        [void] [System.IO.Directory]::CreateDirectory($Destination)
        foreach ($name in 'PacsNm.psd1', 'PacsNm.CopyCheck.dll', 'bin', 'en-US', 'Examples') {
            Copy-Item -LiteralPath (Join-Path $Root $name) -Destination $Destination -Recurse
        }
        Join-Path $Destination 'PacsNm.psd1'
    }
}

Describe 'Import-Module' {
    It 'may come twice, and with -Force' {
        Invoke-Session 'Import-Module $Manifest; Import-Module $Manifest; Import-Module $Manifest -Force; @(Get-Module PacsNm).Count; (Get-Command Find-PacsStudy).Source' |
            Should -Be '1', 'PacsNm'
    }

    It 'may come again after Remove-Module' {
        Invoke-Session 'Import-Module $Manifest; Remove-Module PacsNm; Import-Module $Manifest; $p = Start-PacsSimulator -StudyCount 3; (Find-PacsStudy -Server $p).Count' |
            Should -Be '3'
    }

    It 'takes a -Prefix' {
        Invoke-Session 'Import-Module $Manifest -Prefix Nm; $p = Start-NmPacsSimulator -StudyCount 3; (Find-NmPacsStudy -Server $p).Count' | Should -Be '3'
    }

    It 'writes nothing and raises no error' {
        $run = Invoke-NewPowerShell '-Command', "Import-Module '$Manifest' -Verbose:`$false; `$Error.Count"
        $run.Output.Trim() | Should -Be '0'
        $run.Error | Should -BeNullOrEmpty
    }

    It 'works from a folder named <_>' -ForEach 'with spaces', 'Prüfstand ü', 'with [brackets] (1)', "it's `$here" {
        $copy = Copy-Module (Join-Path $TestDrive $_)
        Invoke-Session -Path $copy 'Import-Module -Name ([WildcardPattern]::Escape($Manifest)); $p = Start-PacsSimulator -StudyCount 3; (Find-PacsStudy -Server $p | Save-PacsStudy -Destination d).Count; (Get-Help Find-PacsStudy).Synopsis.Length -gt 10' |
            Should -Be '3', 'True'
    }
}
