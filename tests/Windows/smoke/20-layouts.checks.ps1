# The other layouts, and names that Windows does not take.

foreach ($layout in 'Flat', '{StudyDate}/{Modality}/{StudyInstanceUID}', '{PatientName}\{AccessionNumber} {StudyTime}') {
    Test-That "studies are saved in the layout $layout" {
        $folder = Join-Path $work ("layout-" + ($layout -replace '\W', ''))
        Assert-Status 'Complete' @(Find-Some $linux 5 | Save-Quietly -Destination $folder -More @{ Layout = $layout }) 5
        Assert-Intact $folder
        if ($layout -eq 'Flat') { Assert-Equal 1 (Get-ChildItem -LiteralPath $folder -Directory -Force).Count 'Folders.' }
    }
}

Test-That 'a layout that is a Windows path is refused' {
    foreach ($layout in 'C:\{StudyDate}', '\{StudyDate}', '..\{StudyDate}', 'CON\{StudyDate}', '{StudyDate}.\x', 'a:b\{StudyDate}') {
        try { Find-Some $linux 1 | Save-PacsStudy -Destination (Join-Path $work 'refused') -Layout $layout -Retriever BuiltIn }
        catch {
            Assert-True ($_.FullyQualifiedErrorId -like 'InvalidLayout*') "${layout}: $($_.FullyQualifiedErrorId)"
            continue
        }
        throw "$layout was taken"
    }
}

Test-That 'patient IDs that are reserved names or paths become safe names' {
    $folder = Join-Path $work 'hostile'
    $hostile = "PRACTICE@127.0.0.1:$($ports.Hostile)"
    $saved = @(Find-PacsStudy -Server $hostile -LastDays 3 | Save-Quietly -Destination $folder)
    Assert-Status 'Complete' $saved $ports.HostileCount
    Assert-Equal $ports.HostileCount (Get-SavedFile $folder).Count 'Files.'
    foreach ($item in Get-ChildItem -LiteralPath $folder -Recurse -Force) {
        Assert-False ($item.Name -match '^(CON|PRN|AUX|NUL|COM\d|LPT\d)(\.|$)') "Reserved: $($item.Name)"
        Assert-False ($item.Name -match '[<>:"/\\|?*\x00-\x1F]|[. ]$|^\s') "Not allowed: '$($item.Name)'"
        Assert-False ($item.Name -match '\p{Cf}') "Invisible: '$($item.Name)'"
        Assert-True ($item.Name.Length -le 120) "Long: $($item.Name)"
    }
    Assert-Intact $folder
    Assert-Status 'Skipped' @(Find-PacsStudy -Server $hostile -LastDays 3 | Save-Quietly -Destination $folder) $ports.HostileCount
}

Test-That 'a patient ID with a backslash and one that is empty are found by their studies' {
    $files = @(Get-PacsFile (Join-Path $work 'hostile'))
    Assert-Equal $ports.HostileCount $files.Count
}
