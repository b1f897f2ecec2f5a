# What an archive proves to other tools, and what they make of it.

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    Import-Module $Manifest
}

Describe 'An archive and its list of checksums' {
    BeforeAll {
        $pacs = Start-PacsSimulator -StudyCount 6 -StudyDate 20210901-20210903
        Push-Location $TestDrive
        Find-PacsStudy -Server $pacs -StudyDate 20210901-20210903 | Save-PacsStudy -Destination ./archive | Out-Null
        Export-PacsManifest SHA256SUMS -Archive ./archive
        $files = Get-ChildItem ./archive -Recurse -File -Filter *.dcm
    }

    AfterAll {
        Pop-Location
        Stop-PacsSimulator -Server $pacs
    }

    It 'is found intact by everyone' {
        (Test-PacsArchive ./archive).Status | Select-Object -Unique | Should -Be 'Intact'
        (Test-PacsArchive ./archive -Reference SHA256SUMS).Status | Should -Be 'Intact'
        Push-Location ./archive
        sha256sum --check --quiet ../SHA256SUMS
        $LASTEXITCODE | Should -Be 0
        Pop-Location
        Compare-PacsArchive ./archive -Server $pacs -StudyDate 20210901-20210903 | Should -BeNullOrEmpty
    }

    It 'is found damaged by everyone, at the same path' {
        Add-Content -LiteralPath $files[0].FullName -Value 'x'
        Remove-Item -LiteralPath $files[1].FullName
        $lines = Test-PacsArchive ./archive -Reference SHA256SUMS -Combined | Where-Object { $_ -notlike '=*' }
        $lines | Should -Be (Test-PacsArchive ./archive -Combined | Where-Object { $_ -notlike '=*' })
        ($lines | Sort-Object | ForEach-Object { $_.Substring(0, 2) + (Split-Path $_ -Leaf) }) |
            Should -Be (@("* $($files[0].Name)", "+ $($files[1].Name)") | Sort-Object)
        Push-Location ./archive
        $said = sha256sum --check ../SHA256SUMS 2>$null | Where-Object { $_ -notlike '*: OK' }
        Pop-Location
        $said.Count | Should -Be 2
    }

    It 'is compared with the PACS, and the rows repair it' {
        $rows = Compare-PacsArchive ./archive -Server $pacs -StudyDate 20210901-20210903
        $rows.State | ForEach-Object { $_ | Should -BeIn 'Grew', 'MissingHere' }
        ($rows | Save-PacsStudy -Destination ./archive -Force).Status | Select-Object -Unique | Should -Be 'Complete'
        Compare-PacsArchive ./archive -Server $pacs -StudyDate 20210901-20210903 | Should -BeNullOrEmpty
    }

    It 'becomes a table' {
        Export-PacsTable table.parquet ./archive | Should -BeOfType System.IO.FileInfo
        Export-PacsTable series.csv ./archive -Level Series | Out-Null
        (Import-Csv series.csv).Modality | Should -Contain 'NM'
    }
}
