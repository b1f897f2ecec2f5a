using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>The dictionary against facts read from PS3.6, and UIDs against PS3.5 9.</summary>
public sealed class DictionaryTests
{
    [Theory]
    [InlineData("PatientID", 0x00100020u, VR.LO, "1")]
    [InlineData("ModalitiesInStudy", 0x00080061u, VR.CS, "1-n")]
    [InlineData("RadiopharmaceuticalInformationSequence", 0x00540016u, VR.SQ, "1")]
    [InlineData("PixelData", 0x7FE00010u, VR.OW, "1")]
    [InlineData("MessageIDBeingRespondedTo", 0x00000120u, VR.US, "1")]
    [InlineData("OverlayRows", 0x60000010u, VR.US, "1")]
    [InlineData("LengthToEnd", 0x00080001u, VR.UL, "1")]
    public void An_attribute_is_found_by_tag_and_by_keyword(string keyword, uint tag, VR vr, string vm)
    {
        Assert.True(DataDictionary.TryGetEntry(keyword.ToUpperInvariant(), out var byKeyword));
        Assert.Equal(new DictionaryEntry(new Tag(tag), keyword, vr, vm), byKeyword);
        Assert.True(DataDictionary.TryGetEntry(new Tag(tag), out var byTag));
        Assert.Equal(byKeyword, byTag);
    }

    [Fact]
    public void A_repeating_group_is_found_by_any_of_its_tags()
    {
        Assert.True(DataDictionary.TryGetEntry(new Tag(0x60020010), out var overlay));
        Assert.Equal("OverlayRows", overlay.Keyword);
    }

    [Theory]
    [InlineData(0x00090010u, VR.LO)]
    [InlineData(0x00091001u, VR.UN)]
    [InlineData(0x00100000u, VR.UL)]
    [InlineData(0x00120099u, VR.UN)]
    public void What_the_standard_does_not_list_has_a_VR_too(uint tag, VR vr) =>
        Assert.Equal(vr, DataDictionary.GetVR(new Tag(tag)));

    [Theory]
    [InlineData("PatientID")]
    [InlineData("patientid")]
    [InlineData("00100020")]
    [InlineData("0010,0020")]
    [InlineData("(0010,0020)")]
    public void A_tag_is_read_in_each_of_its_forms(string text)
    {
        Assert.True(Tag.TryParse(text, out var tag));
        Assert.Equal(Tags.PatientID, tag);
    }

    [Fact]
    public void An_unknown_keyword_has_near_ones() =>
        Assert.Contains("PatientName", DataDictionary.NearestKeywords("PatientNmae", 3));

    [Theory]
    [InlineData("1.2.840.10008.1.1", true)]
    [InlineData("2.25.329800735698586629295641978511506172918", true)]
    [InlineData("1.02.3", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("../x", false)]
    [InlineData("1..2", false)]
    [InlineData(".1", false)]
    [InlineData("1.", false)]
    [InlineData("1.2\0", false)]
    [InlineData("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25", false)]
    public void A_UID_is_digits_and_dots(string? text, bool isValid) => Assert.Equal(isValid, Uid.IsValid(text));

    public static TheoryData<string?, bool> Usable => new()
    {
        { "1.2.3", true },
        { "1.2.840.113619.2.0001-A_b", true },
        { "../../etc/passwd", false },
        { "1.2 3", true },
        { " 1.2", true },
        { "x", true },
        { new string('1', 128), true },
        { new string('1', 129), false },
        { "", false },
        { "   ", false },
        { null, false },
        { @"1.2\1.3", false },
        { "1.2.*", false },
        { "1.2.?", false },
        { "1.2\n", false },
        { "1.2\u001B", false },
        { "1.2\u007F", false },
        { "1.2\0", false },
        { "1.2.\u00E4", false },
    };

    [Theory, MemberData(nameof(Usable))]
    public void A_UID_that_breaks_the_standard_is_usable_if_it_means_itself_as_a_key(string? text, bool isUsable) =>
        Assert.Equal(isUsable, Uid.IsUsable(text));
}
