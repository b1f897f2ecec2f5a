using PacsNm.Dicom.Data;
using PacsNm.Tables;

namespace PacsNm.Core.Tests.Tables;

/// <summary>Cells of a table, typed by the dictionary of PS3.6.</summary>
public sealed class AttributeColumnTests
{
    public static TheoryData<string, string, object?, int> Cells => new()
    {
        { "SeriesNumber", " 7 ", 7L, 0 },
        { "SeriesNumber", "-3", -3L, 0 },
        { "SeriesNumber", "7.5", null, 1 },
        { "SeriesNumber", "7\\8", 7L, 1 },
        { "SeriesNumber", "", null, 0 },
        { "SliceThickness", "1.25e1", 12.5, 0 },
        { "SliceThickness", "wide", null, 1 },
        { "StudyDate", "20210901", new DateTime(2021, 9, 1), 0 },
        { "StudyDate", "2021.09.01", new DateTime(2021, 9, 1), 0 },
        { "StudyDate", "20211301", null, 1 },
        { "StudyTime", "101112.5", new TimeSpan(0, 10, 11, 12, 500), 0 },
        { "AcquisitionDateTime", "20210901101112+0200", new DateTime(2021, 9, 1, 10, 11, 12), 0 },
        { "StudyDescription", "Bone\\scan", "Bone\\scan", 0 },
        { "ImageType", "ORIGINAL\\PRIMARY", new[] { "ORIGINAL", "PRIMARY" }, 0 },
        { "ImageType", "ORIGINAL", new[] { "ORIGINAL" }, 0 },
        { "PixelSpacing", "2.4\\2.5", new object[] { 2.4, 2.5 }, 0 },
        { "PixelSpacing", "2.4\\wide", new object[] { 2.4 }, 1 },
        { "PixelSpacing", "wide", null, 1 },
        { "(0009,1001)", "private", "private", 0 },
    };

    [Theory, MemberData(nameof(Cells))]
    public void A_cell_has_the_type_of_its_column(string name, string value, object? expected, int unfit)
    {
        var column = new AttributeColumn(PathOf(name));
        var header = new Dataset();
        header.Set(column.Path.Tag, value);
        Assert.Equal(expected, column.ValueIn(header));
        Assert.Equal(unfit, column.Unfit);
        Assert.Null(column.ValueIn(new Dataset()));
    }

    [Theory]
    [InlineData("SeriesNumber", "Integer", false)]
    [InlineData("Rows", "Integer", false)]
    [InlineData("SliceThickness", "Number", false)]
    [InlineData("ImageType", "Text", true)]
    [InlineData("ImageComments", "Text", false)]
    [InlineData("FrameIncrementPointer", "Text", true)]
    [InlineData("EnergyWindowInformationSequence.EnergyWindowName", "Text", false)]
    [InlineData("EnergyWindowInformationSequence[*].EnergyWindowName", "Text", true)]
    public void A_column_has_a_type(string name, string type, bool isList)
    {
        var column = new AttributeColumn(PathOf(name));
        Assert.Equal((type, isList), ($"{column.Type}", column.IsList));
    }

    [Fact]
    public void Occurring_attributes_have_paths_into_all_items()
    {
        var (first, second, header) = (new Dataset(), new Dataset(), new Dataset());
        first.Set(Tags.CodeValue, "1");
        second.Set(Tags.CodeMeaning, "one");
        header.SetItems(Tags.ViewCodeSequence, first, second);
        header.Set(Tags.Modality, "NM");
        header.Set(new Tag(0x0009, 0x1001), VR.LO, new byte[2]);
        header.Set(Tags.PixelData, VR.OW, new byte[2]);
        var occurring = new OccurringAttributes();
        occurring.Add(header);
        occurring.Add(header);
        Assert.Equal(
            ["Modality", "ViewCodeSequence[*].CodeValue", "ViewCodeSequence[*].CodeMeaning"], occurring.Paths().Select(path => path.Name));
        Assert.Equal(3, occurring.Count);
    }

    private static AttributePath PathOf(string name) =>
        AttributePath.TryParse(name, out var path, out _) ? path : throw new ArgumentException(name);
}
