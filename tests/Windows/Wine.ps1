# wine, in a prefix of its own.

# The runtime crashes with W^X, and what is written to the console does not matter.
$env:WINEARCH = 'win64'
$env:WINEDEBUG = '-all'
$env:DOTNET_EnableWriteXorExecute = '0'

# No question about an HTML engine. mscoree stays: wine's loader takes assemblies with it.
$env:WINEDLLOVERRIDES = 'mshtml='

function Test-WinePrefix {
    [CmdletBinding()]
    param([string] $Folder)

    if (-not (Test-Path -LiteralPath (Join-Path $Folder 'ready'))) { return $false }
    & timeout 30 wine cmd /c exit 7 2>&1 | Out-Null
    $LASTEXITCODE -eq 7
}

# Makes the prefix where it is missing or broken.
function Initialize-WinePrefix {
    [CmdletBinding()]
    param([string] $Folder)

    $env:WINEPREFIX = $Folder
    if (Test-WinePrefix $Folder) { return }
    Stop-Wine
    if (Test-Path -LiteralPath $Folder) { Remove-Item -LiteralPath $Folder -Recurse -Force }
    [void] (New-Item -ItemType Directory -Path $Folder)
    foreach ($command in @('wineboot', '-i'), @('winecfg', '-v', 'win10')) {
        & timeout 120 wine @command 2>&1 | Out-Null
        if ($LASTEXITCODE -ne 0) { throw "wine $command ended with $LASTEXITCODE." }
    }
    [void] (New-Item -ItemType File -Path (Join-Path $Folder 'ready'))
}

# A second drive, and \\localhost\c$.
function Add-WinePath {
    [CmdletBinding()]
    param([string] $Drive)

    $devices = Join-Path $env:WINEPREFIX 'dosdevices'
    [void] (New-Item -ItemType Directory -Path (Join-Path $devices 'unc/localhost') -Force)
    & ln -sfn $Drive (Join-Path $devices 'd:')
    & ln -sfn (Join-Path $env:WINEPREFIX 'drive_c') (Join-Path $devices 'unc/localhost/c$')
}

function ConvertTo-WinePath {
    [CmdletBinding()]
    param([string] $Path)

    "Z:$($Path.Replace('/', '\'))"
}

# Runs a program on a pseudo-terminal, without which PowerShell writes nothing, and returns its lines.
function Invoke-Wine {
    [CmdletBinding()]
    param([string[]] $ArgumentList, [int] $Seconds)

    $output = [System.IO.Path]::GetTempFileName()
    try {
        $quoted = $ArgumentList | ForEach-Object { "'$($_.Replace("'", "'\''"))'" }
        $null | & timeout -k 5 $Seconds script -qec "wine $quoted > '$output' 2>&1" /dev/null | Out-Null
        $exitCode = $LASTEXITCODE
        Get-Content -LiteralPath $output | Where-Object { $_ -notlike 'wine: Read access denied*' }
        $global:LASTEXITCODE = $exitCode
    }
    finally { Remove-Item -LiteralPath $output }
}

# Ends what still runs in the prefix, and nothing else.
function Stop-Wine {
    [CmdletBinding(SupportsShouldProcess)]
    param()

    if ($PSCmdlet.ShouldProcess($env:WINEPREFIX)) { & wineserver -k 2>&1 | Out-Null }
}
