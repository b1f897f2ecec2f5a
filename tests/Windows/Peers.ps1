# Servers that others wrote, on free ports of 127.0.0.1, as tests/PacsNm.Tests starts them.

function Get-FreePort {
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $listener.LocalEndpoint.Port
    $listener.Stop()
}

function Start-Server {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Program, [string[]] $ArgumentList, [string] $AETitle, [int] $Port, [string] $Data)

    if (-not $PSCmdlet.ShouldProcess($Program)) { return }
    $path = (Get-Command $Program, "/usr/sbin/$Program" -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source
    # Its output is not read.
    $process = [System.Diagnostics.Process]::Start('/bin/sh', [string[]] (@('-c', 'exec "$0" "$@" > /dev/null 2>&1', $path) + $ArgumentList))
    $end = [datetime]::UtcNow.AddSeconds(30)
    do {
        Start-Sleep -Milliseconds 50
        & echoscu -aec $AETitle 127.0.0.1 $Port 2> $null
    } while ($LASTEXITCODE -ne 0 -and [datetime]::UtcNow -lt $end)
    & storescu -R -aec $AETitle +sd +r 127.0.0.1 $Port $Data 2> $null
    if ($LASTEXITCODE -ne 0) { Write-Warning "$Program did not take the files." }
    $process
}

function Start-Dcmqrscp {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Folder, [int] $Port, [string] $Data)

    if (-not $PSCmdlet.ShouldProcess($Folder)) { return }
    $area = New-Item -ItemType Directory -Path (Join-Path $Folder 'area')
    $config = Join-Path $Folder 'dcmqrscp.cfg'
    Set-Content -LiteralPath $config -Value @"
MaxPDUSize = 131072
MaxAssociations = 32
HostTable BEGIN
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
DCMQRSCP $area RW (400, 1024mb) ANY
AETable END
"@
    Start-Server -Program dcmqrscp -ArgumentList '-c', $config, $Port -AETitle DCMQRSCP -Port $Port -Data $Data
}

function Start-Orthanc {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Folder, [int] $Port, [string] $Data)

    if (-not $PSCmdlet.ShouldProcess($Folder)) { return }
    $config = Join-Path $Folder 'orthanc.json'
    @{
        DicomAet = 'ORTHANC'; DicomPort = $Port; HttpServerEnabled = $false; Plugins = @(); DicomModalities = @{}
        DicomAlwaysAllowEcho = $true; DicomAlwaysAllowStore = $true; DicomAlwaysAllowFind = $true; DicomAlwaysAllowGet = $true
        StorageDirectory = Join-Path $Folder 'storage'
    } | ConvertTo-Json | Set-Content -LiteralPath $config
    Start-Server -Program Orthanc -ArgumentList $config -AETitle ORTHANC -Port $Port -Data $Data
}
