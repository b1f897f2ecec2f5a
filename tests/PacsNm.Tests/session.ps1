<#
.SYNOPSIS
Runs commands with the module imported, and writes each stream where a test can tell it from the others.

.DESCRIPTION
Objects go to standard output; errors, warnings, verbose, debug and information text go to standard error, one per line. An error has its
ErrorId and its recommended action. The exit code is 1 if there was an error, unless the commands call exit themselves.
#>
param(
    [Parameter(Mandatory)]
    [string] $Manifest,

    [Parameter(Mandatory)]
    [string] $Command
)

$ProgressPreference = 'SilentlyContinue'
$PSStyle.OutputRendering = 'PlainText'

function Write-ErrorText {
    param([System.Management.Automation.ErrorRecord] $Record)
    $message = if ($Record.ErrorDetails.Message) { $Record.ErrorDetails.Message } else { $Record.Exception.Message }
    [Console]::Error.WriteLine("$message [$($Record.FullyQualifiedErrorId)]")
    if ($Record.ErrorDetails.RecommendedAction) { [Console]::Error.WriteLine("  $($Record.ErrorDetails.RecommendedAction)") }
}

$failed = $false
try {
    Import-Module $Manifest -ErrorAction Stop
    & ([scriptblock]::Create($Command)) *>&1 | ForEach-Object {
        switch ($_) {
            { $_ -is [System.Management.Automation.ErrorRecord] } { $failed = $true; Write-ErrorText $_; break }
            { $_ -is [System.Management.Automation.WarningRecord] } { [Console]::Error.WriteLine("WARNING: $_"); break }
            { $_ -is [System.Management.Automation.VerboseRecord] } { [Console]::Error.WriteLine("VERBOSE: $_"); break }
            { $_ -is [System.Management.Automation.DebugRecord] } { [Console]::Error.WriteLine("DEBUG: $_"); break }
            { $_ -is [System.Management.Automation.InformationRecord] } { [Console]::Error.WriteLine("INFORMATION: $_"); break }
            default { $_ }
        }
    } | Out-Default
}
catch {
    $failed = $true
    Write-ErrorText $_
}
exit [int] $failed
