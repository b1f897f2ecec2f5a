#Requires -Version 5.1

<#
.SYNOPSIS
Retrieves the studies of the last days from a PACS. For cron and Task Scheduler.

.DESCRIPTION
Copy this file to where your jobs are, and change the defaults of its parameters or give them in the call.

The script asks no question and names no patient. It writes one line per study to the log, and its exit code says whether
somebody must look:

0   Every study is complete, or was complete before.
1   A study is Partial: some of its instances are missing.
2   Nothing of a study was retrieved: it is Failed, Empty or Unavailable, or it was found and not asked for.
3   The job did not come to its end: the PACS did not answer, the search ended early, the disk is full, a parameter is wrong.

The highest number counts. Run the script as often as you like: it retrieves only what is missing.

.PARAMETER Server
The PACS: the name of a saved server, or AETITLE@host:port. Without it, the default server is used (Set-PacsServer -Default).

.PARAMETER Destination
The folder to save to. There is no default.

.PARAMETER Log
The file to which lines are appended. A line that cannot be written there goes to standard error, and so does each line
where no log is given.

.PARAMETER LastDays
How many days to look back, 3 by default.

.PARAMETER Modality
The modalities to retrieve, separated by commas, NM by default. An empty text retrieves all modalities.

.PARAMETER MaxStudies
The most studies to retrieve in one run, 500 by default. Studies that are on disk already are counted. If the PACS has more, the
exit code is 2.

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

    # Without types: a value that is wrong must end in the catch below, with exit code 3.
    $LastDays = 3,
    $Modality = 'NM',
    $MaxStudies = 500,
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

# The code of a job that did not come to its end, until it has.
$exitCode = 3
$end = 'It was stopped.'
$found = 0
$told = 0
$worst = 0
$warnings = @()
try {
    if ($Unknown) { throw "There is no parameter for '$Unknown'." }
    if (-not $Destination) { throw 'Name the folder to save to with -Destination.' }
    try { if ($Log) { $Log = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Log) } }
    catch { Write-Log "The log is not a file: $_" }
    Import-Module $Module -ErrorAction Stop

    $find = @{ LastDays = $LastDays }
    if ($Server) { $find.Server = $Server }
    if ($Modality) { $find.Modality = @($Modality -split ',').Trim() }
    $save = @{ Destination = $Destination; MaxStudies = $MaxStudies; MinimumFreeSpace = $MinimumFreeSpace }

    # An error of Find is kept for the end, so that what it found before is saved. An error of Save is about one study, whose
    # result has the same reason. Errors that end the pipeline go to the catch.
    Find-PacsStudy @find -ErrorAction SilentlyContinue -ErrorVariable findErrors -WarningAction SilentlyContinue -WarningVariable +warnings |
        ForEach-Object { $found++; $_ } |
        Save-PacsStudy @save -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -WarningVariable +warnings |
        ForEach-Object {
            $told++
            $code = switch ($_.Status) { 'Complete' { 0 } 'Skipped' { 0 } 'Partial' { 1 } default { 2 } }
            $worst = [Math]::Max($worst, $code)
            Write-Log ("$($_.Status) $($_.StudyInstanceUid): $($_.Received) received, $($_.AlreadyPresent) already present, " +
                "$(@($_.Missing).Count) missing. $($_.Reason)")
        }
    if ($findErrors) { throw $findErrors[0] }

    if ($found -gt $told) {
        $why = if ($told -ge $MaxStudies) { "-MaxStudies is $MaxStudies" } else { 'Save-PacsStudy refused them' }
        Write-Log "$($found - $told) of $found studies were not retrieved: $why."
        $worst = 2
    }
    $exitCode = $worst
    $end = ''
}
catch {
    $end = "The job did not come to its end. $_"
}
finally {
    foreach ($warning in $warnings) { Write-Log "Warning: $warning" }
    Write-Log "$found studies were found."
    if ($end) { Write-Log $end }
    Write-Log "Exit code $exitCode."
}
exit $exitCode
