using System.Globalization;
using System.Text.RegularExpressions;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>How each kind of object looks as a table, in terminals of four widths, with short and with the longest values.</summary>
public sealed partial class TableTests(FormattedObjects objects) : IClassFixture<FormattedObjects>
{
    private readonly Engine _engine = objects.Engine;

    public static TheoryData<string, int> Views
    {
        get
        {
            var rows = new TheoryData<string, int>();
            string[] views =
            [
                "PacsStudy", "PacsSeries", "PacsInstance", "PacsSavedItem", "PacsRetrieveAttempt", "PacsMissingInstance",
                "PacsArchiveStudy", "PacsServer", "PacsContextAnswer", "PacsFile", "PacsJob", "PacsJobRow", "PacsStudyDifference",
            ];
            foreach (var view in views)
            {
                foreach (var width in new[] { 80, 100, 120, 160 })
                    rows.Add(view, width);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Views))]
    public void A_table_has_one_line_of_headers_and_one_per_object(string view, int width)
    {
        // A terminal may keep its last column free.
        foreach (var exact in new[] { width, width - 1 })
        {
            var table = Format(view, $"Format-Table | Out-String -Width {exact}");
            Assert.All(table, line => Assert.True(line.Length <= exact, line));
            Assert.Matches("^[- ]+$", table[1]);
            Assert.Equal(Count(view), table.Length - 2);
            Assert.Equal(Headers(table), Headers(Format(view, "Format-Table | Out-String -Width 400")).Take(Headers(table).Length));

            // Two rows are never the same, though their UIDs begin alike.
            Assert.Distinct(table);
        }
    }

    [Theory]
    [InlineData("PacsStudy", 80, "StudyDate PatientName PatientId Mod Ser Inst Availability Description")]
    [InlineData("PacsStudy", 100, "StudyDate PatientName PatientId Mod Ser Inst Availability Description Time")]
    [InlineData("PacsStudy", 120, "StudyDate PatientName PatientId Mod Ser Inst Availability Description Time AccessionNumber")]
    [InlineData(
        "PacsStudy", 160, "StudyDate PatientName PatientId Mod Ser Inst Availability Description Time AccessionNumber StudyInstanceUid")]
    [InlineData("PacsSavedItem", 80, "Status Received Present Expected Missing MB Seconds Uid")]
    [InlineData("PacsSavedItem", 160, "Status Received Present Expected Missing MB Seconds Uid Reason")]
    [InlineData("PacsArchiveStudy", 80, "Status Saved Files MB Missing Altered Unlisted StudyInstanceUid")]
    [InlineData("PacsServer", 80, "Name CalledAETitle ComputerName Port CallingAETitle")]
    [InlineData("PacsServer", 100, "Name CalledAETitle ComputerName Port CallingAETitle Retriever Model")]
    [InlineData("PacsServer", 120, "Name CalledAETitle ComputerName Port CallingAETitle Retriever Model UseTls LocalPort")]
    [InlineData("PacsContextAnswer", 80, "Service Answer Scp TransferSyntax")]
    [InlineData("PacsFile", 80, "StudyDate PatientId Mod Ser No Frames Size MB File")]
    [InlineData("PacsJob", 80, "Name Rows Complete Left Ended PerHour TimeLeft Server")]
    [InlineData("PacsJobRow", 80, "Row Outcome Present Expected Reason")]
    [InlineData("PacsStudyDifference", 80, "State StudyDate Accession Here There Changed")]
    [InlineData("PacsFile", 120, "StudyDate PatientId Mod Ser No Frames Size MB File SopClassName")]
    public void A_width_shows_these_columns(string view, int width, string columns) =>
        Assert.Equal(columns, string.Join(' ', Headers(Format(view, $"Format-Table | Out-String -Width {width}"))));

    [Theory]
    [InlineData("PacsStudy", 80, @"^2021-09-01 \S+.* NM,KO +2 +2 NEARLINE")]
    [InlineData("PacsStudy", 80, @"^2021-09-01 Wolfesch\S* +HOSPITAL-… NM +2 +2 ONLINE +Myocardial …")]
    [InlineData("PacsStudy", 120, @"10:11 ACC-0123456789AB$")]
    [InlineData("PacsSeries", 80, @"^ *10001 NM +1 HEART +Myocardial perf\S* .*…[0-9.]{20,}15$")]
    [InlineData("PacsInstance", 80, @"^ *10001 +128 +Nuclear Medicine Image +…[0-9.]{20,}10$")]
    [InlineData("PacsInstance", 160, @" 1\.2\.826\.0\.1\.3680043\.10\.1234\.20210901101112\.111111111111111111110$")]
    [InlineData("PacsSavedItem", 80, @"^Unavailable +12345 +1234 +123456 +0 +98765 +604800 …[0-9.]{13,}\.2$")]
    [InlineData("PacsSavedItem", 160, @" 1\.2\.826\.0\.1\.3680043\.10\.1234\.20210901101112\.1111111111111111111\.2 The PACS failed")]
    [InlineData("PacsArchiveStudy", 80, @"^Unlisted +Unavailable +123456 +98765 +0 +0 +0 …[0-9.]{13,}\.2$")]
    [InlineData("PacsMissingInstance", 80, @"^…[0-9.]{20,}\.1 The PACS failed to send it\. 0xA702 ")]
    [InlineData("PacsServer", 80, @"^\* hospital +SIXTEEN_LETTERS_ pacs-archive-01\.radiology… 65535 SIXTEEN_LETTERS2$")]
    [InlineData("PacsContextAnswer", 80, @"^C-ECHO +Acceptance +(Implicit|Explicit) VR Little Endian$")]
    [InlineData("PacsFile", 80, @"^2021-09-01 HOSPITAL-… NM +10001 10001 +128 1024x1024 +0\.0 …[0-9.]+10?\.dcm$")]
    public void A_width_shows_what_matters(string view, int width, string row) =>
        Assert.Contains(Format(view, $"Format-Table | Out-String -Width {width}"), line => Regex.IsMatch(line.TrimEnd(), row));

    [Theory, MemberData(nameof(Views))]
    public void Objects_that_were_kept_look_the_same(string view, int width)
    {
        var live = Format(view, $"Format-Table | Out-String -Width {width}");
        foreach (var depth in new[] { 1, 2 })
        {
            _engine.Run(
                $"$kept = $views.{view} | ForEach-Object {{ [Management.Automation.PSSerializer]::Serialize($_, {depth}) }}; "
                    + "$views.kept = @($kept | ForEach-Object { [Management.Automation.PSSerializer]::Deserialize($_) })").ThrowIfFailed();
            Assert.Equal(live, Format("kept", $"Format-Table | Out-String -Width {width}"));
        }
    }

    [Theory, MemberData(nameof(Views))]
    public void Colours_change_no_width(string view, int width)
    {
        var plain = Format(view, $"Format-Table | Out-String -Width {width}");
        _engine.Run("$PSStyle.OutputRendering = 'Ansi'");
        var coloured = Format(view, $"Format-Table | Out-String -Width {width}");
        _engine.Run("$PSStyle.OutputRendering = 'PlainText'");
        Assert.Equal(plain, coloured.Select(line => Escape().Replace(line, "").TrimEnd()));
    }

    [Theory, MemberData(nameof(Views))]
    public void Other_forms_of_a_table_still_work(string view, int width)
    {
        string[] formats =
            ["Format-Table -AutoSize", "Format-Table -Wrap", "Format-List", "Select-Object * | Format-List", "Format-Table *"];
        foreach (var format in formats)
            Assert.NotEmpty(Format(view, $"{format} | Out-String -Width {width}"));
        Assert.Equal(Count(view), Format(view, "Format-Table -AutoSize | Out-String -Width 400").Length - 2);
    }

    [Theory]
    [InlineData("PacsSavedItem", "1.2.826.0.1.3680043.10.1234.20210901101112.1111111111111111111.2")]
    [InlineData("PacsInstance", LongValues.StudyUid)]
    [InlineData("PacsFile", LongValues.StudyUid)]
    public void AutoSize_shows_whole_UIDs(string view, string uid) =>
        Assert.Contains(
            uid[..^2], string.Join('\n', Format(view, "Format-Table -AutoSize | Out-String -Width 400")), StringComparison.Ordinal);

    [Fact]
    public void Strict_mode_hides_nothing()
    {
        var usual = Format("PacsSavedItem", "Format-Table | Out-String -Width 160");
        Assert.Equal(
            usual,
            Format(
                "PacsSavedItem",
                "& { process { $_ } end { } } | & { Set-StrictMode -Version Latest; $input | Format-Table | Out-String -Width 160 }"));
        Assert.Contains(usual, line => line.Contains("1.2.826.0.1.3680043", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_view_is_tried()
    {
        var views = System.Xml.Linq.XDocument.Load(Path.Combine(Repository.Root, "bin", "PacsNm.Format.ps1xml")).Descendants("View")
            .Where(view => view.Element("TableControl") is not null);
        Assert.Equal(
            views.Select(view => view.Element("Name")!.Value).Order(StringComparer.Ordinal),
            Views.Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal));
    }

    private int Count(string view) =>
        int.Parse($"{_engine.Run($"@($views.{view}).Count").ThrowIfFailed().Output[0]}", CultureInfo.InvariantCulture);

    /// <summary>The lines of a table that are not empty.</summary>
    private string[] Format(string view, string format) =>
        [.. string.Concat(_engine.Run($"$views.{view} | {format}").ThrowIfFailed().Output.Select(text => $"{text}"))
            .Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];

    private static string[] Headers(string[] table) => table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Escape();
}
