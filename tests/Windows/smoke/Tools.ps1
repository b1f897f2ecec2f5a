# What the checks share. smoke.ps1 dot-sources it, and then each file of checks.

function Test-That {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $What,

        [Parameter(Mandatory)]
        [scriptblock] $Body
    )

    if ($What -notlike $Name) { return }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    try {
        $null = . $Body 6>$null
        $script:passed++
        "ok  $What ($([int] $clock.ElapsedMilliseconds) ms)"
    }
    catch {
        $script:failed++
        $at = if ($_.InvocationInfo.ScriptName) { " [$(Split-Path -Leaf $_.InvocationInfo.ScriptName):$($_.InvocationInfo.ScriptLineNumber)]" }
        "FAIL ${What}: $("$_".ReplaceLineEndings(' '))$at"
    }
}

function Assert-Equal {
    [CmdletBinding()]
    param($Expected, $Actual, [string] $What)

    if ("$Expected" -cne "$Actual") { throw "$What Expected '$Expected', got '$Actual'.".Trim() }
}

function Assert-True {
    [CmdletBinding()]
    param($Value, [string] $What = 'Expected true')

    if (-not $Value) { throw "$What." }
}

function Assert-False {
    [CmdletBinding()]
    param($Value, [string] $What = 'Expected false')

    if ($Value) { throw "$What." }
}

# Fails with what the results say for themselves.
function Assert-Status {
    [CmdletBinding()]
    param([string[]] $Expected, $Results, [int] $AtLeast = 1)

    if (@($Results).Count -lt $AtLeast) { throw "$(@($Results).Count) results, expected $AtLeast or more." }
    $others = @($Results | Where-Object { "$($_.Status)" -notin $Expected })
    if ($others) {
        $first = $others[0]
        $missing = $first.Missing | Select-Object -First 1
        throw "$($others.Count) of $(@($Results).Count) are not $($Expected -join '/'): $($first.Status), $($first.Reason) $($missing.Kind) $($missing.Reason)"
    }
}

# Every file of an archive is recorded, and as it was.
function Assert-Intact {
    [CmdletBinding()]
    param([string] $Path, [string[]] $Saved = 'Complete')

    $studies = @(Test-PacsArchive -LiteralPath $Path)
    Assert-True $studies "No study in '$Path'"
    foreach ($study in $studies) {
        if ("$($study.Status)" -ne 'Intact' -or "$($study.Saved)" -notin $Saved) { throw "Study $($study.StudyInstanceUid): $($study.Status), saved $($study.Saved)." }
    }
}

function Find-Some {
    [CmdletBinding()]
    param($Server, [int] $Count = 2)

    Find-PacsStudy -Server $Server -LastDays 40 -MaxStudies $Count
}

# Saves quietly: the checks look at the results.
function Save-Quietly {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromPipeline)]
        $Study,

        [Parameter(Mandatory)]
        [string] $Destination,

        [string] $Retriever = 'BuiltIn',

        [hashtable] $More = @{}
    )

    begin { $studies = [Collections.Generic.List[object]]::new() }
    process { $studies.Add($Study) }
    end { $studies | Save-PacsStudy -Destination $Destination -Retriever $Retriever @More -ErrorAction SilentlyContinue -ErrorVariable script:saveErrors }
}

function Get-SavedFile {
    [CmdletBinding()]
    param([string] $Path)

    Get-ChildItem -LiteralPath $Path -Recurse -File -Force | Where-Object FullName -NotLike '*\.pacsnm\*'
}

function Wait-Until {
    [CmdletBinding()]
    param([string] $What, [scriptblock] $Condition, [int] $Seconds = 30)

    $end = [datetime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Condition)) {
        if ([datetime]::UtcNow -gt $end) { throw "Not within $Seconds s: $What." }
        Start-Sleep -Milliseconds 20
    }
}

# PowerShell in a process of its own, on the same console: without one it says nothing under wine.
function Start-Child {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Command, [string] $Policy = 'Bypass')

    $start = [Diagnostics.ProcessStartInfo]::new((Get-Process -Id $PID).Path)
    foreach ($argument in '-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', $Policy, '-Command', $Command) {
        $start.ArgumentList.Add($argument)
    }
    if ($PSCmdlet.ShouldProcess($Command)) { [Diagnostics.Process]::Start($start) }
}

# A save in a runspace of its own, to stop it as Ctrl+C does.
function Start-Pipeline {
    [CmdletBinding(SupportsShouldProcess)]
    param($Server, [int] $Count, [string] $Destination, [string] $Retriever = 'BuiltIn')

    if (-not $PSCmdlet.ShouldProcess($Destination)) { return }
    $shell = [powershell]::Create()
    [void] $shell.AddScript({
        param($manifest, $server, $count, $destination, $retriever)
        $WarningPreference = $ProgressPreference = 'SilentlyContinue'
        Import-Module $manifest
        Find-PacsStudy -Server $server -LastDays 40 -MaxStudies $count |
            Save-PacsStudy -Destination $destination -Retriever $retriever -ErrorAction SilentlyContinue
    }).AddArgument($Manifest).AddArgument($Server).AddArgument($Count).AddArgument($Destination).AddArgument($Retriever)
    [pscustomobject]@{ Shell = $shell; Handle = $shell.BeginInvoke() }
}

function Receive-Pipeline {
    [CmdletBinding()]
    param($Pipeline)

    try { $Pipeline.Shell.EndInvoke($Pipeline.Handle) }
    finally { $Pipeline.Shell.Dispose() }
}

# How many seconds it took to stop.
function Stop-Pipeline {
    [CmdletBinding(SupportsShouldProcess)]
    param($Pipeline)

    if (-not $PSCmdlet.ShouldProcess('pipeline')) { return }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $stop = $Pipeline.Shell.BeginStop($null, $null)
    if (-not $stop.AsyncWaitHandle.WaitOne(30000)) { throw 'It did not stop within 30 s.' }
    $clock.Elapsed.TotalSeconds
    $Pipeline.Shell.Dispose()
}
