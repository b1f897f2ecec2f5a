using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>Values of VR DT (PS3.5 6.2).</summary>
public sealed class DicomDateTimeTests
{
    [Theory]
    [InlineData("2021", "2021-01-01T00:00:00", null)]
    [InlineData("202109", "2021-09-01T00:00:00", null)]
    [InlineData("20210902", "2021-09-02T00:00:00", null)]
    [InlineData("2021090213", "2021-09-02T13:00:00", null)]
    [InlineData("202109021314", "2021-09-02T13:14:00", null)]
    [InlineData("20210902131415", "2021-09-02T13:14:15", null)]
    [InlineData("20210902131415.25", "2021-09-02T13:14:15.25", null)]
    [InlineData("20210902131415.123456+0130", "2021-09-02T13:14:15.123456", 90)]
    [InlineData("2021-0500", "2021-01-01T00:00:00", -300)]
    [InlineData("20210902+1400 ", "2021-09-02T00:00:00", 840)]
    public void A_date_and_time_has_the_parts_that_are_written(string text, string expected, int? offset)
    {
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture), DicomDateTime.Parse(text));
        Assert.Equal(offset, DicomDateTime.OffsetOf(text)?.TotalMinutes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("20210")]
    [InlineData("20211302")]
    [InlineData("20210902251415")]
    [InlineData("20210902.5")]
    [InlineData("202109021314151617")]
    [InlineData("20210902+9900")]
    [InlineData("20210902-1300")]
    [InlineData("20210902+01")]
    [InlineData("yesterday")]
    public void Another_text_is_none(string? text) => Assert.Null(DicomDateTime.Parse(text));
}
