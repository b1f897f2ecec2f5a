# The module runs getscu.exe: the tests' own, which understands the arguments that the module gives.

# getscu cannot receive private classes. These studies have none.
$receivable = @(Find-PacsStudy -Server $linux -LastDays 40 | Where-Object {
    -not ($_ | Find-PacsSeries | Find-PacsInstance | Where-Object { $_.SopClassUid -notlike '1.2.840.10008.*' })
} | Select-Object -First 3)
$recorded = Join-Path $work 'arguments.txt'

Test-That 'without getscu on the PATH the error says how to install DCMTK on Windows' {
    try {
        $null = $receivable[0] | Save-PacsStudy -Destination (Join-Path $work 'none') -Retriever GetScu
        throw 'It was found'
    }
    catch { Assert-True ("$_ $($_.ErrorDetails.RecommendedAction)" -like '*choco install dcmtk*') "$_ $($_.ErrorDetails.RecommendedAction)" }
}

foreach ($quoting in 'plain', 'quoted') {
    Test-That "getscu.exe is found in a PATH with a $quoting entry" {
        $entry = $quoting -eq 'quoted' ? """$GetScu""" : $GetScu
        $env:PATH = "C:\no such folder;;$entry;$plainPath"
        try {
            $folder = Join-Path $work "path-$quoting"
            Assert-Status 'Complete' @($receivable[0] | Save-Quietly -Destination $folder -Retriever GetScu)
        }
        finally { $env:PATH = $plainPath }
    }
}

$env:PATH = "$GetScu;$plainPath"
foreach ($layout in 'Tree', 'Flat', '{StudyDate}/{StudyInstanceUID}') {
    Test-That "getscu.exe retrieves in the layout $layout" {
        $folder = Join-Path $work ('getscu-' + ($layout -replace '\W', ''))
        $saved = @($receivable | Save-Quietly -Destination $folder -Retriever GetScu -More @{ Layout = $layout })
        Assert-Status 'Complete' $saved $receivable.Count
        $saved | ForEach-Object { Assert-Equal 'GetScu' $_.Retriever }
        Assert-Intact $folder
        Assert-Status 'Skipped' @($receivable | Save-Quietly -Destination $folder -Retriever GetScu) $receivable.Count
    }
}

Test-That 'getscu.exe and the built-in retriever bring the same files' {
    $folder = Join-Path $work 'compare'
    Assert-Status 'Complete' @($receivable | Save-Quietly -Destination $folder)
    $theirs = Get-SavedFile (Join-Path $work 'getscu-Tree') | Sort-Object Name
    $ours = Get-SavedFile $folder | Sort-Object Name
    Assert-Equal ($ours.Name -join ' ') ($theirs.Name -join ' ') 'Names.'
    Assert-Equal ($ours.Length -join ' ') ($theirs.Length -join ' ') 'Lengths.'
}

Test-That 'getscu.exe retrieves without the relay' {
    $folder = Join-Path $work 'norelay'
    Assert-Status 'Complete' @($receivable | Save-Quietly -Destination $folder -Retriever GetScu -More @{ NoRelay = $true }) $receivable.Count
    Assert-Intact $folder
}

$places = [ordered]@{
    'with blanks and signs'  = Join-Path $work 'nm images & co (1) 100% ^x !y'
    'in other letters'       = Join-Path $work "Gr$([char] 0xF6)$([char] 0xDF)e $([char] 0x60A3)$([char] 0x8005) getscu"
    'on another drive'       = 'D:\getscu'
}
foreach ($kind in $places.Keys) {
    Test-That "getscu.exe retrieves into a folder $kind" {
        $saved = @($receivable | Select-Object -First 1 | Save-Quietly -Destination $places[$kind] -Retriever GetScu)
        Assert-Status 'Complete' $saved
        Assert-Intact $places[$kind]
    }
}

Test-That 'a path that is too long for getscu.exe is refused with the reason, and Auto goes on with the built-in retriever' {
    $deep = Join-Path $work ((1..4 | ForEach-Object { 'g' * 50 }) -join '\')
    try {
        $null = $receivable[0] | Save-Quietly -Destination $deep -Retriever GetScu
        throw 'It was used'
    }
    catch { Assert-True ("$_" -match 'at most \d+ characters') "No reason: $_" }
    Assert-Status 'Complete' @($receivable[0] | Save-Quietly -Destination $deep -Retriever Auto)
    Assert-Intact $deep
}

Test-That 'getscu.exe gets each argument as it is, with quotes and other letters' {
    $env:PACSNM_GETSCU_ARGUMENTS = $recorded
    try {
        # The Patient Root model gives getscu the patient ID as a key.
        $hostile = "PRACTICE@127.0.0.1:$($ports.Hostile)"
        $studies = @(Find-PacsStudy -Server $hostile -LastDays 3 -InformationModel PatientRoot |
            Where-Object { $_.PatientId -and $_.PatientId -notmatch '[\\*?\[]' -and $_.PatientId.Length -lt 100 } | Select-Object -First 4)
        $saved = @($studies | Save-Quietly -Destination (Join-Path $work 'arguments') -Retriever GetScu -More @{ RetryCount = 0 })
        $lines = Get-Content -LiteralPath $recorded -Encoding utf8
        foreach ($study in $studies) {
            Assert-True ($lines -ccontains "PatientID=$($study.PatientId)") "Not passed: '$($study.PatientId)'"
        }
        Assert-Status 'Complete' $saved $studies.Count
    }
    finally { $env:PACSNM_GETSCU_ARGUMENTS = $null }
}

Test-That 'Auto uses getscu.exe, and the built-in retriever for what it cannot receive' {
    $folder = Join-Path $work 'auto'
    $private = Find-PacsStudy -Server $linux -LastDays 40 | Where-Object StudyInstanceUid -NotIn $receivable.StudyInstanceUid |
        Select-Object -First 3
    $saved = @($receivable[0], $private | ForEach-Object { $_ } | Save-Quietly -Destination $folder -Retriever Auto)
    Assert-Status 'Complete' $saved 4
    Assert-True ($saved.Retriever -match 'GetScu') 'getscu was not used'
    Assert-True ($saved.Retriever -match 'BuiltIn') 'The built-in retriever was not used'
}

$broken = Join-Path $work 'broken tool'
[void] (New-Item -ItemType Directory -Path $broken)
Set-Content -LiteralPath (Join-Path $broken 'getscu.exe') -Value 'no program'
Test-That 'a getscu.exe that is no program is named in the error' {
    $env:PATH = "$broken;$plainPath"
    try {
        $null = $receivable[0] | Save-Quietly -Destination (Join-Path $work 'broken') -Retriever GetScu
        throw 'It was run'
    }
    catch { Assert-True "$_".Contains((Join-Path $broken 'getscu.exe')) "No name: $_" }
    finally { $env:PATH = "$GetScu;$plainPath" }
}

Test-That 'Auto goes on with the built-in retriever where getscu.exe is no program' {
    $env:PATH = "$broken;$plainPath"
    try { Assert-Status 'Complete' @($receivable[0] | Save-Quietly -Destination (Join-Path $work 'broken auto') -Retriever Auto) }
    finally { $env:PATH = "$GetScu;$plainPath" }
}

Test-That 'a getscu.exe that never ends is killed at the time limit' {
    $env:PACSNM_GETSCU_HANG = '1'
    try {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $saved = @($receivable[0] | Save-Quietly -Destination (Join-Path $work 'hang') -Retriever GetScu -More @{ TimeoutSeconds = 2 })
        Assert-Status 'Failed' $saved
        Assert-True ($clock.Elapsed.TotalSeconds -lt 10) "It took $($clock.Elapsed)"
        Assert-False (Get-Process getscu -ErrorAction Ignore) 'getscu is still there'
    }
    finally { $env:PACSNM_GETSCU_HANG = $null }
}

Test-That 'a call that is stopped ends getscu.exe, and returns within seconds' {
    $env:PACSNM_GETSCU_HANG = '1'
    try {
        $shell = Start-Pipeline -Server $linux -Count 1 -Destination (Join-Path $work 'stopped') -Retriever GetScu
        Wait-Until 'getscu runs' { Get-Process getscu -ErrorAction Ignore }
        $seconds = Stop-Pipeline $shell
        Assert-True ($seconds -lt 3) "It took $seconds s"
        Wait-Until 'getscu has ended' { -not (Get-Process getscu -ErrorAction Ignore) } 5
    }
    finally { $env:PACSNM_GETSCU_HANG = $null }
}

Test-That 'a getscu.exe that is killed in the middle costs nothing' {
    $folder = Join-Path $work 'killed tool'
    $shell = Start-Pipeline -Server $slow -Count 3 -Destination $folder -Retriever GetScu
    Wait-Until 'getscu runs' { Get-Process getscu -ErrorAction Ignore }
    Start-Sleep -Milliseconds 300
    Get-Process getscu -ErrorAction Ignore | Stop-Process -Force
    $saved = @(Receive-Pipeline $shell)
    Assert-Equal 3 $saved.Count
    Assert-Status 'Complete', 'Partial' $saved 3
    Assert-Intact $folder 'Complete', 'Partial'
}
$env:PATH = $plainPath
