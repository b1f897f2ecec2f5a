# A long list, as a user works through it.

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Import-Module $Manifest
}

Describe 'A list from a spreadsheet' {
    BeforeAll {
        $pacs = Start-PacsSimulator -StudyCount 8
        Push-Location $TestDrive
        @'
"Subject Id","Accession","Exam Date","Comment"
"S01","ACC0001","","first"
"S02","ACC0002","","with, a comma"
"S03","1.2E+11","","damaged"
"S01","ACC0001","","twice"
"S04","NOWHERE","",""
'@ | Set-Content cohort.csv
        $warnings = @()
        $job = Import-Csv cohort.csv |
            New-PacsJob cohort -Server $pacs -Destination ./cohort -Layout '{Row:Subject Id}/{StudyDate}' -WarningVariable warnings -WarningAction SilentlyContinue
    }

    AfterAll {
        Pop-Location
        Stop-PacsSimulator -Server $pacs
    }

    It 'is warned about before the PACS is asked' {
        "$warnings" | Should -BeLike '*Row 3*scientific*'
        "$warnings" | Should -BeLike '*Row 4*earlier row*'
        $job.Pending | Should -Be 3
    }

    It 'has one outcome per row' {
        $rows = Invoke-PacsJob ./cohort -WarningAction SilentlyContinue -WarningVariable final
        $rows.Outcome | Sort-Object | Should -Be 'Complete', 'Complete', 'NotFound'
        "$final" | Should -BeLike '2 of 5 rows ended without their studies.*'
        (Get-PacsJob ./cohort -Row).Outcome | Should -Be 'Complete', 'Complete', 'Invalid', 'Duplicate', 'NotFound'
    }

    It 'comes back as a table with its own columns' {
        Get-PacsJob ./cohort -Row | Export-Csv outcome.csv
        $table = Import-Csv outcome.csv
        $table.'Subject Id' | Should -Be 'S01', 'S02', 'S03', 'S01', 'S04'
        $table[1].Comment | Should -Be 'with, a comma'
        $table[0].Outcome | Should -Be 'Complete'
    }

    It 'named its folders' {
        (Get-ChildItem ./cohort -Directory).Name | Should -Be 'S01', 'S02'
        (Test-PacsArchive ./cohort).Status | Should -Be 'Intact', 'Intact'
    }

    It 'is shown in a table that fits 80 columns' {
        $text = Get-PacsJob ./cohort | Format-Table | Out-String -Width 80
        $text | Should -Match 'cohort +5 +2 +0 +2'
    }
}
