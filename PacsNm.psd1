@{
    RootModule           = if ($PSEdition -eq 'Desktop') { 'bin/net472/PacsNm.dll' } else { 'bin/net8.0/PacsNm.dll' }
    # Beside the manifest: PowerShell refuses a nested module by its path where a folder's name has brackets.
    NestedModules        = @('PacsNm.CopyCheck.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = '5d5d1c1e-6f0e-4c52-9a3e-0d7a3a1b9c55'
    Author               = 'The PacsNm authors'
    CompanyName          = 'The PacsNm authors'
    Copyright            = '(c) The PacsNm authors. MIT licence.'
    Description          = 'Find studies on a hospital PACS, retrieve them, and prove that what arrived is complete.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess     = @('bin/PacsNm.Format.ps1xml')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Compare-PacsArchive'
        'Export-PacsManifest'
        'Export-PacsReport'
        'Export-PacsTable'
        'Find-PacsInstance'
        'Find-PacsSeries'
        'Find-PacsStudy'
        'Get-PacsFile'
        'Get-PacsJob'
        'Get-PacsServer'
        'Invoke-PacsJob'
        'New-PacsJob'
        'New-PacsSupportPackage'
        'Remove-PacsJob'
        'Remove-PacsServer'
        'Save-PacsInstance'
        'Save-PacsSeries'
        'Save-PacsStudy'
        'Set-PacsServer'
        'Start-PacsSimulator'
        'Stop-PacsSimulator'
        'Test-PacsArchive'
        'Test-PacsConnection'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('DICOM', 'PACS', 'NuclearMedicine', 'Radiology', 'getscu', 'DCMTK', 'Windows', 'Linux', 'MacOS', 'PSEdition_Core', 'PSEdition_Desktop')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
