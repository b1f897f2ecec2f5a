<#
.SYNOPSIS
Shows the whole way on a practice PACS: test, find, filter, dry run, save, look at what was saved.

.DESCRIPTION
Nothing is connected to but 127.0.0.1, and no other program is needed: without getscu the module retrieves by itself.

.PARAMETER Destination
The folder to save to. ./nm_images by default.
#>
[CmdletBinding()]
param(
    [string] $Destination = 'nm_images'
)

$ErrorActionPreference = 'Stop'

if (-not (Get-Module PacsNm)) { Import-Module "$PSScriptRoot/../PacsNm.psd1" }

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
($saved | Get-ChildItem -Recurse -Filter *.dcm).FullName

Stop-PacsSimulator -Server $pacs
