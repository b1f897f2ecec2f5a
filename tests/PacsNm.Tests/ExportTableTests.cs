using ParquetSharp;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Tables of headers, read by DuckDB and Arrow and held against dcm2json.</summary>
public sealed class ExportTableTests(RealServers servers) : IDisposable
{
    private static readonly string[] OfPatient = ["PatientID", "PatientName", "PatientBirthDate", "PatientSex"];

    private readonly Engine _engine = new();

    private string Archive => Path.Combine(_engine.Folder, "d");

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void Every_value_is_what_dcm2json_prints()
    {
        Save();
        Run("Export-PacsTable t.parquet d -AllProperties -IncludePatient");
        var rows = DuckDb.Rows(InFolder("t.parquet"));
        Assert.Equal(SavedFolder.Files(Archive), rows.Select(row => row["Path"]![0]).Order(StringComparer.Ordinal));
        foreach (var row in rows)
            AssertSame(JsonFile.Read(row["Path"]![0]), row);
    }

    [Fact]
    public void Files_in_every_encoding_have_the_values_that_dcm2json_prints()
    {
        using var varied = new VariedFiles();
        foreach (var original in new[] { TestData.NuclearMedicineStudy, TestData.TomographyStudy, TestData.RecentStudy }
            .SelectMany(servers.Data.InstancesOf).Select(servers.Data.FileOf))
            Insert(varied.Add(original), "SliceThickness=1.25", "PixelSpacing=0.5\\0.25", "AcquisitionTime=235959.1234", "PatientAge=041Y");
        var plain = Directory.GetFiles(varied.Folder)[0];
        foreach (var encoding in new[] { "+te", "+ti", "+tb", "+td" })
            Dcmtk.Run("dcmconv", encoding, plain, Path.Combine(varied.Folder, encoding + ".dcm"));
        Run($"Get-Item '{varied.Folder}' | Export-PacsTable t.parquet -AllProperties -IncludePatient");
        var rows = DuckDb.Rows(InFolder("t.parquet"));
        Assert.Equal(Directory.GetFiles(varied.Folder).Length, rows.Count);
        foreach (var row in rows)
            AssertSame(JsonFile.Read(row["Path"]![0]), row);
    }

    [Fact]
    public void A_second_reader_and_a_CSV_file_have_the_same_cells()
    {
        Save();
        Run("Export-PacsTable t.parquet d -IncludePatient; Export-PacsTable t.csv d -IncludePatient");
        var rows = DuckDb.Rows(InFolder("t.parquet"));
        var csv = Run("Import-Csv t.csv").Output;
        Assert.Equal(rows.Count, csv.Count);
        using var arrow = new ParquetFileReader(InFolder("t.parquet"));
        Assert.Equal(rows.Count, arrow.FileMetaData.NumRows);
        using var group = arrow.RowGroup(0);
        foreach (var (name, at) in rows[0].Keys.Select((name, at) => (name, at)))
        {
            using var column = group.Column(at);
            using var cells = column.LogicalReader();
            if (cells is LogicalColumnReader<string> texts)
                Assert.Equal(rows.Select(row => row[name]?[0]), texts.ReadAll(rows.Count));
            else if (cells is LogicalColumnReader<long?> integers)
                Assert.Equal(rows.Select(row => row[name]?[0]), integers.ReadAll(rows.Count).Select(value => value?.ToString()));
            else if (cells is LogicalColumnReader<string[]> lists)
                Assert.Equal(rows.Select(row => row[name]), lists.ReadAll(rows.Count));
        }

        foreach (var (row, cells) in rows.Zip(csv))
        {
            foreach (var (name, values) in row.Where(cell => cell.Key is "Path" or "ImageType" or "SeriesNumber" or "PixelSpacing"))
                Assert.Equal(string.Join("\\", values ?? []), $"{cells.Properties[name].Value}");
            Assert.Equal(row["StudyDate"]![0], $"{cells.Properties["StudyDate"].Value}".Replace("-", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Columns_have_the_types_of_the_standard()
    {
        Save();
        Run("Export-PacsTable t.parquet d -Property 'EnergyWindowInformationSequence[*].EnergyWindowName', FrameIncrementPointer");
        var types = DuckDb.Types(InFolder("t.parquet"));
        (string Name, string Type)[] expected =
        [
            ("Path", "VARCHAR"), ("Length", "BIGINT"), ("Sha256", "VARCHAR"), ("StudyDate", "DATE"), ("StudyTime", "TIME"),
            ("SeriesNumber", "BIGINT"), ("ImageType", "VARCHAR[]"), ("PixelSpacing", "DOUBLE[]"), ("SliceThickness", "DOUBLE"),
            ("RadiopharmaceuticalStartDateTime", "TIMESTAMP"), ("EnergyWindowInformationSequence[*].EnergyWindowName", "VARCHAR[]"),
            ("FrameIncrementPointer", "VARCHAR[]"),
        ];
        Assert.Equal(expected, expected.Select(column => (column.Name, types[column.Name])));
    }

    [Fact]
    public void No_column_is_about_the_patient_unless_it_is_asked_for()
    {
        Save();
        var result = _engine.Run("Export-PacsTable t.csv d -AllProperties; Export-PacsTable u.csv d -IncludePatient");
        Assert.Contains(result.Warnings, warning => warning.Message.Contains("Path contains Patient IDs", StringComparison.Ordinal));
        var row = Run("Import-Csv t.csv").Output[0];
        Assert.DoesNotContain(row.Properties, property => property.Name.StartsWith("Patient", StringComparison.Ordinal)
            || property.Name.EndsWith("Name", StringComparison.Ordinal) && property.Name.Contains("Physician", StringComparison.Ordinal));
        Assert.DoesNotContain("ZZPractice^", File.ReadAllText(InFolder("t.csv")), StringComparison.Ordinal);
        Assert.All(OfPatient, name => Assert.NotNull(Run("Import-Csv u.csv").Output[0].Properties[name]));
        Assert.Equal(["PatientNotIncluded"], _engine.Run("Export-PacsTable v.csv d -Property PatientID").ErrorIds);
    }

    [Fact]
    public void Size_hash_and_status_are_those_of_file_and_manifest()
    {
        Save();
        var files = SavedFolder.Files(Archive);
        File.AppendAllText(files[0], "more");
        File.Copy(files[1], files[1] + ".copy");
        File.Delete(files[2]);
        var result = _engine.Run("Export-PacsTable t.csv d; Export-PacsTable u.csv d");
        Assert.Equal(["StudyNotIntact"], result.ErrorIds.Distinct());
        var rows = Run("Import-Csv t.csv").Output.ToDictionary(row => $"{row.Properties["Path"].Value}");
        Assert.Equal(SavedFolder.Files(Archive), rows.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, row) in rows)
        {
            var status = path == files[0] ? "Altered" : path.EndsWith(".copy", StringComparison.Ordinal) ? "Unlisted" : "Recorded";
            Assert.Equal((path, status), (path, $"{row.Properties["ManifestStatus"].Value}"));
            Assert.Equal($"{new FileInfo(path).Length}", $"{row.Properties["Length"].Value}");
            if (status == "Recorded")
                Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))),
                    $"{row.Properties["Sha256"].Value}".ToLowerInvariant());
        }

        Assert.Equal(File.ReadAllText(InFolder("t.csv")), File.ReadAllText(InFolder("u.csv")));
    }

    [Fact]
    public void A_second_table_reads_only_what_is_new_or_was_changed()
    {
        Save();
        Run("Export-PacsTable t.csv d -IncludePatient");
        var files = SavedFolder.Files(Archive);

        // The first file still looks as it was, and has nothing that could be read. The second one was changed.
        var (length, written) = (new FileInfo(files[0]).Length, File.GetLastWriteTimeUtc(files[0]));
        File.WriteAllBytes(files[0], new byte[length]);
        File.SetLastWriteTimeUtc(files[0], written);
        Dcmtk.Run("dcmodify", "-nb", "-m", "SeriesDescription=ZZChanged", files[1]);
        _engine.Run("Export-PacsTable u.csv d -Property TimeOfLastCalibration");
        var rows = Run("Import-Csv u.csv").Output.ToDictionary(row => $"{row.Properties["Path"].Value}");
        Assert.Equal("ZZPractice", $"{rows[files[0]].Properties["Manufacturer"].Value}");
        Assert.Equal("ZZChanged", $"{rows[files[1]].Properties["SeriesDescription"].Value}");

        // What is kept can be damaged, or be of files that are gone.
        foreach (var kept in Directory.GetFiles(Path.Combine(Archive, ".pacsnm", "headers")))
            File.WriteAllBytes(kept, File.ReadAllBytes(kept)[..^(int)(new FileInfo(kept).Length / 2)]);
        File.Delete(files[2]);
        var result = _engine.Run("Export-PacsTable w.csv d");
        var paths = Run("Import-Csv w.csv").Texts("Path");
        Assert.DoesNotContain(files[0], paths);
        Assert.DoesNotContain(files[2], paths);
        Assert.Equal(files.Length - 2, paths.Length);
        Assert.Contains(result.Warnings, warning => warning.Message.StartsWith("1 files are not DICOM", StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_per_series_or_study_has_what_its_files_share()
    {
        Save();
        Run("Export-PacsTable f.parquet d; Export-PacsTable s.parquet d -Level Series -Property InstanceNumber; "
            + "Export-PacsTable u.parquet d -Level Study");
        var files = DuckDb.Rows(InFolder("f.parquet"));
        var series = DuckDb.Rows(InFolder("s.parquet"));
        Assert.Equal(
            files.Select(row => row["SeriesInstanceUID"]![0]).Distinct().Order(),
            series.Select(row => row["SeriesInstanceUID"]![0]).Order());
        foreach (var one in series)
        {
            Dictionary<string, string[]?>[] members = [.. files.Where(row => row["SeriesInstanceUID"]![0] == one["SeriesInstanceUID"]![0])];
            Assert.Equal($"{members.Length}", one["Files"]![0]);
            Assert.Equal($"{members.Sum(row => long.Parse(row["Length"]![0]))}", one["Bytes"]![0]);
            Assert.Equal(members[0]["Radionuclide"], one["Radionuclide"]);
            Assert.Equal(members.Length > 1, one["InstanceNumber"] is null);
        }

        var studies = DuckDb.Rows(InFolder("u.parquet"));
        Assert.Equal(files.Select(row => row["StudyInstanceUID"]![0]).Distinct().Count(), studies.Count);
        Assert.Equal(files.Count, studies.Sum(row => int.Parse(row["Files"]![0])));
    }

    [Fact]
    public void Objects_of_the_pipeline_are_the_files_that_they_name()
    {
        Save();
        Run("Get-PacsFile d | Where-Object Modality -eq 'NM' | Export-PacsTable nm.csv; "
            + "Get-ChildItem d -Recurse -File | Select-Object -First 3 | Export-PacsTable three.csv; "
            + "Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d | Select-Object -First 1 | Export-PacsTable saved.csv");
        Assert.All(Run("Import-Csv nm.csv").Texts("Modality"), modality => Assert.Equal("NM", modality));
        Assert.Equal(3, Run("Import-Csv three.csv").Output.Count);
        Assert.Single(Run("Import-Csv saved.csv").Texts("StudyInstanceUID").Distinct());
    }

    [Theory]
    [InlineData("Export-PacsTable t.txt d", "UnknownTableFormat")]
    [InlineData("Export-PacsTable t.csv nowhere", "ArchiveNotFound")]
    [InlineData("Export-PacsTable kept.csv d -NoClobber", "NoClobber")]
    [InlineData("Export-PacsTable kept.csv/t.csv d", "TableNotWritten")]
    [InlineData("Export-PacsTable t.csv d -Property Nonsense", "UnknownKeyword")]
    [InlineData("Export-PacsTable t.csv d -Property Modality.StudyDate", "UnknownKeyword")]
    [InlineData("Export-PacsTable t.csv d -Property 'EnergyWindowInformationSequence[x].EnergyWindowName'", "UnknownKeyword")]
    [InlineData("Export-PacsTable t.csv d -Property EnergyWindowInformationSequence", "NotTabular")]
    [InlineData("'nowhere' | Export-PacsTable t.csv -ErrorAction Stop", "FileUnreadable")]
    public void A_mistake_is_an_error_and_writes_nothing(string script, string id)
    {
        Directory.CreateDirectory(Archive);
        File.WriteAllText(InFolder("kept.csv"), "kept");
        Assert.Equal([id], _engine.Run(script).ErrorIds);
        Assert.Equal("kept", File.ReadAllText(InFolder("kept.csv")));
        Assert.Equal(["d", "kept.csv"], Directory.GetFileSystemEntries(_engine.Folder).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFileSystemEntries(Archive));
    }

    [Fact]
    public void A_table_that_another_program_has_open_is_an_error_before_anything_is_read()
    {
        Save();
        File.WriteAllText(InFolder("t.csv"), "kept");
        using (new FileStream(InFolder("t.csv"), FileMode.Open, FileAccess.Read, FileShare.None))
            Assert.Equal(["TableNotWritten"], _engine.Run("Export-PacsTable t.csv d").ErrorIds);
        Assert.Equal("kept", File.ReadAllText(InFolder("t.csv")));
        Assert.False(Directory.Exists(Path.Combine(Archive, ".pacsnm", "headers")));
    }

    [Fact]
    public void A_broken_file_is_an_error_and_the_others_are_rows()
    {
        Save();
        var files = SavedFolder.Files(Archive);
        File.WriteAllBytes(files[0], File.ReadAllBytes(files[0])[..200]);
        File.WriteAllText(files[1], "no DICOM file");
        foreach (var _ in new[] { 1, 2 })
        {
            var result = _engine.Run("Export-PacsTable t.csv d -AllProperties");
            Assert.Single(result.ErrorIds, "FileBroken");
            Assert.Equal(files[2..].Order(StringComparer.Ordinal), Run("Import-Csv t.csv").Texts("Path").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Values_that_do_not_fit_are_left_out_and_counted()
    {
        using var varied = new VariedFiles();
        var original = servers.Data.FileOf(servers.Data.InstancesOf(TestData.NuclearMedicineStudy)[0]);
        Insert(varied.Add(original), "SeriesNumber=seven", "StudyDate=yesterday", "SliceThickness=1\\2");
        varied.Add(original);
        var result = _engine.Run($"'{varied.Folder}' | Export-PacsTable t.csv");
        Assert.Equal(["SeriesNumber", "SliceThickness", "StudyDate"], result.Warnings
            .Where(warning => warning.Message.StartsWith("1 files have a value of ", StringComparison.Ordinal))
            .Select(warning => warning.Message.Split(' ')[6]).Order());
        Assert.DoesNotContain("seven", result.AllText, StringComparison.Ordinal);
        Assert.Contains("", Run("Import-Csv t.csv").Texts("SeriesNumber"));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        Save();
        Run("Export-PacsTable t.csv d -WhatIf");
        Assert.Equal(["d"], Directory.GetFileSystemEntries(_engine.Folder).Select(Path.GetFileName));
        Assert.False(Directory.Exists(Path.Combine(Archive, ".pacsnm", "headers")));
    }

    [Fact]
    public void A_call_that_is_stopped_leaves_the_former_table_and_nothing_else()
    {
        Save();
        var file = SavedFolder.Files(Archive).MinBy(path => new FileInfo(path).Length)!;
        var folder = Directory.CreateDirectory(Path.Combine(Archive, "many")).FullName;
        for (var copy = 0; copy < 8000; copy++)
            File.Copy(file, Path.Combine(folder, $"{copy}.dcm"));
        File.WriteAllText(InFolder("t.csv"), "kept");
        _engine.RunAndStop("Export-PacsTable t.csv d", () => SavedFolder.Temporary(InFolder("t.csv")).Length > 0);
        Assert.Equal("kept", File.ReadAllText(InFolder("t.csv")));
        Assert.Empty(SavedFolder.Temporary(InFolder("t.csv")));
    }

    /// <summary>Asserts that each cell has the values that dcm2json prints, and that each printed attribute has a cell.</summary>
    private static void AssertSame(IReadOnlyDictionary<string, string[]> printed, Dictionary<string, string[]?> row)
    {
        // dcm2json converts to UTF-8 and says so.
        foreach (var (name, values) in printed.Where(attribute => attribute.Key != "SpecificCharacterSet"))
            Assert.Equal((name, string.Join("\\", values)), (name, string.Join("\\", row.GetValueOrDefault(name) ?? ["no cell"])));
        foreach (var (name, values) in row)
        {
            if (values is not null && !IsComputed(name))
                Assert.True(printed.ContainsKey(name), name);
        }
    }

    private static void Insert(string file, params string[] values) =>
        Dcmtk.Run("dcmodify", ["-nb", .. values.SelectMany(value => new[] { "-i", value }), file]);

    private static bool IsComputed(string name) => name is "Path" or "Length" or "Sha256" or "ManifestStatus" or "TransferSyntaxUID"
        or "Radionuclide" or "Radiopharmaceutical" or "RadionuclideHalfLife"
        or "RadionuclideTotalDoseMBq" or "RadiopharmaceuticalStartDateTime" or "EnergyWindows" or "Views" or "ActualFrameDuration";

    private string InFolder(string name) => Path.Combine(_engine.Folder, name);

    private void Save() => Run(
        "$pacs = Start-PacsSimulator -StudyCount 12; Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d | Out-Null");

    private EngineResult Run(string script) => _engine.Run(script).ThrowIfFailed();
}
