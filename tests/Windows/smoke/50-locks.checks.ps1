# Files that other programs have open, as virus scanners, editors and synchronizers do.

Test-That 'a virus scanner that holds each new file costs no instance' {
    $folder = Join-Path $work 'scanned'
    [void] (New-Item -ItemType Directory -Path $folder)
    $scanner = [PacsNm.WindowsHost.Scanner]::new($folder, 100)
    try { $saved = @(Find-Some $linux 20 | Save-Quietly -Destination $folder) }
    finally { $scanner.Dispose() }
    Assert-True ($scanner.Count -ge 20) "It held $($scanner.Count) files"
    Assert-Status 'Complete' $saved 20
    Assert-Intact $folder
}

Test-That 'a virus scanner costs no instance that getscu.exe brings' {
    $folder = Join-Path $work 'scanned getscu'
    [void] (New-Item -ItemType Directory -Path $folder)
    $env:PATH = "$GetScu;$plainPath"
    $scanner = [PacsNm.WindowsHost.Scanner]::new($folder, 100)
    try { $saved = @($receivable | Save-Quietly -Destination $folder -Retriever GetScu) }
    finally {
        $scanner.Dispose()
        $env:PATH = $plainPath
    }
    Assert-True ($scanner.Count -ge $receivable.Count) "It held $($scanner.Count) files"
    Assert-Status 'Complete' $saved $receivable.Count
    Assert-Intact $folder
}

Test-That 'files are replaced with -Force under a virus scanner' {
    $folder = Join-Path $work 'scanned'
    $scanner = [PacsNm.WindowsHost.Scanner]::new($folder, 100)
    try { $saved = @(Find-Some $linux 5 | Save-Quietly -Destination $folder -More @{ Force = $true }) }
    finally { $scanner.Dispose() }
    Assert-Status 'Complete' $saved 5
    Assert-Intact $folder
}

Test-That 'a file that somebody has open is unreadable, and not altered' {
    $folder = Join-Path $work 'open'
    Assert-Status 'Complete' @(Find-Some $linux 1 | Save-Quietly -Destination $folder)
    $open = [IO.File]::Open(@(Get-SavedFile $folder)[0].FullName, 'Open', 'Read', 'None')
    try { Assert-Equal 'Unreadable' @(Test-PacsArchive -LiteralPath $folder)[0].Status }
    finally { $open.Dispose() }
    Assert-Intact $folder
}

Test-That 'a manifest that somebody has open is named in the error' {
    $folder = Join-Path $work 'open manifest'
    Assert-Status 'Complete' @(Find-Some $linux 1 | Save-Quietly -Destination $folder)
    $manifestFile = Get-ChildItem -LiteralPath (Join-Path $folder '.pacsnm') -File -Force | Where-Object Name -Like '2.25.*' | Select-Object -First 1
    $open = [IO.File]::Open($manifestFile.FullName, 'Open', 'Read', 'None')
    try { $saved = @(Find-Some $linux 1 | Save-Quietly -Destination $folder -More @{ TimeoutSeconds = 3 }) }
    finally { $open.Dispose() }
    Assert-Status 'Failed' $saved
    Assert-True ("$($saved.Reason) $script:saveErrors" -match 'open|use') "It says: $($saved.Reason) $script:saveErrors"
}

Test-That 'a report and a log that somebody has open are named in the error' {
    $file = Join-Path $work 'open.html'
    Set-Content -LiteralPath $file -Value 'old'
    $open = [IO.File]::Open($file, 'Open', 'Read', 'Read')
    try {
        try {
            Export-PacsReport $file -Archive (Join-Path $work 'open')
            throw 'It was replaced'
        }
        catch { Assert-True "$_".Contains($file) "No name: $_" }
        try {
            $null = Find-Some $linux 1 | Save-Quietly -Destination (Join-Path $work 'open log') -More @{ LogPath = $file }
            throw 'It was written'
        }
        catch { Assert-True "$_".Contains($file) "No name: $_" }
    }
    finally { $open.Dispose() }
    Assert-Equal 'old' (Get-Content -LiteralPath $file)
}

Test-That 'a file of saved servers that somebody has open is named in the error' {
    Set-PacsServer smoke-open -Server $linux
    $file = Join-Path $env:APPDATA 'pacsnm\servers.json'
    $open = [IO.File]::Open($file, 'Open', 'Read', 'Read')
    try {
        try {
            Set-PacsServer smoke-other -Server $linux
            throw 'It was replaced'
        }
        catch { Assert-True "$_".Contains($file) "No name: $_" }
    }
    finally { $open.Dispose() }
    Assert-True (Get-PacsServer smoke-open) 'The server has gone'
    Remove-PacsServer smoke-open
    Assert-False (Get-ChildItem -LiteralPath (Split-Path $file) | Where-Object Name -NE 'servers.json') 'Something is left'
}
