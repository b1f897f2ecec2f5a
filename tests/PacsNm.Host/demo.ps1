<#
.SYNOPSIS
Shows the whole way on a practice PACS: test, find, filter, dry run, save, look at what was saved.

.DESCRIPTION
Nothing is connected to but 127.0.0.1. Where getscu is missing, DCMTK is installed by the system's package manager.

.PARAMETER Destination
The folder to save to. ./nm_images by default.
#>
[CmdletBinding()]
param(
    [string] $Destination = 'nm_images'
)

$ErrorActionPreference = 'Stop'

function Install-Dcmtk {
    [CmdletBinding()]
    param()

    $installer = if (Get-Command apt-get -ErrorAction Ignore) { 'apt-get', 'install', '-y', 'dcmtk' }
    elseif (Get-Command dnf -ErrorAction Ignore) { 'dnf', 'install', '-y', 'dcmtk' }
    elseif (Get-Command brew -ErrorAction Ignore) { 'brew', 'install', 'dcmtk' }
    elseif (Get-Command choco -ErrorAction Ignore) { 'choco', 'install', '-y', 'dcmtk' }
    else { throw 'getscu is missing, and no package manager that has it was found. Install DCMTK: https://dicom.offis.de/dcmtk' }

    # Root needs no sudo, and Homebrew wants none.
    $elevated = $installer[0] -in 'apt-get', 'dnf' -and (& id -u) -ne '0'
    "getscu is missing. Installing DCMTK: $installer"
    if ($installer[0] -eq 'apt-get') {
        if ($elevated) { & sudo apt-get update -qq } else { & apt-get update -qq }
    }
    if ($elevated) { & sudo @installer } else { & $installer[0] $installer[1..9] }
    if ($LASTEXITCODE -ne 0) { throw "DCMTK could not be installed: $installer ended with $LASTEXITCODE." }
}

if (-not (Get-Command Start-PacsSimulator -ErrorAction Ignore)) { Import-Module "$PSScriptRoot/../../PacsNm.psd1" }
if (-not (Get-Command getscu -ErrorAction Ignore)) { Install-Dcmtk }

'Start-PacsSimulator -StudyCount 6: a practice PACS on 127.0.0.1'
$pacs = Start-PacsSimulator -StudyCount 6
$pacs | Out-Default

'Test-PacsConnection -Server $pacs'
Test-PacsConnection -Server $pacs | Out-Default

'Find-PacsStudy -Server $pacs'
Find-PacsStudy -Server $pacs | Out-Default

'... | Where-Object { $_.ModalitiesInStudy -contains ''NM'' } | Save-PacsStudy -WhatIf'
$studies = Find-PacsStudy -Server $pacs | Where-Object { $_.ModalitiesInStudy -contains 'NM' }
$studies | Save-PacsStudy -Destination $Destination -WhatIf

''
"... | Save-PacsStudy -Destination $Destination"
$saved = $studies | Save-PacsStudy -Destination $Destination
$saved | Out-Default

'What was saved:'
$saved | ForEach-Object { [System.IO.Directory]::EnumerateFiles($_.Path, '*.dcm', 'AllDirectories') }

Stop-PacsSimulator -Server $pacs
