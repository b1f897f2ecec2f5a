#Requires -Version 5.1

<#
.SYNOPSIS
Retrieves the studies of the last days from a PACS. For cron and Task Scheduler.

.DESCRIPTION
Copy this file to where your jobs are, and change the defaults of its parameters or give them in the call.

The script makes a job in the destination when it runs for the first time, and runs it from then on. The job remembers which
days it has searched, so that nights in which the script did not run are caught up. See about_PacsNm_Jobs.

The script asks no question and names no patient. It writes one line to the log for each study that it retrieved or that is
not complete yet, and its exit code says whether somebody must look:

0   Every study is complete, or an earlier run has reported it for the last time.
1   A study is Partial: some of its instances are missing.
2   Nothing of a study was retrieved: it is Failed, Empty or Unavailable, or the time was over before its turn came.
3   The run did not come to its end: the PACS did not answer, the search ended early, the disk is full, a parameter is wrong.

The highest number counts. A study that is not complete is asked for again in a later run, up to twelve times in all; the run
with the last attempt reports it once more. Run the script as often as you like: it retrieves only what is missing.

.PARAMETER Server
The PACS: the name of a saved server, or AETITLE@host:port. Without it, the server that is the default when the job is made is
used (Set-PacsServer -Default).

.PARAMETER Destination
The folder to save to. There is no default.

.PARAMETER Log
The file to which lines are appended. A line that cannot be written there goes to standard error, and so does each line
where no log is given.

.PARAMETER Name
The name of the job, nightly by default. Jobs with different parameters need different names.

.PARAMETER LastDays
How many days before the last search to search again, 3 by default, because studies may arrive late.

.PARAMETER Modality
The modalities of the series to retrieve, separated by commas, NM by default. An empty text retrieves all series.

.PARAMETER StopAt
When the run ends, such as 06:00. The next run goes on. Without it, the run ends when everything is done.

.PARAMETER UnreachableTimeoutSeconds
For how long the run tries to reach a PACS that does not answer, 3600 by default.

.PARAMETER MinimumFreeSpace
Bytes that must stay free at the destination, 1GB by default.

.PARAMETER Module
The module to import: PacsNm by default, or the path of its manifest where it is not in a folder of PSModulePath.

.EXAMPLE
pwsh -NoProfile -NonInteractive -File pacsnm-daily.ps1 -Server hospital -Destination /data/nm -Log /data/nm.log
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [string] $Server = '',
    [string] $Destination = '',
    [string] $Log = '',
    [string] $Name = 'nightly',

    # Without types: a value that is wrong must end in the catch below, with exit code 3.
    $LastDays = 3,
    $Modality = 'NM',
    $StopAt = '',
    $UnreachableTimeoutSeconds = 3600,
    $MinimumFreeSpace = 1GB,
    [string] $Module = 'PacsNm',

    # A misspelled parameter, for the same reason.
    [Parameter(ValueFromRemainingArguments, DontShow)]
    [string[]] $Unknown
)

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'

# Never fails: the job goes on, and its exit code is right, though nothing can be written anywhere.
function Write-Log {
    param([string] $Text)

    $line = "$([DateTime]::Now.ToString('s')) $($Text -replace '\p{Cc}+', ' ')"
    try {
        if (-not $Log) { throw 'There is no log.' }
        [System.IO.File]::AppendAllText($Log, "$line`n")
    }
    catch {
        try { [Console]::Error.WriteLine($line) } catch { $null = $_ }
    }
}

# The code of a run that did not come to its end, until it has.
$exitCode = 3
$end = 'It was stopped.'
$worst = 0
$warnings = @()
$errors = @()

# Tells about a study, and notes its code.
function Write-Row {
    param($Row)

    $code = switch ($Row.Outcome) { 'Complete' { 0 } 'Duplicate' { 0 } 'Partial' { 1 } default { 2 } }
    $script:worst = [Math]::Max($script:worst, $code)
    $next = if ($Row.NotBefore) { " It is asked for again after $($Row.NotBefore.ToString('s'))." }
    Write-Log "$($Row.Outcome) $($Row.StudyInstanceUid): $($Row.Present) of $($Row.Expected) instances. $($Row.Reason)$next"
}

try {
    if ($Unknown) { throw "There is no parameter for '$Unknown'." }
    if (-not $Destination) { throw 'Name the folder to save to with -Destination.' }
    try { if ($Log) { $Log = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Log) } }
    catch { Write-Log "The log is not a file: $_" }
    Import-Module $Module -ErrorAction Stop
    $modalities = @(if ($Modality) { @($Modality -split ',').Trim() })

    $job = try { Get-PacsJob -Path $Destination -Name $Name } catch { if ($_.FullyQualifiedErrorId -notlike 'JobNotFound*') { throw } }
    if (-not $job) {
        $new = @{ Name = $Name; Destination = $Destination; LastDays = $LastDays }
        if ($Server) { $new.Server = $Server }
        if ($modalities) { $new.Modality = $modalities }
        $job = New-PacsJob @new
    }
    else {
        if ($Server -and $Server -notlike '*@*') { $null = Get-PacsServer -Name $Server }
        $other = @(
            if ($job.LastDays -ne $LastDays) { "-LastDays $($job.LastDays)" }
            if ("$($job.Modality)" -ne "$modalities") { "-Modality '$($job.Modality -join ',')'" }
            if ($Server -and $Server -notin $job.Server.Name, "$($job.Server)") { "-Server $($job.Server)" })
        if ($other) {
            throw "The job '$Name' was made with $($other -join ', '). Choose another -Name, or remove the job with Remove-PacsJob."
        }
    }
    Write-Log "Run of the job '$Name' at $($job.Server)."

    $run = @{
        Path = $Destination; Name = $Name; MinimumFreeSpace = $MinimumFreeSpace
        UnreachableTimeoutSeconds = $UnreachableTimeoutSeconds
    }
    if ($StopAt) { $run.StopAt = $StopAt }

    # Errors that end the run go to the catch. The others are kept for the end; that rows are not complete is told below.
    $tried = @{}
    Invoke-PacsJob @run -ErrorAction SilentlyContinue -ErrorVariable errors -WarningAction SilentlyContinue -WarningVariable +warnings |
        ForEach-Object { $tried[$_.Row] = $true; Write-Row $_ }
    Get-PacsJob -Path $Destination -Name $Name -Row |
        Where-Object { -not $tried[$_.Row] -and ($_.NotBefore -or $_.Outcome -in 'Pending', 'Postponed') } |
        ForEach-Object { Write-Row $_ }
    Write-Log "$($tried.Count) studies were asked for in this run."
    $failed = @($errors | Where-Object FullyQualifiedErrorId -NotLike 'JobIncomplete*')
    if ($failed) { throw $failed[0] }
    $exitCode = $worst
    $end = ''
}
catch {
    $end = "The run did not come to its end. $_"
}
finally {
    foreach ($warning in $warnings) { Write-Log "Warning: $warning" }
    if ($end) { Write-Log $end }
    Write-Log "Exit code $exitCode."
}
exit $exitCode
