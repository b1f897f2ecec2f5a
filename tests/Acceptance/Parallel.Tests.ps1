# The cmdlets run side by side: in runspaces, in thread jobs, in processes.

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Import-Module $Manifest
    $pacs = Start-PacsSimulator -StudyCount 8
    $studies = @(Find-PacsStudy -Server $pacs)
}

AfterAll { Stop-PacsSimulator -Server $pacs }

Describe 'ForEach-Object -Parallel' {
    It 'saves into one folder, each study once, without a warning' {
        $warnings = @()
        $saved = $studies | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:Manifest
            $_ | Save-PacsStudy -Destination $using:TestDrive/parallel
        } -WarningVariable warnings
        @($saved).Count | Should -Be 8
        $saved.Status | Should -Not -Contain 'Failed'
        ($saved | Measure-Object Received -Sum).Sum | Should -Be ($studies | Measure-Object NumberOfStudyRelatedInstances -Sum).Sum
        $warnings | Should -BeNullOrEmpty
        (Test-PacsArchive $TestDrive/parallel).Status | Sort-Object -Unique | Should -Be 'Intact'
    }

    It 'leaves the practice PACS to the session that started it' {
        1..3 | ForEach-Object -Parallel { Import-Module $using:Manifest; Remove-Module PacsNm }
        Test-PacsConnection -Server $pacs -Quiet | Should -BeTrue
    }
}

Describe 'Start-ThreadJob' {
    It 'gives studies that pipe on' {
        $job = Start-ThreadJob { Import-Module $using:Manifest; Find-PacsStudy -Server "$using:pacs" }
        $found = $job | Receive-Job -Wait -AutoRemoveJob
        @($found | Save-PacsStudy -Destination $TestDrive/thread -MaxStudies 2).Status | Should -Be 'Complete', 'Complete'
    }

    It 'is stopped in the midst of a search' {
        $slow = Start-PacsSimulator -StudyCount 500 -Quirk SlowResponses=100
        try {
            $job = Start-ThreadJob { Import-Module $using:Manifest; Find-PacsStudy -Server "$using:slow" -AllDates }
            while (-not $job.Output.Count -and $job.State -in 'NotStarted', 'Running') { $null = Wait-Job $job -Timeout 1 }
            Stop-Job $job
            $job.State | Should -Be 'Stopped'
            $job.Output.Count | Should -BeLessThan 500
            Remove-Job $job
        }
        finally { Stop-PacsSimulator -Server $slow }
    }
}

Describe 'Start-Job' {
    It 'gives studies that pipe on, though they crossed a process' {
        $job = Start-Job { Import-Module $using:Manifest; Find-PacsStudy -Server $using:pacs }
        $found = $job | Receive-Job -Wait -AutoRemoveJob
        $found[0].PSObject.TypeNames[0] | Should -Be 'Deserialized.PacsNm.PacsStudy'
        @($found | Save-PacsStudy -Destination $TestDrive/job -MaxStudies 2).Status | Should -Be 'Complete', 'Complete'
    }

    It 'gives results that become a report' {
        $job = Start-Job { Import-Module $using:Manifest; Find-PacsStudy -Server $using:pacs | Save-PacsStudy -MaxStudies 2 -Destination $using:TestDrive/report }
        $saved = $job | Receive-Job -Wait -AutoRemoveJob
        $report = $saved | Export-PacsReport $TestDrive/job.html
        $text = Get-Content -LiteralPath $report -Raw
        foreach ($result in $saved) { $text | Should -BeLike "*$($result.StudyInstanceUid)*" }
    }
}
