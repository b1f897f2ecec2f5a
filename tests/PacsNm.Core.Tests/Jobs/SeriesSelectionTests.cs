using PacsNm.Dicom.Data;
using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>Which series a row takes.</summary>
public sealed class SeriesSelectionTests
{
    [Theory]
    [InlineData("NM", 10, "Bone", true)]
    [InlineData("CT", 10, "Bone", false)]
    [InlineData("", 10, "Bone", true)]
    [InlineData("nm", 3, "Bone", false)]
    [InlineData("NM", null, "Bone", true)]
    public void The_selection_of_the_job(string modality, int? instances, string description, bool isTaken) => Assert.Equal(
        isTaken,
        Takes(new JobDefinition { Modality = ["NM", "PT"], MinimumInstances = 4 }, Series(modality, instances, description), "", ""));

    [Theory]
    [InlineData("NM,PT", "", true)]
    [InlineData("CT", "", false)]
    [InlineData("", "bone*", true)]
    [InlineData("", "Bone Sc?n", true)]
    [InlineData("", "Bone", false)]
    [InlineData("", "(bone)*", false)]
    public void The_selection_of_the_row(string modality, string description, bool isTaken) =>
        Assert.Equal(isTaken, Takes(new JobDefinition(), Series("NM", 10, "Bone scan"), modality, description));

    [Fact]
    public void What_is_left_out() =>
        Assert.False(Takes(new JobDefinition { ExcludeModality = ["sr"] }, Series("SR", 1, ""), "", ""));

    [Fact]
    public void A_script_of_the_user_decides_last()
    {
        var selection = new SeriesSelection(new JobDefinition(), series => series.SeriesDescription == "yes");
        Assert.True(selection.Takes(Series("NM", 1, "yes"), Row("", "")));
        Assert.False(selection.Takes(Series("NM", 1, "no"), Row("", "")));
    }

    private static bool Takes(JobDefinition definition, PacsSeries series, string modality, string description) =>
        new SeriesSelection(definition, filter: null).Takes(series, Row(modality, description));

    private static JobRow Row(string modality, string description) => JobRow.Read(
        1, ["A1", modality, description],
        JobColumns.Find(["AccessionNumber", "Modality", "SeriesDescription"], new Dictionary<string, string>()));

    private static PacsSeries Series(string modality, int? instances, string description)
    {
        var series = new Dataset();
        series.Set(Tags.Modality, modality);
        series.Set(Tags.SeriesDescription, description);
        if (instances is not null)
            series.Set(Tags.NumberOfSeriesRelatedInstances, $"{instances}");
        return new PacsSeries(series, new PacsServer());
    }
}
