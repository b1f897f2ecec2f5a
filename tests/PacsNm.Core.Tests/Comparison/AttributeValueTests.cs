using PacsNm.Comparison;
using PacsNm.Dicom.Data;

namespace PacsNm.Core.Tests.Comparison;

/// <summary>Which values of two systems mean the same.</summary>
public sealed class AttributeValueTests
{
    [Theory]
    [InlineData("PatientName", "DOE^JANE", "Doe^Jane^^^", true)]
    [InlineData("PatientName", "DOE^JANE ", "DOE ^ JANE", true)]
    [InlineData("PatientName", "Yamada^Tarou=山田^太郎=やまだ^たろう", "YAMADA^TAROU", true)]
    [InlineData("PatientName", "Yamada^Tarou=山田^太郎", "Yamada^Tarou=山本^太郎", false)]
    [InlineData("PatientName", "DOE^JANE", "DOE^JOHN", false)]
    [InlineData("PatientName", "DOE^JANE", "DOE^JANE^MARIA", false)]
    [InlineData("PatientName", "Möller^Jörg", "M?ller^J?rg", true)]
    [InlineData("PatientName", "Möller^Jörg", "Mo\u0308ller^Jörg", true)]
    [InlineData("PatientName", "Miller", "M?ller", false)]
    [InlineData("PatientID", "0012", "0012 ", true)]
    [InlineData("PatientID", "0012", "12", false)]
    [InlineData("PatientID", "abc", "ABC", false)]
    [InlineData("AccessionNumber", "A1", "", true)]
    [InlineData("StudyDescription", "Bone  scan", "Bone scan", true)]
    [InlineData("StudyDate", "20210901", "2021.09.01", true)]
    [InlineData("StudyDate", "20210901", "20210902", false)]
    [InlineData("StudyTime", "1430", "143000", true)]
    [InlineData("StudyTime", "1430", "143059.5", true)]
    [InlineData("StudyTime", "235959", "235959.500", true)]
    [InlineData("StudyTime", "143000", "143001", false)]
    [InlineData("StudyTime", "14:30:00", "143000", true)]
    public void Values_are_compared_as_they_are_meant(string keyword, string here, string there, bool areSame)
    {
        Assert.True(Tag.TryParse(keyword, out var tag));
        Assert.Equal(areSame, AttributeValue.AreSame(tag, Of(tag, here), Of(tag, there)));
        Assert.Equal(areSame, AttributeValue.AreSame(tag, Of(tag, there), Of(tag, here)));
        Assert.True(AttributeValue.AreSame(tag, Of(tag, here), new Dataset()));
    }

    [Theory]
    [InlineData(3, 3, 0, 0, "Same")]
    [InlineData(3, null, 0, 0, "Same")]
    [InlineData(3, 4, 0, 0, "Grew")]
    [InlineData(4, 3, 0, 0, "Shrunk")]
    [InlineData(3, 3, 1, 1, "Changed")]
    [InlineData(3, 4, 2, 1, "Changed")]
    [InlineData(null, null, 1, 0, "Grew")]
    [InlineData(null, 3, 0, 1, "Shrunk")]
    public void Numbers_and_lists_of_instances_make_a_state(int? here, int? there, int onlyThere, int onlyHere, string state)
    {
        var row = StudyComparison.Compare(
            new ComparedStudy(new Dataset(), here), new ComparedStudy(new Dataset(), there), new PacsServer(),
            Uids(onlyThere), Uids(onlyHere));
        Assert.Equal(state, $"{row.State}");
        Assert.Equal((onlyThere, onlyHere), (row.MissingHere.Count, row.MissingThere.Count));
    }

    private static string[] Uids(int count) => [.. Enumerable.Range(1, count).Select(number => $"2.25.{number}")];

    private static Dataset Of(Tag tag, string value)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        dataset.Set(tag, value);
        return dataset;
    }
}
