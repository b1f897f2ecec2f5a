using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>How many C-FINDs a search sends to a PACS that refuses, ignores a key or cuts its answers.</summary>
public sealed class QueryCountTests : IDisposable
{
    private readonly Engine _engine = new();
    private RecordingProxy? _proxy;

    public void Dispose()
    {
        _proxy?.Dispose();
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-AllDates")]
    [InlineData("-SplitByDate Always")]
    [InlineData("-StudyDate 20000101-")]
    public void A_refusal_is_an_error_after_one_query(string arguments)
    {
        Start("RefuseAll");
        var result = Find(arguments);
        Assert.Equal(["DimseFailure"], result.ErrorIds);
        Assert.Empty(result.Warnings);
        Assert.Equal(1, Queries);
    }

    [Theory]
    [InlineData("IgnoreStudyDate", 1000, "", 1000)]
    [InlineData("IgnoreStudyDate", 1000, "-AllDates", 1000)]
    [InlineData("IgnoreStudyDate", 1000, "-StudyDate 20000101-20000103", 1000)]
    [InlineData("IgnoreStudyDate", 1000, "-LastDays 365 -SplitByDate Always", 1000)]
    [InlineData("IgnoreStudyDate", 20, "-LastDays 365 -SplitByDate Always", 20)]
    [InlineData("IgnoreStudyDate, CapResults=50", 200, "", 50)]
    [InlineData("IgnoreStudyDate, CapResults=50", 200, "-AllDates", 50)]
    [InlineData("IgnoreStudyDate, CapResults=50:A700", 200, "", 50)]
    [InlineData("IgnoreStudyDate, CapResults=50", 200, "-SplitByDate Always", 50)]
    public void A_PACS_that_ignores_the_date_is_asked_a_handful_of_times(string quirks, int studies, string arguments, int found)
    {
        Start(quirks, $"-StudyCount {studies}");
        var result = Find($"{arguments} -NoModalityLookup").ThrowIfFailed();
        Assert.Equal(found, result.Output.Count);
        Assert.Contains("does not honor StudyDate", Assert.Single(result.Warnings).Message, StringComparison.Ordinal);
        Assert.InRange(Queries, 1, 5);
    }

    [Theory]
    [InlineData("CapResults=50", 200, "", 60)]
    [InlineData("CapResults=50", 200, "-AllDates", 120)]
    [InlineData("CapResults=50", 200, "-SplitByDate Always", 31)]
    [InlineData("IgnoreCancel", 1000, "", 3)]
    public void A_PACS_that_honors_the_date_is_asked_until_all_is_found(string quirks, int studies, string arguments, int queries)
    {
        Start(quirks, $"-StudyCount {studies}");
        var result = Find(arguments).ThrowIfFailed();
        Assert.Equal(studies, result.Output.Count);
        Assert.Empty(result.Warnings);
        Assert.InRange(Queries, 1, queries);
    }

    [Theory]
    [InlineData("-Modality SR", 2)]
    [InlineData("-Modality SR -ThrottleLimit 4", 2)]
    [InlineData("-ExcludeModality SR", 18)]
    public void Each_study_is_looked_up_once(string arguments, int found)
    {
        Start("OmitModalitiesInStudy");
        Assert.Equal(found, Find(arguments).ThrowIfFailed().Output.Count);
        Assert.Equal(1 + 20, Queries);
    }

    [Fact]
    public void A_study_that_several_rows_name_is_looked_up_once()
    {
        Start("OmitModalitiesInStudy");
        var result = _engine.Run(
            "1..5 | ForEach-Object { [pscustomobject]@{ AccessionNumber = 'ACC0003' } } | Find-PacsStudy -Server $server",
            ("server", Address));
        Assert.Equal(5, result.ThrowIfFailed().Output.Count);
        Assert.Equal(5 + 1, Queries);
    }

    [Fact]
    public void MaxQueries_bounds_each_row_and_is_told_once()
    {
        Start("CapResults=5:A700", "-StudyCount 100");
        var result = _engine.Run("""
            $days = (Get-Date).AddDays(-30), (Get-Date)
            1..3 | ForEach-Object { [pscustomobject]@{ StudyDate = '{0:yyyyMMdd}-{1:yyyyMMdd}' -f $days } } |
                Find-PacsStudy -Server $server -MaxQueries 4
            """, ("server", Address));
        Assert.NotEmpty(result.ThrowIfFailed().Output);
        Assert.Equal(3 * 4, Queries);
        var warning = Assert.Single(result.Warnings).Message;
        Assert.Contains("stopped after 4 queries, for 3 inputs", warning, StringComparison.Ordinal);
        Assert.Contains("-MaxQueries", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_divided_is_told_once_for_all_rows()
    {
        Start("CapResults=1:A700", "-StudyCount 400 -StudyDate 20210901-20210902");
        var result = _engine.Run("""
            1, 2, 1 | ForEach-Object { [pscustomobject]@{ StudyDate = "2021090$_" } } | Find-PacsStudy -Server $server
            """, ("server", Address));
        Assert.NotEmpty(result.ThrowIfFailed().Output);
        Assert.Contains("further ones may be missing", Assert.Single(result.Warnings).Message, StringComparison.Ordinal);
    }

    private int Queries => _proxy!.Requests(CommandField.Find);

    private string Address => $"PRACTICE@127.0.0.1:{_proxy!.Port}";

    private EngineResult Find(string arguments) => _engine.Run($"Find-PacsStudy -Server $server {arguments}", ("server", Address));

    private void Start(string quirks, string arguments = "")
    {
        var script = $"(Start-PacsSimulator -Quirk {quirks} {arguments}).Port";
        _proxy = new RecordingProxy((int)_engine.Run(script).ThrowIfFailed().Output[0].BaseObject);
    }
}
