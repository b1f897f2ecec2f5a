# Several runs into one folder, and runs that end before their time.

# A run in a process of its own, which writes the statuses to a file.
function Start-Run {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Server, [string] $Destination, [int] $Count, [string] $Result)

    if (-not $PSCmdlet.ShouldProcess($Destination)) { return }
    Start-Child @"
Import-Module '$Manifest'
Find-PacsStudy -Server '$Server' -LastDays 40 -MaxStudies $Count |
    Save-PacsStudy -Destination '$Destination' -Retriever BuiltIn -ErrorAction SilentlyContinue -WarningAction SilentlyContinue |
    ForEach-Object Status | Set-Content -LiteralPath '$Result'
"@
}

Test-That 'two runs at once into one folder' {
    $folder = Join-Path $work 'two'
    $result = Join-Path $work 'two.txt'
    $child = Start-Run -Server $linux -Destination $folder -Count 12 -Result $result
    Wait-Until 'the other run has begun' { Test-Path -LiteralPath (Join-Path $folder '.pacsnm') }
    $saved = @(Find-Some $linux 12 | Save-Quietly -Destination $folder)
    Assert-True $child.WaitForExit(60000) 'The other run did not end'
    Assert-Status 'Complete', 'Skipped' $saved 12
    $others = @(Get-Content -LiteralPath $result)
    Assert-Equal 12 $others.Count
    Assert-False ($others | Where-Object { $_ -notin 'Complete', 'Skipped' }) "$others"
    Assert-Intact $folder
}

Test-That 'a run that is killed does no harm, and the next one completes it' {
    $folder = Join-Path $work 'killed'
    $child = Start-Run -Server $slow -Destination $folder -Count 5 -Result (Join-Path $work 'killed.txt')
    Wait-Until 'a file has arrived' { (Test-Path -LiteralPath $folder) -and @(Get-SavedFile $folder).Count -ge 2 }
    $child.Kill()
    Assert-True $child.WaitForExit(10000) 'It cannot be killed'
    $saved = @(Find-Some $slow 5 | Save-Quietly -Destination $folder)
    Assert-Status 'Complete', 'Skipped' $saved 5
    Assert-True @($saved | Where-Object { $_.AlreadyPresent -gt 0 }) 'Nothing was kept'
    Assert-Intact $folder
    $staging = Join-Path $folder '.pacsnm\staging'
    Assert-False (Get-ChildItem -LiteralPath $staging -Recurse -File -ErrorAction Ignore) 'Files are left in staging'
}

Test-That 'a call that is stopped returns within seconds, and keeps what arrived' {
    $folder = Join-Path $work 'stopped builtin'
    $shell = Start-Pipeline -Server $slow -Count 5 -Destination $folder
    Wait-Until 'a file has arrived' { (Test-Path -LiteralPath $folder) -and @(Get-SavedFile $folder).Count -ge 2 }
    $seconds = Stop-Pipeline $shell
    Assert-True ($seconds -lt 3) "It took $seconds s"
    Assert-True @(Get-SavedFile $folder).Count 'Nothing was kept'
    $saved = @(Find-Some $slow 5 | Save-Quietly -Destination $folder)
    Assert-Status 'Complete', 'Skipped' $saved 5
    Assert-Intact $folder
}
