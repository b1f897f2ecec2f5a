# What the specifications share. Each file dot-sources it in BeforeAll; TestDrive is Pester's folder for the file.

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Root = Resolve-Path "$PSScriptRoot/../.."
$Manifest = Join-Path $Root 'PacsNm.psd1'

# PowerShell in a process of its own, as a scheduled task starts it. Standard output and error are apart, and so is the environment.
function Invoke-NewPowerShell {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string[]] $ArgumentList,

        # Variables to set, or with $null to remove.
        [hashtable] $Environment = @{},

        [int] $TimeoutSeconds = 90
    )

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    foreach ($argument in @((Join-Path $PSHOME 'pwsh.dll'), '-NoLogo', '-NoProfile', '-NonInteractive') + $ArgumentList) {
        $start.ArgumentList.Add($argument)
    }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.WorkingDirectory = "$TestDrive"
    $start.Environment['NO_COLOR'] = '1'
    foreach ($name in $Environment.Keys) {
        if ($null -eq $Environment[$name]) { [void] $start.Environment.Remove($name) }
        else { $start.Environment[$name] = $Environment[$name] }
    }
    $process = [System.Diagnostics.Process]::Start($start)
    try {
        $process.StandardInput.Close()
        $output = $process.StandardOutput.ReadToEndAsync()
        $errorText = $process.StandardError.ReadToEndAsync()
        if (-not $process.WaitForExit($TimeoutSeconds * 1000)) {
            $process.Kill($true)
            throw "pwsh did not end within $TimeoutSeconds s."
        }
        [pscustomobject]@{ ExitCode = $process.ExitCode; Output = $output.Result; Error = $errorText.Result }
    }
    finally {
        $process.Dispose()
    }
}

# Runs a block in another culture, as on a user's machine.
function Invoke-WithCulture {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [string] $Name,

        [Parameter(Mandatory)]
        [scriptblock] $ScriptBlock
    )

    $before = [cultureinfo]::CurrentCulture
    [cultureinfo]::CurrentCulture = [cultureinfo]::GetCultureInfo($Name)
    try { & $ScriptBlock }
    finally { [cultureinfo]::CurrentCulture = $before }
}
