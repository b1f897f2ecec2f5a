# Every cmdlet once against a practice PACS on the Linux side, and against one in this process.

foreach ($case in @{ Where = 'Linux'; Server = $linux }, @{ Where = 'inside'; Server = $inside }) {
    $server = $case.Server
    $archive = Join-Path $work "cmdlets-$($case.Where)"

    Test-That "$($case.Where): the connection is tested" {
        $result = Test-PacsConnection -Server $server -Detailed
        Assert-True $result.Succeeded $result.Reason
        Assert-True ($result.Details.AnswersImageLevel) 'IMAGE level'
    }

    Test-That "$($case.Where): studies, series and instances are found" {
        $studies = @(Find-PacsStudy -Server $server -LastDays 40)
        Assert-Equal 20 $studies.Count
        $series = @($studies[0] | Find-PacsSeries)
        Assert-True $series 'No series'
        Assert-True @($series[0] | Find-PacsInstance) 'No instance'
    }

    Test-That "$($case.Where): studies are saved by the built-in retriever in Tree" {
        $saved = @(Find-Some $server 20 | Save-Quietly -Destination $archive)
        Assert-Status 'Complete' $saved 20
        Assert-Intact $archive
        $again = @(Find-Some $server 20 | Save-Quietly -Destination $archive)
        Assert-Status 'Skipped' $again 20
    }

    Test-That "$($case.Where): a series and an instance are saved" {
        $study = Find-Some $server 1
        $folder = Join-Path $work "parts-$($case.Where)"
        $series = @($study | Find-PacsSeries)[0]
        Assert-Status 'Complete' ($series | Save-PacsSeries -Destination $folder -Retriever BuiltIn)
        $instance = @($series | Find-PacsInstance)[0]
        Assert-Status 'Skipped' ($instance | Save-PacsInstance -Destination $folder -Retriever BuiltIn)
    }

    Test-That "$($case.Where): files are read, and a report is made" {
        $files = @(Get-PacsFile $archive)
        Assert-Equal (Get-SavedFile $archive).Count $files.Count
        $report = Join-Path $work "report-$($case.Where).html"
        Export-PacsReport $report -Archive $archive
        Assert-True ((Get-Content -LiteralPath $report -Raw) -like '*</html>*') 'The report is not whole'
    }

    Test-That "$($case.Where): tables, checksums and a comparison are made" {
        $parquet = Join-Path $work "table-$($case.Where).parquet"
        Export-PacsTable $parquet $archive -WarningAction Ignore | Out-Null
        $bytes = [IO.File]::ReadAllBytes($parquet)
        Assert-Equal 'PAR1' ([Text.Encoding]::ASCII.GetString($bytes, $bytes.Length - 4, 4))
        $csv = Join-Path $work "table-$($case.Where).csv"
        Export-PacsTable $csv $archive -Level Study -WarningAction Ignore | Out-Null
        Assert-Equal 20 @(Import-Csv $csv).Count
        $list = Join-Path $work "sums-$($case.Where)"
        Export-PacsManifest $list -Archive $archive | Out-Null
        Assert-Equal 'Intact' (Test-PacsArchive $archive -Reference $list).Status
        Assert-Equal 0 @(Compare-PacsArchive $archive -Server $server -LastDays 40).Count
    }

    Test-That "$($case.Where): a support package is made" {
        $folder = Join-Path $work "support-$($case.Where)"
        [void] (New-Item -ItemType Directory -Path $folder)
        $package = New-PacsSupportPackage $folder -Server $server
        Assert-True (Test-Path -LiteralPath $package.Path) 'No file'
    }
}

Test-That 'nothing is saved with -WhatIf' {
    $folder = Join-Path $work 'whatif'
    Find-Some $linux 3 | Save-PacsStudy -Destination $folder -WhatIf
    Assert-False (Test-Path -LiteralPath $folder) 'The folder exists'
}
