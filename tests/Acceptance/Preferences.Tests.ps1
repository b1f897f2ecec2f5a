# Common parameters and preferences do what they do for every cmdlet.

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Import-Module $Manifest
    Set-StrictMode -Version Latest
    $pacs = Start-PacsSimulator -StudyCount 6
    $studies = @(Find-PacsStudy -Server $pacs)

    # Nothing listens on a port that was just given back.
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $down = "PACS@127.0.0.1:$($listener.LocalEndpoint.Port)"
    $listener.Stop()

    # A study that the PACS does not have, as one row among others.
    $absent = [pscustomobject]@{ StudyInstanceUid = '2.25.404'; Server = "$pacs" }
    $present = [pscustomobject]@{ StudyInstanceUid = $studies[0].StudyInstanceUid; Server = "$pacs" }
}

AfterAll {
    Set-StrictMode -Off
    Stop-PacsSimulator -Server $pacs
}

Describe '-ErrorAction' {
    It 'SilentlyContinue goes on with the next study' {
        $saved = $absent, $present | Save-PacsStudy -Destination $TestDrive/continue -RetryCount 0 -ErrorAction SilentlyContinue
        @($saved.Status) | Should -Be 'Empty', 'Complete'
    }

    It 'Stop ends the pipeline at the first study that is not complete' {
        { $absent, $present | Save-PacsStudy -Destination $TestDrive/stop -RetryCount 0 -ErrorAction Stop } |
            Should -Throw -ErrorId 'RetrieveEmpty,PacsNm.Commands.SavePacsStudyCommand'
    }

    It 'leaves the records of a pipeline in -ErrorVariable' {
        $null = $absent, $present | Save-PacsStudy -Destination $TestDrive/variable -RetryCount 0 -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems.Count | Should -Be 1
        $problems[0].TargetObject.StudyInstanceUid | Should -Be '2.25.404'
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'SilentlyContinue goes on with the next server' {
        $found = $down, "$pacs" | ForEach-Object { [pscustomobject]@{ Server = $_ } } | Find-PacsStudy -ErrorAction SilentlyContinue -ErrorVariable problems
        @($found).Count | Should -Be 6
        @($problems)[0].FullyQualifiedErrorId | Should -BeLike 'PacsUnreachable*'
    }

    It 'Stop makes an unreachable server end the script' {
        { Find-PacsStudy -Server $down -ErrorAction Stop } | Should -Throw -ErrorId 'PacsUnreachable*'
    }
}

Describe '-WhatIf and -Confirm' {
    It '-WhatIf names every study, retrieves none and makes no folder' {
        $run = Invoke-NewPowerShell '-Command', "Import-Module '$Manifest'; Find-PacsStudy -Server '$pacs' | Save-PacsStudy -Destination '$TestDrive/dry' -WhatIf"
        $run.Error | Should -BeNullOrEmpty
        foreach ($study in $studies) { $run.Output | Should -BeLike "*What if: *$($study.StudyInstanceUid)*" }
        "$TestDrive/dry" | Should -Not -Exist
    }

    It '$WhatIfPreference counts as -WhatIf' {
        $WhatIfPreference = $true
        $studies | Save-PacsStudy -Destination $TestDrive/preference | Should -BeNullOrEmpty
        $WhatIfPreference = $false
        "$TestDrive/preference" | Should -Not -Exist
    }

    It '-Confirm:$false asks nobody, though $ConfirmPreference is Low' {
        $ConfirmPreference = 'Low'
        ($studies[0] | Save-PacsStudy -Destination $TestDrive/sure -Confirm:$false).Status | Should -Be 'Complete'
    }

    It '-Confirm where nobody can answer is an error and retrieves nothing' {
        $run = Invoke-NewPowerShell '-Command', "Import-Module '$Manifest'; Find-PacsStudy -Server '$pacs' -MaxStudies 1 | Save-PacsStudy -Destination '$TestDrive/asked' -Confirm"
        $run.ExitCode | Should -Be 1
        $run.Error | Should -BeLike '*NonInteractive*'
        "$TestDrive/asked" | Should -Not -Exist
    }
}

Describe 'StrictMode' {
    It 'finds nothing wrong with tables and lists of every object' {
        $saved = $studies[0] | Save-PacsStudy -Destination $TestDrive/strict
        $objects = @(
            $studies; $saved; $pacs
            $studies[0] | Find-PacsSeries
            $studies[0] | Find-PacsInstance
            Test-PacsConnection -Server $pacs -Detailed
            Test-PacsArchive $TestDrive/strict
            Get-PacsFile $TestDrive/strict
        )
        foreach ($view in { Out-String -InputObject $args[0] -Width 120 }, { $args[0] | Format-List * | Out-String }) {
            foreach ($item in $objects) { & $view $item | Should -Not -BeLike '*#ERR*' }
        }
    }
}

Describe 'A transcript' {
    It 'of everything that a night''s work says holds no patient' {
        $log = Join-Path $TestDrive transcript.txt
        $run = Invoke-NewPowerShell '-Command', @"
            Import-Module '$Manifest'
            `$VerbosePreference = 'Continue'; `$DebugPreference = 'Continue'
            Start-Transcript '$log'
            Find-PacsStudy -Server '$pacs' -PatientName 'ZZ*' | Out-Null
            Find-PacsStudy -Server '$pacs' -PatientId 'NOBODY' | Out-Null
            Find-PacsStudy -Server '$pacs' | Save-PacsStudy -Destination '$TestDrive/night' -WhatIf
            `$saved = Find-PacsStudy -Server '$pacs' | Save-PacsStudy -Destination '$TestDrive/night' -LogPath '$TestDrive/night.log' -RetryCount 0
            Save-PacsStudy -Server '$pacs' -StudyInstanceUid 2.25.404 -Destination '$TestDrive/night' -RetryCount 0 | Out-Null
            Find-PacsStudy -Server '$down' -PatientName 'ZZ*' | Out-Null
            `$ErrorView = 'NormalView'
            `$rows = [pscustomobject]@{ PatientName = 'Nobody^Jane'; PatientId = 'ROW-77' }, [pscustomobject]@{ StudyInstanceUid = 'Nobody^Jane' }
            `$rows | Find-PacsStudy -Server '$pacs'
            `$rows[1] | Save-PacsStudy -Server '$pacs' -Destination '$TestDrive/night'
            Test-PacsConnection -Server '$pacs' -Detailed | Out-Null
            Test-PacsArchive '$TestDrive/night' | Out-Null
            Stop-Transcript
"@
        # The command line itself is the user's own text.
        $said = @(Get-Content -LiteralPath $log | Where-Object { $_ -notmatch '^(Host Application|Befehl)' -and $_ -notmatch 'Find-PacsStudy -Server' })
        $said.Count | Should -BeGreaterThan 30
        $said -match 'StudyNotFound' | Should -Not -BeNullOrEmpty
        $said -match 'Nobody\^Jane|ROW-77' -notmatch '^\s*(\||\+)? *(~|\$rows)' | Should -BeNullOrEmpty
        foreach ($study in $studies) {
            foreach ($text in $said) {
                $text | Should -Not -BeLike "*$($study.PatientName)*"
                $text.Replace("$TestDrive", '') | Should -Not -BeLike "*$($study.PatientId)*"
            }
        }
        Get-Content -LiteralPath $TestDrive/night.log -Raw | Should -Not -Match 'ZZPractice|PRACT-\d'
    }
}
