# What is stored on this computer, TLS, and the rules for scripts.

Test-That 'servers are saved in the roaming application data, and found by another process' {
    $file = Join-Path $env:APPDATA 'pacsnm\servers.json'
    Set-PacsServer smoke -ComputerName 127.0.0.1 -Port $ports.Plain -CalledAETitle PRACTICE -Default
    Assert-True (Test-Path -LiteralPath $file) "No $file"
    Assert-Equal $ports.Plain (Get-PacsServer smoke).Port
    $result = Join-Path $work 'default.txt'
    $child = Start-Child "Import-Module '$Manifest'; (Find-PacsStudy -LastDays 40).Count | Set-Content -LiteralPath '$result'"
    Assert-True $child.WaitForExit(30000) 'It did not end'
    Assert-Equal 20 (Get-Content -LiteralPath $result)
    Assert-True (Test-PacsConnection -Server smoke -Quiet) 'Not found by its name'
    Set-PacsServer smoke -Port 1
    Remove-PacsServer smoke
    Assert-False (Get-PacsServer smoke -ErrorAction Ignore) 'It is still there'
}

Test-That 'a log has a line for each event' {
    $log = Join-Path $work 'download.log'
    $null = Find-Some $linux 2 | Save-Quietly -Destination (Join-Path $work 'logged') -More @{ LogPath = $log }
    $null = Find-Some $linux 2 | Save-Quietly -Destination (Join-Path $work 'logged') -More @{ LogPath = $log }
    $lines = @(Get-Content -LiteralPath $log)
    Assert-Equal 4 @($lines -match 'Begin Study').Count
    Assert-Equal 2 @($lines -match 'End, ').Count
    Assert-False ($lines -match 'ZZ') 'A patient is named'
}

Test-That 'a file of rows is read as PowerShell writes it' {
    $table = Join-Path $work 'cohort.csv'
    Find-Some $linux 3 | Select-Object AccessionNumber | Export-Csv -LiteralPath $table
    Assert-Equal 3 @(Import-Csv -LiteralPath $table | Find-PacsStudy -Server $linux).Count
}

$tls = @{ Server = "PRACTICE@127.0.0.1:$($ports.Tls)"; UseTls = $true }
Test-That 'a PACS with TLS is used' {
    $result = Test-PacsConnection @tls -SkipCertificateCheck
    Assert-True $result.Succeeded $result.Reason
    Assert-True ($null -ne $result.TlsMilliseconds) 'No TLS'
    $folder = Join-Path $work 'tls'
    $saved = @(Find-PacsStudy @tls -SkipCertificateCheck -LastDays 40 -MaxStudies 3 | Save-Quietly -Destination $folder)
    Assert-Status 'Complete' $saved 3
    Assert-Intact $folder
}

Test-That 'getscu.exe retrieves from a PACS with TLS, through the relay' {
    $env:PATH = "$GetScu;$plainPath"
    try {
        $folder = Join-Path $work 'tls getscu'
        $studies = @(Find-PacsStudy @tls -SkipCertificateCheck -StudyInstanceUid $receivable.StudyInstanceUid)
        Assert-Status 'Complete' @($studies | Save-Quietly -Destination $folder -Retriever GetScu) $receivable.Count
    }
    finally { $env:PATH = $plainPath }
}

Test-That 'a certificate that is not trusted is refused' {
    $result = Test-PacsConnection @tls -ErrorAction SilentlyContinue
    Assert-False $result.Succeeded 'It was accepted'
    Assert-True ($result.Reason -like '*TLS handshake*') $result.Reason
}

Test-That 'a client certificate is read from a PFX file' {
    $password = ConvertTo-SecureString 'only for tests' -AsPlainText -Force
    $result = Test-PacsConnection @tls -SkipCertificateCheck -CertificatePath (Join-Path $Shared 'client.pfx') -CertificatePassword $password
    Assert-True $result.Succeeded $result.Reason
}

foreach ($case in @{ Policy = 'RemoteSigned'; Says = 'imported' }, @{ Policy = 'Restricted'; Says = '*running scripts is disabled*' }) {
    Test-That "the import under the execution policy $($case.Policy) says: $($case.Says)" {
        $result = Join-Path $work "policy-$($case.Policy).txt"
        $command = "`$(try { Import-Module '$Manifest' -ErrorAction Stop; 'imported' } catch { ""`$_"" }) | Set-Content '$result'"
        $child = Start-Child -Command $command -Policy $case.Policy
        Assert-True $child.WaitForExit(30000) 'It did not end'
        $said = "$(Get-Content -LiteralPath $result)"
        Assert-True ($said -like $case.Says) $said
    }
}
