# Studies and results are kept in files and come back, whatever the culture of the machine.

BeforeDiscovery {
    $cultures = 'de-DE', 'fr-FR', 'ja-JP', 'ar-SA', 'th-TH'
    $formats = @(
        @{ Format = 'CSV'; Keep = { $input | Export-Csv $args[0] }; Return = { Import-Csv $args[0] } }
        @{ Format = 'CSV with -UseCulture'; Keep = { $input | Export-Csv $args[0] -UseCulture }; Return = { Import-Csv $args[0] -UseCulture } }
        @{ Format = 'JSON'; Keep = { $input | ConvertTo-Json -Depth 4 -AsArray -EnumsAsStrings | Set-Content $args[0] }; Return = { Get-Content $args[0] -Raw | ConvertFrom-Json } }
        @{ Format = 'CliXml'; Keep = { $input | Export-Clixml $args[0] }; Return = { Import-Clixml $args[0] } }
    )
    $cases = foreach ($culture in $cultures) { foreach ($format in $formats) { $format + @{ Culture = $culture } } }
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Import-Module $Manifest
    $pacs = Start-PacsSimulator -StudyCount 8
    $studies = @(Find-PacsStudy -Server $pacs)
    $number = 0
}

AfterAll { Stop-PacsSimulator -Server $pacs }

Describe 'A study that was kept as <Format> under <Culture>' -ForEach $cases {
    BeforeAll {
        $number++
        $file = Join-Path $TestDrive "kept-$number"
        $back = @(Invoke-WithCulture $Culture {
            $studies | & $Keep $file
            & $Return $file
        })
    }

    It 'has its texts, numbers and UIDs again' {
        $back.Count | Should -Be $studies.Count
        foreach ($name in 'StudyInstanceUid', 'PatientId', 'PatientName', 'AccessionNumber', 'NumberOfStudyRelatedInstances') {
            @($back.$name | ForEach-Object { "$_" }) | Should -Be @($studies.$name | ForEach-Object { "$_" })
        }
    }

    It 'is found again with its series' {
        $series = Invoke-WithCulture $Culture { $back[0] | Find-PacsSeries }
        @($series).Count | Should -Be $studies[0].NumberOfStudyRelatedSeries
    }

    It 'is saved complete' {
        $saved = Invoke-WithCulture $Culture { $back[0] | Save-PacsStudy -Destination (Join-Path $TestDrive "saved-$number") }
        $saved.Status | Should -Be 'Complete'
        $saved.StudyInstanceUid | Should -Be $studies[0].StudyInstanceUid
    }
}

Describe 'A result that was kept as <Format> under <Culture>' -ForEach $cases {
    BeforeAll {
        $number++
        $file = Join-Path $TestDrive "result-$number"
        $archive = Join-Path $TestDrive "archive-$number"
        $saved = $studies[0..1] | Save-PacsStudy -Destination $archive
        $back = @(Invoke-WithCulture $Culture {
            $saved | & $Keep $file
            & $Return $file
        })
    }

    It 'has its status, counts and folder again' {
        foreach ($name in 'Status', 'StudyInstanceUid', 'Received', 'Expected', 'Path') {
            @($back.$name | ForEach-Object { "$_" }) | Should -Be @($saved.$name | ForEach-Object { "$_" })
        }
    }

    It 'is saved again, and nothing is fetched' {
        $again = Invoke-WithCulture $Culture { $back | Save-PacsStudy -Destination $archive -Server $pacs }
        $again.Status | Should -Be 'Skipped', 'Skipped'
    }

    It 'becomes a report' {
        $report = Invoke-WithCulture $Culture { $back | Export-PacsReport (Join-Path $TestDrive "report-$number.html") }
        $text = Get-Content -LiteralPath $report -Raw
        foreach ($uid in $saved.StudyInstanceUid) { $text | Should -BeLike "*$uid*" }
    }
}
