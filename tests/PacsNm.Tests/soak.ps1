<#
.SYNOPSIS
Finds and saves studies of practice PACS that behave badly at random, and holds each verdict against what is on disk.

.DESCRIPTION
Prints a line for each wrong verdict and each call that sends more than its bound. Prints at the end how many calls there
were, and by how much memory, handles and threads have grown since the first quarter of them.
#>
param(
    [int] $Calls = 2000,
    [int] $Seconds = 3600,
    [int] $Seed = 1,
    [string] $Destination
)

$ProgressPreference = 'SilentlyContinue'
$quirks = @(
    'RequireStudyDate', 'IgnoreModality', 'OmitModalitiesInStudy', 'CapResults=3', 'CapResults=2:A700', 'RefuseImageLevel', 'RefuseGet'
    'FailEveryNth=2', 'EmptySuccess', 'SlowResponses=5', 'DropAfter=2', 'DropAfter=200000B', 'HangAfter=4', 'OneAssociationOnly'
    'NoRoleSelection', 'UncompressedOnly', 'WrongCharset', 'GarbagePdu=5', 'LyingCounters', 'IgnoreCancel'
    'IgnoreStudyDate', 'StopAtUnsupported', 'SuccessWhenBusy', 'NoSopClassAtImageLevel', 'NoSeriesCount', 'AbortAfterCancel=2'
    'BadUids', 'CommandMismatch', 'SurplusBytes=16', 'Capacity=1', 'SilentRelease', 'DuplicateUid', 'RefuseAll'
)
$random = [Random]::new($Seed)
$clock = [Diagnostics.Stopwatch]::StartNew()

function Measure-Process {
    [GC]::Collect()
    [GC]::WaitForPendingFinalizers()
    [GC]::Collect()
    $process = [Diagnostics.Process]::GetCurrentProcess()
    [pscustomobject]@{ Bytes = [GC]::GetTotalMemory($true); Handles = [IO.Directory]::GetFileSystemEntries('/proc/self/fd').Count; Threads = $process.Threads.Count }
}

# The truth, from a PACS of the same studies that behaves.
$honest = Start-PacsSimulator -StudyCount 12
$studies = @(Find-PacsStudy -Server $honest -AllDates)
Stop-PacsSimulator -Server $honest

# The bounds of a Find call, as it is given, and of the requests for one study, as about_PacsNm_Safety names it.
$maxQueries = 25
$first = $null
$done = 0
$wrong = $mostQueries = $mostRequests = 0
$verdicts = @{}
while ($done -lt $Calls -and $clock.Elapsed.TotalSeconds -lt $Seconds) {
    $chosen = @(0..$random.Next(3) | ForEach-Object { $quirks[$random.Next($quirks.Count)] } | Where-Object { $_ })
    $study = $studies[$random.Next($studies.Count)]
    $retriever = ('Auto', 'GetScu', 'BuiltIn')[$random.Next(3)]
    $pacs = Start-PacsSimulator -StudyCount 12 -Quirk $chosen
    $folder = [IO.Path]::Combine($Destination, "$done")
    $limits = @{ Server = $pacs; DimseTimeoutSeconds = 1; AcseTimeoutSeconds = 1; ErrorAction = 'SilentlyContinue' }
    $queries = 0
    try {
        Find-PacsStudy @limits -AllDates -MaxQueries $maxQueries -Verbose 4>&1 | ForEach-Object { if ("$_" -like 'Asking *') { $queries++ } }
    }
    catch { $null = $_ }
    $result = $null
    try {
        $result = Save-PacsStudy @limits -StudyInstanceUid $study.StudyInstanceUid -Destination $folder -MaxStudies 1 -RetryCount $random.Next(3) -TimeoutSeconds 20 -Retriever $retriever
    }
    catch { "Call ${done}: $_" }
    Stop-PacsSimulator -Server $pacs

    $count = if ([IO.Directory]::Exists($folder)) { [IO.Directory]::GetFiles($folder, '*.dcm', 'AllDirectories').Count } else { 0 }
    $isRight = switch ("$($result.Status)") {
        'Complete' { $count -eq $study.NumberOfStudyRelatedInstances }
        'Partial' { $count -gt 0 -and $count -le $study.NumberOfStudyRelatedInstances }
        { $_ -in 'Empty', 'Failed', 'Unavailable' } { $count -eq 0 }
        default { $false }
    }
    $verdicts["$($result.Status)"]++
    $damaged = @(if ($count) { Test-PacsArchive $folder | Where-Object Status -ne 'Intact' })
    $left = @(if ([IO.Directory]::Exists("$folder/.pacsnm/staging")) { [IO.Directory]::GetFileSystemEntries("$folder/.pacsnm/staging") })
    $isBounded = $queries -le $maxQueries -and @($result.Attempts).Count -le 20 + 2 * $study.NumberOfStudyRelatedInstances
    $mostQueries = [Math]::Max($mostQueries, $queries)
    $mostRequests = [Math]::Max($mostRequests, @($result.Attempts).Count)
    if (-not $isRight -or -not $isBounded -or $damaged -or $left) {
        $wrong++
        "Wrong: call $done, quirks $chosen, study $($study.AccessionNumber): $($result.Status), $count of $($study.NumberOfStudyRelatedInstances) on disk, staging $($left.Count), $queries queries, $(@($result.Attempts).Count) requests. $($result.Reason)"
    }
    if ([IO.Directory]::Exists($folder)) { [IO.Directory]::Delete($folder, $true) }
    $done++
    if (-not $first -and ($done -ge $Calls / 4 -or $clock.Elapsed.TotalSeconds -ge $Seconds / 4)) { $first = Measure-Process }
}
$last = Measure-Process
"Verdicts: $(($verdicts.Keys | ForEach-Object { "$_ $($verdicts[$_])" }) -join ', ')"
"At most $mostQueries queries and $mostRequests requests in a call"
"Calls: $done; wrong: $wrong; bytes: $($last.Bytes - $first.Bytes); handles: $($last.Handles - $first.Handles); threads: $($last.Threads - $first.Threads); seconds: $([int]$clock.Elapsed.TotalSeconds)"
