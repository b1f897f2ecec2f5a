<#
.SYNOPSIS
Starts the practice PACS that the smoke test talks to from Windows, writes their ports to a file, and runs until it is ended.

.PARAMETER Folder
A new folder for the ports (ports.json), and for the files and certificates that the smoke test uses.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Folder
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../../PacsNm.psd1')

# Patient IDs that no file system should see as they are. The backslash separates two values in DICOM, and is part of a path.
$hostileIds = @(
    'CON', 'nul', 'COM1.txt', 'a:b', 'trailing dot.', 'trailing blank. ', ('x' * 300), '..\..\x', '../../y', 'Case', 'case', 'CASE'
    "$([char] 0x202E)gpj.exe", "Jos$([char] 0xE9) $([char] 0x60A3)", 'C:\Windows\x', '\\server\share\x', '%TEMP%', '$(x)', '[a]*?', '~1', ''
)

# One element in explicit VR little endian, without any writer of the module (PS3.5 7.1.2).
function ConvertTo-Element {
    [CmdletBinding()]
    param([int] $Group, [int] $Element, [string] $Representation, [byte[]] $Value)

    if ($Value.Length % 2) { $Value += [byte] ($Representation -eq 'UI' ? 0 : 32) }
    [BitConverter]::GetBytes([uint16] $Group) + [BitConverter]::GetBytes([uint16] $Element) +
        [Text.Encoding]::ASCII.GetBytes($Representation) + [BitConverter]::GetBytes([uint16] $Value.Length) + $Value
}

function New-HostileFile {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Path, [int] $Number, [string] $PatientId)

    $study = "2.25.329800735698586629295641978511506172918.17.$Number"
    $text = { param($value) , [Text.Encoding]::UTF8.GetBytes($value) }
    $dataset = @(
        ConvertTo-Element 0x0008 0x0005 CS (& $text 'ISO_IR 192')
        ConvertTo-Element 0x0008 0x0016 UI (& $text '1.2.840.10008.5.1.4.1.1.7')
        ConvertTo-Element 0x0008 0x0018 UI (& $text "$study.1.1")
        ConvertTo-Element 0x0008 0x0020 DA (& $text ([datetime]::Today.AddDays(-1).ToString('yyyyMMdd')))
        ConvertTo-Element 0x0008 0x0030 TM (& $text '101500')
        ConvertTo-Element 0x0008 0x0060 CS (& $text 'OT')
        ConvertTo-Element 0x0010 0x0010 PN (& $text 'ZZTEST')
        ConvertTo-Element 0x0010 0x0020 LO (& $text $PatientId)
        ConvertTo-Element 0x0020 0x000D UI (& $text $study)
        ConvertTo-Element 0x0020 0x000E UI (& $text "$study.1")
    )
    $meta = @(
        ConvertTo-Element 0x0002 0x0002 UI (& $text '1.2.840.10008.5.1.4.1.1.7')
        ConvertTo-Element 0x0002 0x0003 UI (& $text "$study.1.1")
        ConvertTo-Element 0x0002 0x0010 UI (& $text '1.2.840.10008.1.2.1')
    )
    $group = ConvertTo-Element 0x0002 0x0000 UL ([BitConverter]::GetBytes([uint32] $meta.Count))
    if ($PSCmdlet.ShouldProcess($Path)) {
        [IO.File]::WriteAllBytes($Path, [byte[]] ((, [byte] 0 * 128) + [Text.Encoding]::ASCII.GetBytes('DICM') + $group + $meta + $dataset))
    }
}

# A client certificate: wine cannot make one.
function New-Certificate {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Folder)

    $key = [Security.Cryptography.RSA]::Create(2048)
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
        'CN=pacsnm test client', $key, [Security.Cryptography.HashAlgorithmName]::SHA256,
        [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddHours(-1), [DateTimeOffset]::UtcNow.AddDays(1))
    if ($PSCmdlet.ShouldProcess($Folder)) {
        [IO.File]::WriteAllBytes("$Folder/client.pfx", $certificate.Export('Pfx', 'only for tests'))
        [IO.File]::WriteAllText("$Folder/client.pem", $certificate.ExportCertificatePem() + "`n" + $key.ExportPkcs8PrivateKeyPem())
    }
}

$hostile = Join-Path $Folder 'hostile'
[void] (New-Item -ItemType Directory -Path $hostile)
for ($number = 1; $number -le $hostileIds.Count; $number++) {
    New-HostileFile -Path "$hostile/$number.dcm" -Number $number -PatientId $hostileIds[$number - 1]
}
New-Certificate -Folder $Folder

$ports = [ordered]@{
    Plain        = (Start-PacsSimulator).Port
    Hostile      = (Start-PacsSimulator -Path $hostile).Port
    HostileCount = $hostileIds.Count
    Tls          = (Start-PacsSimulator -UseTls).Port
    Slow         = (Start-PacsSimulator -Quirk SlowResponses=80).Port
}

# What dcmqrscp and Orthanc are given: uncompressed, because storescu offers nothing else by default.
$all = Join-Path $Folder 'all'
[void] (New-Item -ItemType Directory -Path (Join-Path $Folder 'data'))
Find-PacsStudy -Server "PRACTICE@127.0.0.1:$($ports.Plain)" -LastDays 40 -MaxStudies 6 |
    Save-PacsStudy -Destination $all -Retriever BuiltIn | Out-Null
Get-PacsFile $all -Property TransferSyntaxUID |
    Where-Object { $_.TransferSyntaxUID -in '1.2.840.10008.1.2', '1.2.840.10008.1.2.1' -and $_.SopClassUid -like '1.2.840.10008.*' } |
    ForEach-Object { Copy-Item -LiteralPath $_.Path -Destination (Join-Path $Folder 'data') }
$ports | ConvertTo-Json | Set-Content -LiteralPath "$Folder/ports.new"
Move-Item -LiteralPath "$Folder/ports.new" -Destination "$Folder/ports.json"
Start-Sleep -Seconds 1200
