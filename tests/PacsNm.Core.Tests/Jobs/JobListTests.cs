using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>How a list is understood, and what is found before the PACS is asked.</summary>
public sealed class JobListTests
{
    private static readonly Dictionary<string, string> NoMap = [];

    [Theory]
    [InlineData("Study Instance UID", nameof(JobColumn.StudyInstanceUid))]
    [InlineData("accession_number", nameof(JobColumn.AccessionNumber))]
    [InlineData("Acc. No.", nameof(JobColumn.AccessionNumber))]
    [InlineData("MRN", nameof(JobColumn.PatientId))]
    [InlineData("Patient's Name", nameof(JobColumn.PatientName))]
    [InlineData("EXAM DATE", nameof(JobColumn.StudyDate))]
    [InlineData("ModalitiesInStudy", nameof(JobColumn.Modality))]
    [InlineData("series-description", nameof(JobColumn.SeriesDescription))]
    public void The_usual_names_of_columns_are_known(string name, string meaning) =>
        Assert.Equal(meaning, $"{Assert.Single(JobColumns.Find(["SubjectId", name], NoMap)).Key}");

    [Fact]
    public void The_map_goes_before_the_names()
    {
        string[] columns = ["AccessionNumber", "Exam"];
        var found = JobColumns.Find(columns, new Dictionary<string, string> { ["exam"] = "Accession" });
        Assert.Equal((JobColumn.AccessionNumber, 1), (found.Single().Key, found.Single().Value));
        Assert.Throws<FormatException>(() => JobColumns.Find(columns, new Dictionary<string, string> { ["Other"] = "PatientId" }));
        Assert.Throws<FormatException>(() => JobColumns.Find(columns, new Dictionary<string, string> { ["Exam"] = "Nonsense" }));
        Assert.Throws<FormatException>(() => JobColumns.Find(["Accession", "AccNo"], NoMap));
    }

    [Theory]
    [InlineData("A1", "", "", null)]
    [InlineData("", "P1", "", null)]
    [InlineData("", "", "2021-09-01", null)]
    [InlineData("", "", "20210901-20210930", null)]
    [InlineData("", " ", "", "names no study")]
    [InlineData("*", "?", "", "names no study")]
    [InlineData("1.23457E+11", "", "", "scientific")]
    [InlineData("1,23457E+11", "", "", "scientific")]
    [InlineData("", "4E+07", "", "scientific")]
    [InlineData("12E4", "", "", null)]
    [InlineData("A\\B", "", "", "backslash")]
    [InlineData("A1", "", "03/04/2021", "could mean")]
    [InlineData("A1", "", "yesterday", "not a date")]
    public void A_row_that_no_query_can_be_made_of_says_why(string accession, string patient, string date, string? problem)
    {
        var row = Row(1, accession, patient, date);
        if (problem is null)
            Assert.Null(row.Problem);
        else
            Assert.Contains(problem, row.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_uid_alone_counts_and_must_be_one()
    {
        var columns = JobColumns.Find(["StudyUid", "Date"], NoMap);
        Assert.Null(JobRow.Read(1, ["1.2.3", "20210901"], columns).Problem);
        Assert.NotNull(JobRow.Read(1, ["Meier", ""], columns).Problem);
    }

    [Fact]
    public void Spreadsheets_damage_is_told_with_row_numbers_and_without_values()
    {
        var findings = ListCheck.Of(
        [
            Row(1, "00123456"), Row(2, "00123457"), Row(3, "123458"), Row(4, "1.2E+07"), Row(5, ""), Row(6, "00123456"), Row(7, "00123459"),
        ]);
        Assert.Equal([4, 5], findings.Invalid.Keys.Order());
        Assert.Equal((6, 1), (findings.Duplicates.Single().Key, findings.Duplicates.Single().Value));
        Assert.Contains(findings.Warnings, text => text.StartsWith("Row 3: AccessionNumber is shorter", StringComparison.Ordinal));
        Assert.Contains(findings.Warnings, text => text.StartsWith("Row 6 asks for the same", StringComparison.Ordinal));
        Assert.DoesNotContain(findings.Warnings, text => text.Contains("1234", StringComparison.Ordinal));
    }

    [Fact]
    public void Many_rows_are_not_all_named()
    {
        var findings = ListCheck.Of([.. Enumerable.Range(1, 25).Select(number => Row(number, ""))]);
        Assert.StartsWith("Rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 15 others:", Assert.Single(findings.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_different_lengths_are_no_damage_where_none_is_usual() =>
        Assert.Empty(ListCheck.Of([Row(1, "1"), Row(2, "22"), Row(3, "333"), Row(4, "A22")]).Warnings);

    [Fact]
    public void Dates_in_two_forms_are_told()
    {
        var findings = ListCheck.Of(
            [Row(1, "A1", date: "2021-09-01"), Row(2, "A2", date: "2021-09-1"), Row(3, "A3", date: "13.09.2021"), Row(4, "A4")]);
        Assert.StartsWith("Row 3: StudyDate", Assert.Single(findings.Warnings), StringComparison.Ordinal);
    }

    private static JobRow Row(int number, string accession, string patient = "", string date = "") => JobRow.Read(
        number, [accession, patient, date], JobColumns.Find(["AccessionNumber", "PatientId", "StudyDate"], NoMap));
}
