namespace PacsNm.Tests;

/// <summary>What a whole call of a Save cmdlet says: that it has no limit, and how far it is.</summary>
public sealed class SaveCallTests : IDisposable
{
    /// <summary>More than a call takes without a limit before it warns.</summary>
    private const int Studies = 22;

    private readonly Engine _engine = new();

    public SaveCallTests() => _engine.Run(
        "$pacs = Start-PacsSimulator -StudyCount $count; $studies = Find-PacsStudy -Server $pacs -AllDates; "
            + "$uids = $studies.StudyInstanceUid",
        ("count", Studies)).ThrowIfFailed();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator -Server $pacs");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d", 1)]
    [InlineData("Find-PacsStudy -Server $pacs -AllDates | Find-PacsSeries | Save-PacsSeries -Destination d", 1)]
    [InlineData("Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d -MaxStudies 22", 0)]
    [InlineData("Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d -MaxImages 100", 0)]
    [InlineData("Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d -WhatIf", 0)]
    [InlineData("Find-PacsStudy -Server $pacs -AllDates -MaxStudies 22 | Save-PacsStudy -Destination d", 0)]
    [InlineData(
        "Find-PacsStudy -Server $pacs -AllDates -MaxStudies 22 | Find-PacsSeries | Find-PacsInstance | Save-PacsInstance -Destination d",
        0)]
    [InlineData("Find-PacsStudy -Server $pacs -StudyInstanceUid $uids | Save-PacsStudy -Destination d", 0)]
    [InlineData("Save-PacsStudy -Server $pacs -StudyInstanceUid $uids[0] -Destination d", 0)]
    [InlineData("Save-PacsStudy -Server $pacs -StudyInstanceUid $uids -Destination d", 0)]
    [InlineData("$studies | ForEach-Object { $_ | Save-PacsStudy -Destination d }", 0)]
    [InlineData("$studies[0] | Find-PacsInstance | Save-PacsInstance -Destination d", 0)]
    [InlineData("$uids | ForEach-Object { [pscustomobject]@{ StudyInstanceUid = $_ } } | Save-PacsStudy -Server $pacs -Destination d", 0)]
    public void A_call_is_warned_of_once_where_neither_it_nor_its_search_has_a_limit(string command, int warnings)
    {
        var result = _engine.Run(command).ThrowIfFailed();
        Assert.Equal(warnings, result.Warnings.Count);
        Assert.All(result.Warnings, warning => Assert.Contains("in clinical use", warning.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Save-PacsStudy -Server $pacs -StudyInstanceUid $uids -Destination d", "studies", Studies, true)]
    [InlineData("$studies | Save-PacsStudy -Destination d -MaxStudies 5 -ThrottleLimit 2", "studies", 5, false)]
    [InlineData("$studies[0..2] | Find-PacsSeries | Save-PacsSeries -Destination d", "series", 0, false)]
    public void The_progress_counts_what_is_done_of_what_is_known_and_closes_every_bar(
        string command, string items, int count, bool isKnown)
    {
        var result = _engine.Run(command).ThrowIfFailed();
        var call = result.Progress.Where(
            record => record.ParentActivityId < 0
                && record.RecordType == System.Management.Automation.ProgressRecordType.Processing).ToArray();
        Assert.NotEmpty(call);
        Assert.All(call, record => Assert.Matches($@"^\d+ of \d+ {items}, \d+ instances so far$", record.StatusDescription));
        Assert.Equal($"{result.Output.Count} of {result.Output.Count} {items}", call[^1].StatusDescription.Split(',')[0]);
        Assert.Equal(100, call[^1].PercentComplete);
        if (count > 0)
            Assert.Equal(count, result.Output.Count);
        Assert.Equal(isKnown ? 0 : -1, call[0].PercentComplete);
        var done = call.Select(
            record => int.Parse(record.StatusDescription.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(done.Order(), done);

        foreach (var bar in result.Progress.GroupBy(record => record.ActivityId))
            Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, bar.Last().RecordType);
        Assert.DoesNotMatch("ZZPractice|PRACT-", result.AllText);
    }

    [Fact]
    public void The_bars_close_where_an_error_ends_the_call()
    {
        var result = _engine.Run("$studies | Save-PacsStudy -Destination d -MinimumFreeSpace ([long]::MaxValue)");
        Assert.Equal(["DiskSpaceLow"], result.ErrorIds);
        foreach (var bar in result.Progress.GroupBy(record => record.ActivityId))
            Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, bar.Last().RecordType);
    }
}
