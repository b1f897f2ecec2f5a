using System.Globalization;
using System.Management.Automation;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Rows of a table as input of Find-PacsStudy: which columns are taken, and how one bad row behaves.</summary>
public sealed class RowTests(RealServers servers) : IDisposable
{
    /// <summary>A command set with Affected SOP Class UID behind it holds Command Field (0000,0100) of C-FIND-RQ: 0x0020.</summary>
    private static readonly byte[] FindRequest = [0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x20, 0x00];

    private readonly Engine _engine = new();

    public static TheoryData<string, string> Rows
    {
        get
        {
            string[] rows =
            [
                "AccessionNumber\nACC-NM",
                "PatientID\nTEST-001",
                "PatientId\n\" TEST-001 \"",
                "PatientId,StudyDate\nTEST-00?,20210901",
                "StudyDate\n20210901",
                "StudyDate\n2021-09-01",
                "StudyDate\n2021-08-01/2021-09-10",
                "StudyDate\n01.09.2021 09:15:00",
                "PatientName,StudyDate\nZZTest^Nuc*,2021-09-01",
                "StudyDescription,StudyDate\nBone scan,20210801-20210930",
                "Modality,StudyDate\nNM,20210801-20210930",
                "StudyInstanceUid\n" + TestData.NuclearMedicineStudy,
                "StudyInstanceUID,PatientId,StudyDate\n" + TestData.NuclearMedicineStudy + ",another,not a date",
                "AccessionNumber,PatientId,StudyDate,Comment\nACC-NM,,,seen",
            ];
            var data = new TheoryData<string, string>();
            foreach (var name in RealServers.Names)
            {
                foreach (var row in rows)
                    data.Add(name, row);
            }

            return data;
        }
    }

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(Rows))]
    public void A_column_is_a_key(string name, string csv)
    {
        File.WriteAllText(Path.Combine(_engine.Folder, "cohort.csv"), csv);
        var result = Run(name, "Import-Csv cohort.csv | Find-PacsStudy -Server $server").ThrowIfFailed();
        Assert.Equal([TestData.NuclearMedicineStudy], result.Texts("StudyInstanceUid"));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void The_rows_of_a_table_share_one_association_even_where_modalities_are_looked_up(string name)
    {
        using var proxy = new RecordingProxy(servers.Of(name).Port);
        var result = _engine.Run(
            "1..40 | ForEach-Object { [pscustomobject]@{ AccessionNumber = 'ACC-NM' } } | Find-PacsStudy -Server $server",
            ("server", $"{servers.Of(name).AETitle}@127.0.0.1:{proxy.Port}"));
        Assert.Equal(40, result.ThrowIfFailed().Output.Count);
        Assert.All(result.Texts("ModalitiesInStudy"), modalities => Assert.Contains("NM", modalities, StringComparison.Ordinal));
        Assert.Equal(1, proxy.Connections);
    }

    [Fact]
    public void Five_hundred_rows_use_one_association_and_a_query_each()
    {
        var port = (int)_engine.Run("$pacs = Start-PacsSimulator; $pacs.Port").ThrowIfFailed().Output[0].BaseObject;
        using var proxy = new RecordingProxy(port);
        var result = _engine.Run(
            "1..500 | ForEach-Object { [pscustomobject]@{ AccessionNumber = 'ACC{0:0000}' -f (1 + $_ % 20) } } | "
                + "Find-PacsStudy -Server $server; Stop-PacsSimulator",
            ("server", $"PRACTICE@127.0.0.1:{proxy.Port}"));
        Assert.Equal(500, result.ThrowIfFailed().Output.Count);
        Assert.Equal(1, proxy.Connections);
        Assert.Equal(500, CountOf(FindRequest, proxy.Sent));
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_row_that_finds_nothing_is_an_error_of_its_own(string name)
    {
        var result = Run(name, """
            $rows = 'ACC-NM', 'ACC-NONE', 'ACC-CT' | ForEach-Object { [pscustomobject]@{ AccessionNumber = $_; PatientName = '' } }
            $rows += [pscustomobject]@{ PatientName = 'ZZTest^Nobody'; AccessionNumber = $null }
            $rows += [pscustomobject]@{ StudyInstanceUid = '1.2.3' }
            $rows | Find-PacsStudy -Server $server
            """);
        Assert.Equal([TestData.NuclearMedicineStudy, TestData.TomographyStudy], result.Texts("StudyInstanceUid"));
        Assert.Equal(["StudyNotFound", "StudyNotFound", "StudyNotFound"], result.ErrorIds);
        Assert.All(result.Errors, error => Assert.Equal("an input object", error.CategoryInfo.TargetName));
        Assert.All(result.Errors, error => Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category));
        Assert.Equal("ACC-NONE", Property(result.Errors[0].TargetObject, "AccessionNumber"));
        Assert.Equal("ZZTest^Nobody", Property(result.Errors[1].TargetObject, "PatientName"));
        Assert.Contains("ACC-NONE", result.Errors[0].Exception.Message, StringComparison.Ordinal);

        // By a name alone only the last 30 days are searched, and the error says so.
        Assert.Contains("30 days", result.Errors[1].Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-AllDates", result.Errors[1].ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody", result.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_a_value_is_refused_and_nothing_is_asked()
    {
        using var proxy = new RecordingProxy(servers.Of("Orthanc").Port);
        var result = _engine.Run("""
            [pscustomobject]@{ AccessionNumber = ''; PatientId = ' '; Modality = 'NM' },
            [pscustomobject]@{ PatientId = '*' },
            [pscustomobject]@{ Comment = 'ZZTest^Nobody' },
            [pscustomobject]@{ StudyDate = ''; PatientName = '?*' } | Find-PacsStudy -Server $server -LastDays 300
            """, ("server", $"ORTHANC@127.0.0.1:{proxy.Port}"));
        Assert.Empty(result.Output);
        Assert.Null(result.Terminating);
        Assert.Equal(Enumerable.Repeat("InputMissing", 4), result.ErrorIds);
        Assert.Equal("NM", Property(result.Errors[0].TargetObject, "Modality"));
        Assert.Equal("ZZTest^Nobody", Property(result.Errors[2].TargetObject, "Comment"));
        Assert.DoesNotContain("Nobody", result.AllText, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Connections);
    }

    [Theory]
    [InlineData("-AccessionNumber ''")]
    [InlineData("-PatientId $null")]
    [InlineData("-StudyInstanceUid @()")]
    [InlineData("-InputObject ([pscustomobject]@{ AccessionNumber = 'ACC-NM' })")]
    public void A_key_that_turned_out_empty_is_no_search_for_everything(string key)
    {
        var result = _engine.Run($"Find-PacsStudy -Server PACS@127.0.0.1:{LoopbackPort.Free()} {key}");
        Assert.Equal(["InputMissing"], result.ErrorIds);
        Assert.NotNull(result.Terminating);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Found_studies_that_are_piped_in_again_are_found_again(string name)
    {
        foreach (var more in new[] { "", " -InformationModel PatientRoot", " -AllDates", " -Property PatientComments" })
        {
            var result = Run(name, $"Find-PacsStudy -Server $server -After 20210101 | Find-PacsStudy{more}").ThrowIfFailed();
            Assert.Equal(
                new[] { TestData.NuclearMedicineStudy, TestData.TomographyStudy, TestData.RecentStudy },
                result.Texts("StudyInstanceUid").Order(StringComparer.Ordinal));
        }
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Several_values_are_a_query_each_but_of_UIDs(string name)
    {
        var server = servers.Of(name);
        using var proxy = new RecordingProxy(server.Port);
        var address = ("server", (object?)$"{server.AETitle}@127.0.0.1:{proxy.Port}");
        var found = _engine.Run(
            "Find-PacsStudy -Server $server -AccessionNumber ACC-NM, ' ACC-CT ', ACC-NM, ACC-NONE -NoModalityLookup", address);
        Assert.Equal([TestData.NuclearMedicineStudy, TestData.TomographyStudy], found.Texts("StudyInstanceUid"));
        Assert.Equal(["StudyNotFound"], found.ErrorIds);
        Assert.Equal("ACC-NONE", found.Errors[0].TargetObject);
        Assert.Equal(3, CountOf(FindRequest, proxy.Sent));

        Assert.Equal(
            2,
            _engine.Run(
                "Find-PacsStudy -Server $server -PatientId TEST-001, TEST-002, NOBODY -NoModalityLookup",
                address).ThrowIfFailed().Output.Count);
        Assert.Equal(6, CountOf(FindRequest, proxy.Sent));
        var uids = _engine.Run(
            "Find-PacsStudy -Server $server -StudyInstanceUid \" $($uids[0])\", $uids[1], '1.2.3' -NoModalityLookup",
            address, ("uids", new[] { TestData.NuclearMedicineStudy, TestData.RecentStudy }));
        Assert.Equal(2, uids.Output.Count);
        Assert.Equal("1.2.3", Assert.Single(uids.Errors).TargetObject);
        Assert.Equal(7, CountOf(FindRequest, proxy.Sent));
    }

    [Theory]
    [InlineData("-AccessionNumber a, b -PatientId c, d")]
    [InlineData(@"-PatientId 'a\b'")]
    [InlineData(@"-PatientName 'Doe\Roe'")]
    public void What_would_be_a_list_in_a_query_is_refused(string keys)
    {
        var result = _engine.Run($"Find-PacsStudy -Server PACS@127.0.0.1:{LoopbackPort.Free()} {keys}");
        Assert.Equal(["InvalidKey"], result.ErrorIds);
        Assert.DoesNotContain("Doe", result.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_in_the_wrong_column_are_not_in_the_messages()
    {
        var result = Run("Orthanc", """
            [pscustomobject]@{ StudyDate = 'Doe^Jane'; AccessionNumber = 'A' },
            [pscustomobject]@{ StudyInstanceUid = 'Doe^Jane' },
            [pscustomobject]@{ StudyInstanceUid = '1.2..3' },
            [pscustomobject]@{ AccessionNumber = 'ACC-NM' } | Find-PacsStudy -Server $server
            """);
        Assert.Equal(["InvalidDateRange", "InvalidUid", "InvalidUid"], result.ErrorIds);
        Assert.Null(result.Terminating);
        Assert.DoesNotContain("Jane", result.AllText, StringComparison.Ordinal);
        Assert.Contains("1.2..3", result.AllText, StringComparison.Ordinal);
        Assert.Single(result.Output);
    }

    [Fact]
    public void A_date_in_the_words_of_any_culture_comes_back_right_or_is_refused()
    {
        // The fifth of September, which could be the ninth of May.
        var day = new DateTime(2021, 9, 5, 9, 15, 0);
        var texts = CultureInfo.GetCultures(CultureTypes.SpecificCultures).Select(culture => day.ToString(culture)).Distinct().ToArray();
        Assert.True(texts.Length > 50, "This machine has no cultures.");
        Assert.Contains("05.09.2021 09:15:00", texts);
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -StudyDate 20210905 -StudyCount 1
            $wrong = $texts | Where-Object {
                $found = [pscustomobject]@{ StudyDate = $_ } |
                    Find-PacsStudy -Server $pacs -ErrorVariable problems -ErrorAction SilentlyContinue
                -not $found -and "$($problems.FullyQualifiedErrorId)" -notlike 'InvalidDateRange*'
            }
            Stop-PacsSimulator
            $wrong
            """, ("texts", texts));
        Assert.Empty(result.ThrowIfFailed().Output);
    }

    [Theory]
    [InlineData("de-DE", 1)]
    [InlineData("ja-JP", 1)]
    [InlineData("sv-SE", 1)]
    [InlineData("en-US", 0)]
    [InlineData("th-TH", 0)]
    public void A_StudyDate_that_Export_Csv_wrote_is_read_or_refused(string culture, int count)
    {
        var result = Run("Orthanc", """
            [cultureinfo]::CurrentCulture = $culture
            Find-PacsStudy -Server $server -StudyDate 20210901 | Select-Object StudyDate | Export-Csv dates.csv
            Import-Csv dates.csv | Find-PacsStudy -Server $server
            """, ("culture", culture));
        Assert.Equal(count, result.Output.Count);
        Assert.Equal(count == 1 ? [] : ["InvalidDateRange"], result.ErrorIds);
    }

    [Theory]
    [InlineData("'2021-09-01/2021-09-30'", 2)]
    [InlineData("'../2021-09-14'", 1)]
    [InlineData("2021-09-02/..", 2)]
    [InlineData("2021-09-02/", 2)]
    [InlineData("2021-09-01T13:00:00", 1)]
    [InlineData("'2021-09-01T13:00:00.5+02:00/2021-09-15T00:00Z'", 2)]
    [InlineData("20210901T130000", 1)]
    [InlineData("'1.9.2021'", 1)]
    [InlineData("'15/09/2021'", 1)]
    [InlineData("'9/15/2021 2:30:00 PM'", 1)]
    [InlineData("'01.09.2021 - 30.09.2021'", 2)]
    [InlineData("([DateOnly]::new(2021, 9, 15))", 1)]
    [InlineData("([DateOnly]::new(2021, 9, 1)), ([datetimeoffset]'2021-09-15')", 2)]
    [InlineData("([datetime]'2021-09-01T23:59:59')", 1)]
    public void Dates_are_taken_as_people_and_programs_write_them(string date, int count)
    {
        Assert.Equal(count, Run("Orthanc", $"Find-PacsStudy -Server $server -StudyDate {date}").ThrowIfFailed().Output.Count);
        if (count == 1 && !date.Contains("..", StringComparison.Ordinal))
            Assert.Single(Run("Orthanc", $"Find-PacsStudy -Server $server -After {date} -Before {date}").ThrowIfFailed().Output);
    }

    [Theory]
    [InlineData("01/09/2021", "2021-09-01 or 2021-01-09")]
    [InlineData("1-9-2021", "2021-09-01 or 2021-01-09")]
    [InlineData("2021-09-01/P30D", "2021-09-01/2021-09-30")]
    [InlineData("2021-09", "2021-09-01/2021-09-30")]
    [InlineData("20210901 20210930", "2021-09-01/2021-09-30")]
    [InlineData("01.09.21", "2021-09-01/2021-09-30")]
    [InlineData("15/9/2564", "2021-09-01/2021-09-30")]
    [InlineData("/", "2021-09-01/2021-09-30")]
    [InlineData("", "2021-09-01/2021-09-30")]
    public void A_date_that_is_not_clear_is_refused(string date, string advice)
    {
        var result = _engine.Run("Find-PacsStudy -Server PACS@127.0.0.1:9 -StudyDate $date", ("date", date));
        Assert.Equal(["InvalidDateRange"], result.ErrorIds);
        Assert.Contains(advice, result.AllText, StringComparison.Ordinal);
    }

    private EngineResult Run(string name, string script, params (string Name, object? Value)[] variables) =>
        _engine.Run(script, [("server", servers.Of(name).Address), .. variables]);

    private static string Property(object? row, string name) => $"{PSObject.AsPSObject(row).Properties[name]?.Value}";

    private static int CountOf(byte[] pattern, byte[] bytes)
    {
        var count = 0;
        for (var rest = bytes.AsSpan(); rest.IndexOf(pattern) is >= 0 and var at; rest = rest[(at + pattern.Length)..])
            count++;
        return count;
    }
}
