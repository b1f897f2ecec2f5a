# The nightly script of the package says by its exit code whether somebody must look.

BeforeDiscovery {
    $cases = @(
        @{ Quirk = @(); Code = 0; Line = 'Complete ' }
        @{ Quirk = 'CommandMismatch'; Code = 1; Line = 'Partial ' }
        @{ Quirk = 'RefuseGet', 'RefuseMove'; Code = 2; Line = 'Failed ' }
        @{ Quirk = 'RefuseAll'; Code = 3; Line = 'The run did not come to its end' }
    )
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Import-Module $Manifest

    # As cron runs it: no terminal, no home, no language.
    function Invoke-Nightly {
        param([string] $Server, [string] $Log)
        Invoke-NewPowerShell -Environment @{ HOME = $null; LC_ALL = 'C'; LANG = $null } -ArgumentList @(
            '-File', (Join-Path $Root 'Examples/pacsnm-daily.ps1'), '-Module', $Manifest, '-Server', $Server
            '-Destination', (Join-Path $TestDrive ([guid]::NewGuid())), '-Log', $Log, '-LastDays', '40', '-Modality', '', '-UnreachableTimeoutSeconds', '0'
        )
    }
}

Describe 'The nightly script, where the PACS is <Quirk>' -ForEach $cases {
    BeforeAll { $pacs = Start-PacsSimulator -StudyCount 1 -Quirk $Quirk }

    AfterAll { Stop-PacsSimulator -Server $pacs }

    It 'ends with <Code>, and its log says why without a patient' {
        $log = Join-Path $TestDrive "$Code.log"
        $run = Invoke-Nightly "$pacs" $log
        $run.ExitCode | Should -Be $Code
        $run.Output + $run.Error | Should -BeNullOrEmpty
        $text = Get-Content -LiteralPath $log -Raw
        $text | Should -BeLike "*$Line*"
        $text.TrimEnd() | Should -BeLike "*Exit code $Code."
        $text | Should -Not -Match 'ZZPractice|PRACT-\d'
    }

    It 'ends with <Code> too where the disk of the log is full, and says so on standard error' -Skip:(-not (Test-Path /dev/full)) {
        $run = Invoke-Nightly "$pacs" /dev/full
        $run.ExitCode | Should -Be $Code
        $run.Error | Should -BeLike "*$Line*"
    }
}
