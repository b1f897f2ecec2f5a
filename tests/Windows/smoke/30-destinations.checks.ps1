# Destinations of every kind that Windows has.

$deep = Join-Path $work ((1..4 | ForEach-Object { 'd' * 50 }) -join '\')
$destinations = [ordered]@{
    'a drive root'               = 'D:\'
    'a UNC path'                 = "\\localhost\c$\smoke\$(Split-Path -Leaf $work)\unc"
    'a path after \\?\'          = "\\?\$work\verbatim"
    'a path beyond 260'          = $deep
    'a folder in other letters'  = Join-Path $work "Gr$([char] 0xF6)$([char] 0xDF)e $([char] 0x60A3)$([char] 0x8005)"
    'a folder with a bracket'    = Join-Path $work 'nm [2021] #1 %TEMP% & co'
    'a path with slashes'        = "$work/with/slashes/".Replace('\', '/')
}
foreach ($kind in $destinations.Keys) {
    Test-That "studies are saved to $kind" {
        $folder = $destinations[$kind]
        Assert-Status 'Complete', 'Skipped' @(Find-Some $linux 2 | Save-Quietly -Destination $folder) 2
        Assert-Status 'Skipped' @(Find-Some $linux 2 | Save-Quietly -Destination $folder) 2
        Assert-Intact $folder
        Assert-True @(Get-SavedFile $folder) 'No file'
    }
}

Test-That 'a path beyond 260 characters is warned of' {
    $folder = Join-Path $deep 'warned'
    $null = Find-Some $linux 1 |
        Save-PacsStudy -Destination $folder -Retriever BuiltIn -WarningVariable warnings -WarningAction SilentlyContinue
    Assert-True ("$warnings" -like '*longer than 259 characters*') "Warnings: $warnings"
}

Test-That 'a relative destination is below the current folder' {
    Push-Location -LiteralPath $work
    try {
        Assert-Status 'Complete' @(Find-Some $linux 1 | Save-Quietly -Destination '.\relative\images')
        Assert-Intact (Join-Path $work 'relative\images')
    }
    finally { Pop-Location }
}

Test-That 'a destination that cannot exist is named in the error' {
    foreach ($folder in "$work\a|b", 'Q:\nowhere') {
        $named = $folder -like 'Q:*' ? "'Q'" : $folder
        try {
            $null = Find-Some $linux 1 | Save-PacsStudy -Destination $folder -Retriever BuiltIn -ErrorAction Stop
            throw "It was taken: $folder"
        }
        catch {
            if ("$_" -like 'It was taken*') { throw }
            Assert-True ("$_".Contains($named)) "No name: $_"
            Assert-False ("$_" -match 'HRESULT|0x8') "Bare: $_"
        }
    }
}
