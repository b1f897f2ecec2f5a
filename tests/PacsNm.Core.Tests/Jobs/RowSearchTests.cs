using PacsNm.Dicom.Network;
using PacsNm.Jobs;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>How few queries find the studies of many rows, and what a difficult PACS changes.</summary>
public sealed class RowSearchTests
{
    private static readonly string[] Columns = ["StudyInstanceUid", "AccessionNumber", "PatientId", "StudyDate"];

    [Fact]
    public async Task Uids_are_asked_for_in_lists()
    {
        var pacs = new ListedPacs();
        for (var number = 1; number <= 120; number++)
            pacs.Add($"1.2.{number}", $"A{number}");
        var found = await Find(pacs, Enumerable.Range(1, 120).Select(number => Row(number, uid: $"1.2.{number}")));
        Assert.All(found.Matches, match => Assert.Equal($"1.2.{match.Row.Number}", Assert.Single(match.Studies).StudyInstanceUid));
        Assert.Equal((120, 3), (found.Matches.Count, pacs.Queries));
    }

    [Fact]
    public async Task What_a_list_does_not_bring_is_asked_for_by_itself()
    {
        var pacs = new ListedPacs { TakesFirstUidOnly = true }.Add("1.2.1", "A1").Add("1.2.2", "A2");
        var found = await Find(pacs, [Row(1, uid: "1.2.1"), Row(2, uid: "1.2.2"), Row(3, uid: "1.2.3")]);
        Assert.Equal([1, 1, 0], found.Matches.Select(match => match.Studies.Count));
        Assert.Equal(3, pacs.Queries);
    }

    [Fact]
    public async Task A_day_that_many_rows_name_is_asked_for_once()
    {
        var pacs = new ListedPacs();
        for (var number = 1; number <= 20; number++)
            pacs.Add($"1.2.{number}", $"A{number}");
        var found = await Find(pacs, Enumerable.Range(1, 20).Select(number => Row(number, $"A{number}", day: "2021-09-01")));
        Assert.All(found.Matches, match => Assert.Equal($"A{match.Row.Number}", Assert.Single(match.Studies).AccessionNumber));
        Assert.Equal(1, pacs.Queries);
    }

    [Fact]
    public async Task A_row_that_its_day_does_not_have_is_asked_for_before_it_is_not_found()
    {
        var pacs = new ListedPacs();
        for (var number = 1; number <= 9; number++)
            pacs.Add($"1.2.{number}", $"A{number}");
        var found = await Find(pacs, Enumerable.Range(1, 10).Select(number => Row(number, $"A{number}", day: "20210901")));
        Assert.Empty(found.Matches[9].Studies);
        Assert.Equal(2, pacs.Queries);
    }

    [Fact]
    public async Task A_PACS_that_filters_by_date_alone_is_found_out()
    {
        var pacs = new ListedPacs { FiltersByDateAlone = true };
        for (var number = 1; number <= 12; number++)
            pacs.Add($"1.2.{number}", $"A{number}", day: $"2021090{1 + (number % 3)}");
        var search = Search(pacs);
        JobRow[] rows = [.. Enumerable.Range(1, 12).Select(number => Row(number, $"A{number}", day: $"2021090{1 + (number % 3)}"))];
        var first = await search(rows[..1]);
        Assert.Equal("1.2.1", Assert.Single(Assert.Single(first.Matches).Studies).StudyInstanceUid);
        var others = await search(rows[1..]);
        Assert.All(others.Matches, match => Assert.Equal($"A{match.Row.Number}", Assert.Single(match.Studies).AccessionNumber));
        Assert.Equal(1 + 3, pacs.Queries);
    }

    [Fact]
    public async Task A_row_that_the_PACS_refuses_does_not_hold_up_the_others()
    {
        var pacs = new ListedPacs().Add("1.2.1", "A1").Add("1.2.3", "A3");
        pacs.Failures["A2"] = () => new AssociationAbortedException("It ended.");
        var found = await Find(pacs, [Row(1, "A1"), Row(2, "A2"), Row(3, "A3")]);
        Assert.Equal([null, typeof(AssociationAbortedException), null], found.Matches.Select(match => match.Failure?.GetType()));
        Assert.Null(found.Failure);
    }

    [Fact]
    public async Task A_PACS_that_fails_three_times_in_a_row_is_left_alone()
    {
        var pacs = new ListedPacs().Add("1.2.1", "A1");
        foreach (var accession in new[] { "A2", "A3", "A4" })
            pacs.Failures[accession] = () => new AssociationAbortedException("It ended.");
        var found = await Find(pacs, [Row(1, "A1"), Row(2, "A2"), Row(3, "A3"), Row(4, "A4"), Row(5, "A5")]);
        Assert.Equal([1, 2, 3], found.Matches.Select(match => match.Row.Number));
        Assert.Equal([5, 4], found.Rest.Select(row => row.Number));
        Assert.IsType<AssociationAbortedException>(found.Failure);
    }

    [Fact]
    public async Task A_PACS_that_cannot_be_reached_fails_no_row()
    {
        var pacs = new ListedPacs();
        pacs.Failures["A1"] = () => new PeerUnreachableException(NetworkPhase.Connect, "No.");
        var found = await Find(pacs, [Row(1, "A1"), Row(2, "A2")]);
        Assert.Empty(found.Matches);
        Assert.Equal(2, found.Rest.Count);
    }

    [Fact]
    public async Task All_studies_of_a_row_are_named()
    {
        var pacs = new ListedPacs().Add("1.2.1", "A1").Add("1.2.2", "A1").Add("1.2.3", "A2");
        var found = await Find(pacs, [Row(1, "A1")]);
        Assert.Equal(["1.2.1", "1.2.2"], Assert.Single(found.Matches).Studies.Select(study => study.StudyInstanceUid));
    }

    [Fact]
    public async Task A_row_that_matches_everything_is_not_read_to_its_end()
    {
        var pacs = new ListedPacs();
        for (var number = 0; number < 5000; number++)
            pacs.Add($"1.2.{number}", "A1");
        var found = await Find(pacs, [Row(1, "A1")]);
        Assert.Equal(RowSearch.MaximumNamed, Assert.Single(found.Matches).Studies.Count);
        Assert.InRange(pacs.Read, 1, RowSearch.MaximumNamed + 1);
    }

    private static Task<RowMatches> Find(ListedPacs pacs, IEnumerable<JobRow> rows) => Search(pacs)([.. rows]);

    private static Func<IReadOnlyList<JobRow>, Task<RowMatches>> Search(ListedPacs pacs)
    {
        var search = new RowSearch(new SearchCall(new SearchOptions()), maximumPerRow: 1, _ => false);
        return rows => search.RunAsync(rows, pacs, () => true, TestContext.Current.CancellationToken);
    }

    private static JobRow Row(int number, string accession = "", string uid = "", string day = "") =>
        JobRow.Read(number, [uid, accession, "", day], JobColumns.Find(Columns, new Dictionary<string, string>()));
}
