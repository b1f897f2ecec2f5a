using System.Management.Automation;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Paths as people give them: with characters of patterns, by the pipeline, on other drives, on other providers.</summary>
public sealed class PathTests : IDisposable
{
    private readonly Engine _engine = new();

    public static TheoryData<string> FolderNames => ["a [1]", "ü ä", "with  spaces", "b`[x"];

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("a [1]", "BuiltIn")]
    [InlineData("a [1]", "GetScu")]
    [InlineData("a [1]", "MoveScu")]
    [InlineData("ü ä", "GetScu")]
    [InlineData("ü ä", "MoveScu")]
    [InlineData("with  spaces", "GetScu")]
    public void A_study_is_saved_into_a_folder_of_any_name(string name, string retriever)
    {
        if (retriever != "BuiltIn")
            Require.Tool(retriever.ToLowerInvariant());
        var port = LoopbackPort.Free();
        var result = _engine.Run(
            """
            $pacs = Start-PacsSimulator -StudyCount 1 -MoveDestination @{ ALBIZIA_WG = $port }
            Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination "$name/d" -Retriever $retriever -LocalPort $port
            Test-PacsArchive "$name/d"
            """,
            ("name", name), ("retriever", retriever), ("port", port)).ThrowIfFailed();
        Assert.Equal(["Complete", "Intact"], result.Texts("Status"));
        Assert.NotEmpty(SavedFolder.Files(Path.Combine(_engine.Folder, name, "d")));
    }

    [Theory, MemberData(nameof(FolderNames))]
    public void Every_parameter_takes_a_path_as_it_stands(string name)
    {
        Save(Path.Combine(name, "d"));
        using var certificates = new TestCertificates();
        File.Copy(certificates.ClientPfx, Path.Combine(_engine.Folder, name, "own.pfx"));
        var result = _engine.Run(
            """
            Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination "$name/d" -LogPath "$name/run.log" |
                Export-PacsReport "$name/results.html"
            Export-PacsReport "$name/archive.html" -Archive "$name/d"
            Export-PacsReport -LiteralPath "$name/literal.html" -Archive "$name/d"
            $served = Start-PacsSimulator -Path "$name/d"
            Test-PacsConnection -Quiet -Server $served -CertificatePath "$name/own.pfx" -CertificatePassword $password
            (Find-PacsStudy -Server $served).StudyInstanceUid
            (Test-PacsArchive -Path "$name/d").Status
            (Test-PacsArchive -LiteralPath "$name/d").Status
            (Get-PacsFile -LiteralPath "$name/d").Modality -eq 'NM' | Select-Object -First 1
            """,
            ("name", name), ("password", new System.Net.NetworkCredential("", TestCertificates.Password).SecurePassword)).ThrowIfFailed();
        Assert.Equal(
            ["results.html", "archive.html", "literal.html"], result.Output.Take(3).Select(file => ((FileInfo)file.BaseObject).Name));
        Assert.Equal(true, result.Output[3].BaseObject);
        Assert.Equal(["Intact", "Intact", "NM"], result.Output.Skip(5).Select(value => $"{value}"));
        Assert.Equal(
            ["archive.html", "d", "literal.html", "own.pfx", "results.html", "run.log"],
            Directory.EnumerateFileSystemEntries(Path.Combine(_engine.Folder, name)).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
        Assert.Equal([name], Directory.EnumerateDirectories(_engine.Folder).Select(Path.GetFileName));
    }

    [Theory, MemberData(nameof(FolderNames))]
    public void Files_come_from_the_pipeline_in_every_form(string name)
    {
        Save(name);
        var count = SavedFolder.Files(Path.Combine(_engine.Folder, name)).Length;
        foreach (var form in new[]
        {
            "Get-ChildItem -LiteralPath $name -Recurse -File | Get-PacsFile",
            "Get-Item -LiteralPath $name | Get-PacsFile",
            "Get-PacsFile (Get-Item -LiteralPath $name)",
            "Get-PacsFile -LiteralPath (Get-Item -LiteralPath $name)",
            "Get-PacsFile -LiteralPath $name",
            "Get-PacsFile -PSPath $name",
            "$saved | Get-PacsFile",
            "Get-PacsFile $saved",
            "$saved | Get-PacsFile | Get-PacsFile",
            "$saved | Get-PacsFile | Select-Object Path | Get-PacsFile",
            "[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($saved, 1)) | "
                + "Get-PacsFile",
            "$saved | Export-Csv s.csv; Import-Csv s.csv | Get-PacsFile",
            "[pscustomobject]@{ FullName = (Get-Item -LiteralPath $name).FullName } | Get-PacsFile",
            "[pscustomobject]@{ LiteralPath = $name } | Get-PacsFile",
            "[System.Management.Automation.WildcardPattern]::Escape($name).Replace('``', '`') | Get-PacsFile",
            "Get-PacsFile \"$([char]$name[0])*\"",
            "\"$([char]$name[0])*\" | Get-PacsFile",
        })
        {
            if (name.Contains('`', StringComparison.Ordinal) && form.Contains("Escape", StringComparison.Ordinal))
                continue;
            var result = _engine.Run(form, ("name", name));
            Assert.True(
                result.ErrorIds.Length == 0 && result.Output.Count == count, $"{form}: {result.Output.Count} of {count}, {result.AllText}");
        }
    }

    [Theory]
    [InlineData("Test-PacsArchive TAB")]
    [InlineData("Test-PacsArchive -LiteralPath TAB")]
    [InlineData("Get-PacsFile TAB")]
    [InlineData("Get-PacsFile -LiteralPath TAB")]
    [InlineData("Export-PacsReport r.html -Archive TAB")]
    [InlineData("Export-PacsReport TAB/r.html -Archive 'a [1]'")]
    [InlineData("Start-PacsSimulator -Path TAB")]
    [InlineData("Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination TAB")]
    [InlineData("Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination 'a [1]' -LogPath TAB/run.log")]
    public void What_the_Tab_key_completes_is_found(string command)
    {
        Save("a [1]");
        var line = command[..command.IndexOf("TAB", StringComparison.Ordinal)] + "a";
        var match = _engine.Run("(TabExpansion2 $line $line.Length).CompletionMatches[0].CompletionText", ("line", line)).ThrowIfFailed();
        var completed = $"{match.Output[0]}";
        Assert.Contains("a ", completed, StringComparison.Ordinal);
        var rest = command[(command.IndexOf("TAB", StringComparison.Ordinal) + 3)..];
        var path = rest.StartsWith('/')
            ? completed[..^1] + rest.Split(' ')[0] + "' " + string.Join(' ', rest.Split(' ')[1..])
            : completed + rest;
        Assert.NotEmpty(_engine.Run(line[..^1] + path).ThrowIfFailed().Output);
        Assert.Equal(["a [1]"], Directory.EnumerateDirectories(_engine.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_result_is_taken_literally_even_where_its_path_is_a_pattern_of_another()
    {
        Save("a 1");
        Directory.CreateDirectory(Path.Combine(_engine.Folder, "a [1]"));
        var result = _engine.Run("[pscustomobject]@{ Path = 'a [1]' } | Get-PacsFile; [pscustomobject]@{ Path = 'b [1]' } | Get-PacsFile");
        Assert.Empty(result.Output);
        Assert.Equal(["FileUnreadable"], result.ErrorIds);
        Assert.NotEmpty(_engine.Run("Get-PacsFile 'a [1]'").ThrowIfFailed().Output);
    }

    [Fact]
    public void A_result_of_a_study_that_sent_nothing_has_no_files_and_no_error() =>
        Assert.Empty(_engine.Run("[pscustomobject]@{ Path = '' } | Get-PacsFile").ThrowIfFailed().Output);

    [Fact]
    public void A_pattern_that_matches_nothing_says_so_only_where_its_very_name_exists()
    {
        Save("a [1]");
        Assert.Empty(_engine.Run("Get-PacsFile 'x*'").ThrowIfFailed().Output);
        Assert.Equal(["FileUnreadable"], _engine.Run("Get-PacsFile x").ErrorIds);
        Assert.Equal(["FileUnreadable"], _engine.Run("Get-PacsFile -LiteralPath 'x*'").ErrorIds);
        var literal = _engine.Run("Get-PacsFile 'a [1]'");
        Assert.Equal(["FileUnreadable"], literal.ErrorIds);
        Assert.Contains("'a [1]'", literal.AllText, StringComparison.Ordinal);
        Assert.Contains("-LiteralPath", literal.AllText, StringComparison.Ordinal);
        Assert.DoesNotContain(_engine.Folder, literal.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_sets_and_aliases_are_those_of_Get_Content()
    {
        var command = (CmdletInfo)_engine.Run("Get-Command Get-PacsFile").ThrowIfFailed().Output[0].BaseObject;
        Assert.Equal(["LiteralPath", "Path"], command.ParameterSets.Select(set => set.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Path", command.DefaultParameterSet);
        Assert.Contains("PSPath", command.Parameters["LiteralPath"].Aliases);
        Assert.Contains("FullName", command.Parameters["LiteralPath"].Aliases);
    }

    [Fact]
    public void An_archive_comes_from_the_pipeline()
    {
        Save("a [1]");
        var result = _engine.Run("""
            (Get-Item -LiteralPath 'a [1]' | Test-PacsArchive).Status
            ('a [1]' | Test-PacsArchive).Status
            (Test-PacsArchive (Get-Item -LiteralPath 'a [1]')).Status
            (Get-Item -LiteralPath 'a [1]' | Export-PacsReport item.html).Name
            ('a [1]' | Export-PacsReport text.html).Name
            (Export-PacsReport argument.html -Archive (Get-Item -LiteralPath 'a [1]')).Name
            """).ThrowIfFailed();
        Assert.Equal(["Intact", "Intact", "Intact", "item.html", "text.html", "argument.html"], result.Output.Select(value => $"{value}"));
        foreach (var page in new[] { "item.html", "text.html", "argument.html" })
            Assert.Contains("Intact", File.ReadAllText(Path.Combine(_engine.Folder, page)), StringComparison.Ordinal);
        Assert.Equal(["ArchiveNotFound"], _engine.Run("'nowhere', 'a [1]' | Test-PacsArchive").ErrorIds);
    }

    [Theory]
    [InlineData("Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination $path")]
    [InlineData("Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination $here/d -LogPath $path")]
    [InlineData("Find-PacsStudy -Server $pacs -CertificatePath $path")]
    [InlineData("Export-PacsReport $path -Archive $here/d")]
    [InlineData("Export-PacsReport $here/r.html -Archive $path")]
    [InlineData("Test-PacsArchive $path")]
    [InlineData("Get-PacsFile $path")]
    [InlineData("Get-PacsFile -LiteralPath $path")]
    [InlineData("Start-PacsSimulator -Path $path")]
    public void Another_provider_is_refused_by_its_name(string command)
    {
        Save("d");
        (string, string, string)[] paths =
            [(".", "Env:/PATH", "Environment"), ("Env:", "PATH", "Environment"), ("Variable:", "HOME", "Variable")];
        foreach (var (location, path, provider) in paths)
        {
            var result = _engine.Run(
                $"$here = $PWD.Path; try {{ Set-Location {location}; {command} }} finally {{ Set-Location $here }}", ("path", path));
            Assert.True(result.ErrorIds is ["ProviderNotSupported"], $"{path}: {string.Join(' ', result.ErrorIds)} {result.AllText}");
            Assert.Contains($"'{provider}'", result.AllText, StringComparison.Ordinal);
        }

        Assert.Equal(["d"], Directory.EnumerateFileSystemEntries(_engine.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_default_that_is_relative_to_another_provider_is_refused_too()
    {
        Save("d");
        var result = _engine.Run(
            "$here = $PWD.Path; try { Set-Location Env:; Find-PacsStudy -Server $pacs | Save-PacsStudy } finally { Set-Location $here }");
        Assert.Equal(["ProviderNotSupported"], result.ErrorIds);
        Assert.False(Directory.Exists("nm_images"));
    }

    [Fact]
    public void Drives_and_provider_paths_of_the_file_system_work()
    {
        Save("d");
        var result = _engine.Run("""
            [void] (New-PSDrive -Name pacs -PSProvider FileSystem -Root $PWD.Path)
            (Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination pacs:/e -LogPath pacs:/run.log).Status
            (Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination "Microsoft.PowerShell.Core\FileSystem::$PWD/f").Status
            (Test-PacsArchive pacs:/e).Status
            @(Get-PacsFile pacs:/e).Count
            @(Get-PacsFile pacs:/e*).Count
            @(Get-PacsFile "Microsoft.PowerShell.Core\FileSystem::$PWD/f").Count
            Export-PacsReport pacs:/r.html -Archive pacs:/e
            """).ThrowIfFailed();
        var count = SavedFolder.Files(Path.Combine(_engine.Folder, "e")).Length;
        Assert.Equal(
            ["Complete", "Complete", "Intact", $"{count}", $"{count}", $"{count}"], result.Output.Take(6).Select(value => $"{value}"));
        Assert.True(File.Exists(Path.Combine(_engine.Folder, "r.html")));
    }

    [Fact]
    public void An_unknown_drive_is_an_error_of_its_own_path_alone()
    {
        Save("d");
        var result = _engine.Run("Get-PacsFile nodrive:/x, d");
        Assert.Equal(["DriveNotFound"], result.ErrorIds);
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void An_error_names_the_file_without_its_folders()
    {
        var folder = Path.Combine(_engine.Folder, "SECRET-ID");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "hello");
        File.WriteAllBytes(Path.Combine(folder, "broken.dcm"), [.. new byte[128], .. "DICM"u8, 1, 2, 3]);
        var result = _engine.Run("Get-PacsFile SECRET-ID/notes.txt, SECRET-ID/broken.dcm, SECRET-ID/gone.dcm");
        Assert.Equal(["FileNotDicom", "FileBroken", "FileUnreadable"], result.ErrorIds);
        foreach (var (error, name) in result.Errors.Zip(["'notes.txt'", "'broken.dcm'", "'gone.dcm'"]))
        {
            Assert.Contains(name, $"{error}", StringComparison.Ordinal);
            Assert.DoesNotContain(
                "SECRET", $"{error} {error.ErrorDetails.RecommendedAction} {error.CategoryInfo}", StringComparison.Ordinal);
            Assert.EndsWith(
                name.Trim('\''), $"{PSObject.AsPSObject(error.TargetObject).Properties["Path"].Value}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_certificate_that_is_missing_is_named()
    {
        var result = _engine.Run("Find-PacsStudy -UseTls -ComputerName 127.0.0.1 -CertificatePath own.pfx");
        Assert.Equal(["CertificateUnusable"], result.ErrorIds);
        Assert.Contains($"'{Path.Combine(_engine.Folder, "own.pfx")}' cannot be used", result.AllText, StringComparison.Ordinal);
        Assert.Contains("does not exist", result.AllText, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_engine.Folder, "own.pfx"), "no certificate");
        result = _engine.Run("Find-PacsStudy -UseTls -ComputerName 127.0.0.1 -CertificatePath own.pfx");
        Assert.Equal(["CertificateUnusable"], result.ErrorIds);
        Assert.Contains("own.pfx' cannot be used", result.AllText, StringComparison.Ordinal);
    }

    /// <summary>Saves one study of a practice PACS, which stays as $pacs; what was saved stays as $saved.</summary>
    private void Save(string destination) => _engine.Run(
        "$pacs = Start-PacsSimulator -StudyCount 1; $saved = Find-PacsStudy -Server $pacs | "
            + "Save-PacsStudy -Destination $destination -Retriever BuiltIn",
        ("destination", destination)).ThrowIfFailed();
}
