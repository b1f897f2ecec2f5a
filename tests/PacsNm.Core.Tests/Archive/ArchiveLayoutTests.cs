using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Core.Tests.Archive;

public sealed class ArchiveLayoutTests
{
    [Theory]
    [InlineData("Tree", "P1/1.2/1.2.3/1.2.3.4.dcm", "*/1.2/1.2.3/1.2.3.4.dcm")]
    [InlineData("Flat", "NM.1.2.3.4", "NM.1.2.3.4")]
    [InlineData("{StudyDate}/{SOPInstanceUID}.dcm", "20210901/1.2.3.4.dcm", "20210901/1.2.3.4.dcm")]
    [InlineData("{PatientName}/{Modality}", "Doe^Jane/NM/1.2.3.4.dcm", "*/NM/1.2.3.4.dcm")]
    public void A_file_lies_where_its_values_say_and_the_record_names_no_patient(string layout, string path, string record)
    {
        var location = ArchiveLayout.Parse(layout).Locate(Attributes("1.2.3", "1.2.3.4"));
        Assert.Equal((path, record), (location.Path.Replace('\\', '/'), location.Record));
    }

    [Theory]
    [InlineData("/{SOPInstanceUID}")]
    [InlineData("{SOPInstanceUID")]
    [InlineData("{NoSuchKeyword}/x")]
    [InlineData("plain")]
    [InlineData("{PatientName}{SOPInstanceUID}.dcm")]
    [InlineData("../{SOPInstanceUID}")]
    public void What_is_not_a_layout_is_refused(string text) => Assert.Throws<FormatException>(() => ArchiveLayout.Parse(text));

    [Fact]
    public void Series_with_bad_UIDs_have_folders_of_their_own()
    {
        var layout = ArchiveLayout.Parse("Tree");
        string[] series =
            ["1.2.ABC", "1.2.abc", "1.2.3.", "1.2.3", "LOCALIZER1.2", "1.2." + new string('9', 70), "1.2." + new string('9', 71)];
        var folders = series.Select(uid => Path.GetDirectoryName(layout.Locate(Attributes(uid, "1.2.3.4")).Path)!).ToArray();
        Assert.Equal(series.Length, folders.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(folders, folder => Assert.DoesNotMatch(@"\.$|\.\.", folder.Split(Path.DirectorySeparatorChar)[^1]));
    }

    [Theory]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("", "UNKNOWN")]
    [InlineData(null, "UNKNOWN")]
    public void A_valid_UID_is_its_own_name(string? uid, string name) => Assert.Equal(name, SafeName.FromUid(uid));

    [Theory]
    [InlineData("CON")]
    [InlineData("1.2.3 ")]
    [InlineData("1.2:3")]
    [InlineData("..")]
    public void Another_one_is_a_safe_name(string uid)
    {
        var name = SafeName.FromUid(uid);
        Assert.Equal(name, SafeName.From(name));
        Assert.NotEqual(uid, name);
        Assert.InRange(name.Length, 13, 64);
    }

    private static Dataset Attributes(string series, string instance)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.PatientID, "P1");
        dataset.Set(Tags.PatientName, "Doe^Jane");
        dataset.Set(Tags.StudyDate, "20210901");
        dataset.Set(Tags.Modality, "NM");
        dataset.Set(Tags.StudyInstanceUID, "1.2");
        dataset.Set(Tags.SeriesInstanceUID, series);
        dataset.Set(Tags.SOPInstanceUID, instance);
        dataset.Set(Tags.SOPClassUID, "1.2.840.10008.5.1.4.1.1.20");
        return dataset;
    }

    [Fact]
    public void A_column_of_the_list_is_a_folder_and_its_value_is_not_recorded()
    {
        var layout = ArchiveLayout.Parse("{Row:subjectid}/{StudyDate}/x", ["AccessionNumber", "SubjectId"]);
        var dataset = new Dataset();
        dataset.Set(Tags.StudyDate, "20210901");
        dataset.Set(Tags.SOPInstanceUID, "1.2.3");
        var place = layout.ForRow(["A1", "..\\S/01 "]).Locate(dataset);
        Assert.Equal(Path.Combine("_._S_01", "20210901", "x", "1.2.3.dcm"), place.Path);
        Assert.Equal("*/20210901/x/1.2.3.dcm", place.Record);
    }

    [Theory]
    [InlineData("{Row:Other}/x")]
    [InlineData("x/{Row:SubjectId}_{SOPInstanceUID}.dcm")]
    public void A_column_must_be_in_the_list_and_in_a_folder(string layout) =>
        Assert.Throws<FormatException>(() => ArchiveLayout.Parse(layout, ["SubjectId"]));

    [Fact]
    public void Only_a_job_has_columns() => Assert.Contains(
        "Only the layout of a job",
        Assert.Throws<FormatException>(() => ArchiveLayout.Parse("{Row:SubjectId}/x")).Message,
        StringComparison.Ordinal);
}
