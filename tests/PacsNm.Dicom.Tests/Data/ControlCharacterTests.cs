using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>What PS3.5 6.1.3 and table 6.2-1 do not allow in a value never reaches a terminal, and stays in the raw text.</summary>
public sealed class ControlCharacterTests
{
    private const string Hostile = "DOE\u001B]0;title\u0007^JANE\u001B[2J\u009B1m\u007F";

    private static readonly Tag RetrieveAETitle = Tags.RetrieveAETitle;

    [Fact]
    public void A_name_is_shown_without_them_and_its_raw_text_has_them()
    {
        var dataset = Of(Tags.PatientName, VR.PN, Hostile);
        Assert.Equal("DOE]0;title^JANE[2J1m", dataset.GetString(Tags.PatientName));
        Assert.Equal("DOE]0;title^JANE[2J1m", dataset.GetPersonName(Tags.PatientName)!.ToString());
        Assert.Equal("DOE]0;title^JANE[2J1m", dataset.GetValue(Tags.PatientName));
        Assert.Equal(Hostile, dataset.GetRawText(Tags.PatientName));
    }

    [Fact]
    public void An_escape_that_is_a_code_extension_is_decoded_and_another_is_left_out()
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SpecificCharacterSet, @"\ISO 2022 IR 87");
        dataset.Set(Tags.PatientName, VR.PN, Bytes.Of("'A' 1B 5B 32 4A '=' 1B 24 42 3B 33 45 44 1B 28 42"));
        Assert.Equal("A[2J=山田", dataset.GetString(Tags.PatientName));
    }

    [Theory]
    [InlineData(VR.LO, "a\tb\r\nc\u001Bd\0e", "a b  cde")]
    [InlineData(VR.SH, "a\u0008b", "ab")]
    [InlineData(VR.UC, "a\u0007b", "ab")]
    [InlineData(VR.LT, "a\tb\r\nc\u001Bd\f\u0085e", "a\tb\r\ncd\fe")]
    [InlineData(VR.ST, "a\u000Bb", "ab")]
    [InlineData(VR.UT, "a\u001B]8;;x\u0007b", "a]8;;xb")]
    [InlineData(VR.UN, "a\u001Bb\nc", "ab\nc")]
    [InlineData(VR.CS, "N\u001BM", "N\uFFFDM")]
    [InlineData(VR.AE, "N\u0001M", "N\uFFFDM")]
    [InlineData(VR.LO, "a\u202Eb\u200Bc", "a\u202Eb\u200Bc")]
    public void Each_VR_keeps_what_the_standard_allows_in_it(VR vr, string value, string expected)
    {
        var isUtf8 = value.Any(c => c > 0xFF);
        var dataset = Of(RetrieveAETitle, vr, value, isUtf8);
        Assert.Equal(expected, dataset.GetString(RetrieveAETitle));
    }

    [Fact]
    public void Leaving_one_out_makes_no_other_UID_date_or_number()
    {
        Assert.False(Uid.IsValid(Of(Tags.StudyInstanceUID, VR.UI, "1.2\u001B.3").GetString(Tags.StudyInstanceUID)));
        Assert.Null(Of(Tags.StudyDate, VR.DA, "2021\u001B0901").GetDate(Tags.StudyDate));
        Assert.Null(Of(Tags.InstanceNumber, VR.IS, "1\u00072").GetInt32(Tags.InstanceNumber));
    }

    [Fact]
    public void Padding_is_still_padding()
    {
        Assert.Equal("1.2.3", Of(Tags.StudyInstanceUID, VR.UI, "1.2.3\0").GetString(Tags.StudyInstanceUID));
        Assert.Equal("A", Of(Tags.PatientID, VR.LO, " A\r\n\0\0").GetString(Tags.PatientID));
        Assert.Null(Of(Tags.PatientID, VR.LO, "\u001B\0").GetString(Tags.PatientID));
    }

    private static Dataset Of(Tag tag, VR vr, string value, bool isUtf8 = false)
    {
        var dataset = new Dataset();
        if (isUtf8)
            dataset.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        dataset.Set(tag, vr, (isUtf8 ? System.Text.Encoding.UTF8 : System.Text.Encoding.Latin1).GetBytes(value));
        return dataset;
    }
}
