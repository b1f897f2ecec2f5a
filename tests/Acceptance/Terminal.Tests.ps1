# What a person sees and types, in a terminal of tmux's.

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $tmux = Get-Command tmux -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $socket = "pacsnm-$PID"

    function Invoke-Tmux { & $tmux.Source -L $socket @args }

    # What the window shows, once it shows what is waited for.
    function Wait-Screen {
        param([string] $Pattern, [int] $TimeoutSeconds = 60)
        $end = [datetime]::UtcNow.AddSeconds($TimeoutSeconds)
        do {
            $screen = (Invoke-Tmux capture-pane -p) -join "`n"
            if ($screen -match $Pattern) { return $screen }
            [System.Threading.Thread]::Sleep(50)
        } while ([datetime]::UtcNow -lt $end)
        throw "The terminal did not show '$Pattern' within $TimeoutSeconds s, but:`n$screen"
    }

    function Send-Line { param([string] $Text) Invoke-Tmux send-keys -l $Text; Invoke-Tmux send-keys Enter }

    function Clear-Screen { Invoke-Tmux send-keys C-l; $null = Wait-Screen '^READY>\s*\n*$' }
}

Describe 'In a terminal' {
    BeforeAll {
        if (-not $tmux) { return }
        $pwsh = "env POWERSHELL_TELEMETRY_OPTOUT=1 dotnet '$(Join-Path $PSHOME 'pwsh.dll')' -NoLogo -NoProfile"
        Invoke-Tmux new-session -d -x 120 -y 40 -c "$TestDrive" $pwsh
        $null = Wait-Screen 'PS .*>'
        Send-Line "function prompt { 'READY> ' }; Import-Module '$Manifest'; Set-PSReadLineOption -PredictionSource None; Clear-Host"
        $null = Wait-Screen '^READY>\s*\n*$'
        Send-Line '$pacs = Start-PacsSimulator -StudyCount 200; "port is $($pacs.Port)"'
        $null = Wait-Screen 'port is \d+'
    }

    AfterAll { if ($tmux) { Invoke-Tmux kill-server } }

    BeforeEach {
        if (-not $tmux) { Set-ItResult -Skipped -Because 'tmux is not installed' }
        else { Clear-Screen }
    }

    It 'the Tab key completes parameters and values' {
        Invoke-Tmux send-keys -l 'Find-PacsStudy -Moda'
        Invoke-Tmux send-keys Tab
        $null = Wait-Screen 'Find-PacsStudy -Modality'
        Invoke-Tmux send-keys -l ' N'
        Invoke-Tmux send-keys Tab
        $null = Wait-Screen 'Find-PacsStudy -Modality NM'
        Invoke-Tmux send-keys C-c
        $null = Wait-Screen 'READY>\s*\n*$'
    }

    It 'a search fills a table while it runs' {
        Send-Line 'Find-PacsStudy -Server $pacs -MaxStudies 3'
        Wait-Screen '(?s)StudyDate.*ZZPractice.*READY>\s*\n*$' | Should -Not -Match '#ERR'
    }

    It 'a retrieval shows a progress bar without a patient, and clears it' {
        Send-Line 'Find-PacsStudy -Server $pacs -MaxStudies 3 | Save-PacsStudy -Destination slow -MaxBytesPerSecond 500000 -MaxStudies 3'
        $screen = Wait-Screen 'Retrieving'
        $screen | Should -Not -Match 'ZZPractice|PRACT-\d'
        Wait-Screen '(?s)Complete.*READY>\s*\n*$' | Should -Not -Match 'Retrieving +\['
    }

    It 'Ctrl+C ends a retrieval and gives the prompt back, with nothing half done' {
        Send-Line 'Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination stopped -MaxBytesPerSecond 100000 -MaxStudies 50'
        $null = Wait-Screen 'Retrieving'
        Invoke-Tmux send-keys C-c
        $null = Wait-Screen 'READY>\s*\n*$'
        Clear-Screen
        Send-Line '"left: $(@(Get-ChildItem stopped/.pacsnm/staging -Force -ErrorAction Ignore).Count), damaged: $(@(Test-PacsArchive stopped -WarningAction Ignore | Where-Object Status -ne Intact).Count)"'
        $null = Wait-Screen 'left: 0, damaged: 0'
    }

    It 'Ctrl+C ends a search that the PACS answers slowly' {
        Send-Line '$slow = Start-PacsSimulator -StudyCount 500 -Quirk SlowResponses=200; Find-PacsStudy -Server $slow'
        $null = Wait-Screen 'ZZPractice'
        Invoke-Tmux send-keys C-c
        $null = Wait-Screen 'READY>\s*\n*$'
        Clear-Screen
        Send-Line 'Stop-PacsSimulator -Server $slow; "still here: $(Test-PacsConnection -Server $pacs -Quiet)"'
        $null = Wait-Screen 'still here: True'
    }
}
