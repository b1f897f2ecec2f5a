using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>The worked examples of PS3.5 annexes H, I, J and K, as bytes; and the sets of PS3.3 C.12.1.1.2.</summary>
public sealed class CharacterSetTests
{
    [Theory]

    // Annex H.3.1: ISO 2022 IR 87, the first set the default.
    [InlineData(
        @"\ISO 2022 IR 87",
        "'Yamada^Tarou=' 1B 24 42 3B 33 45 44 1B 28 42 5E 1B 24 42 42 40 4F 3A 1B 28 42 3D 1B 24 42 24 64 24 5E 24 40 1B 28 "
            + "42 5E 1B 24 42 24 3F 24 6D 24 26 1B 28 42",
        "Yamada^Tarou=山田^太郎=やまだ^たろう")]

    // Annex H.3.2: ISO 2022 IR 13 first, half-width Katakana.
    [InlineData(
        @"ISO 2022 IR 13\ISO 2022 IR 87",
        "D4 CF C0 DE 5E C0 DB B3 3D 1B 24 42 3B 33 45 44 1B 28 4A 5E 1B 24 42 42 40 4F 3A 1B 28 4A 3D 1B 24 42 24 64 24 5E "
            + "24 40 1B 28 4A 5E 1B 24 42 24 3F 24 6D 24 26 1B 28 4A",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう")]

    // Annex I.2: ISO 2022 IR 149, Korean.
    [InlineData(
        @"\ISO 2022 IR 149",
        "'Hong^Gildong=' 1B 24 29 43 FB F3 5E 1B 24 29 43 D1 CE D4 D7 3D 1B 24 29 43 C8 AB 5E 1B 24 29 43 B1 E6 B5 BF",
        "Hong^Gildong=洪^吉洞=홍^길동")]

    // Annex J.3: UTF-8 and GB18030, Chinese.
    [InlineData("ISO_IR 192", "'Wang^XiaoDong=' E7 8E 8B 5E E5 B0 8F E6 9D B1 3D", "Wang^XiaoDong=王^小東=")]
    [InlineData("GB18030", "'Wang^XiaoDong=' CD F5 5E D0 A1 B6 AB 3D", "Wang^XiaoDong=王^小东=")]
    [InlineData("GBK", "'Wang^XiaoDong=' CD F5 5E D0 A1 B6 AB 3D", "Wang^XiaoDong=王^小东=")]

    // Annex K.2: ISO 2022 IR 58, simplified Chinese.
    [InlineData(@"\ISO 2022 IR 58", "'Zhang^XiaoDong=' 1B 24 29 41 D5 C5 5E 1B 24 29 41 D0 A1 B6 AB 3D", "Zhang^XiaoDong=张^小东=")]

    // Single-byte sets, without and with code extensions.
    [InlineData("ISO_IR 100", "'Buc^J' E9 'r' F4 'me'", "Buc^Jérôme")]
    [InlineData("ISO_IR 101", "'Wa' B3 ' ' EA", "Wał ę")]
    [InlineData("ISO_IR 144", "BB EE DA 63 65 DC D1 DE E0 D3", "Люкceмборг")]
    [InlineData("ISO_IR 126", "C4 E9 EF ED F5 F3 E9 EF F2", "Διονυσιος")]
    [InlineData("ISO_IR 148", "'Ka' F0 'an'", "Kağan")]
    [InlineData("ISO_IR 166", "A1 B4", "กด")]
    [InlineData("ISO_IR 13", "D4 CF C0 DE 5E C0 DB B3", "ﾔﾏﾀﾞ^ﾀﾛｳ")]
    [InlineData(@"ISO 2022 IR 6\ISO 2022 IR 100\ISO 2022 IR 144", "1B 2D 41 'J' E9 5E 1B 2D 4C BB", "Jé^Л")]

    // Spellings that the standard does not have.
    [InlineData("ISO-IR 100", "FC", "ü")]
    [InlineData("UTF-8", "C3 BC", "ü")]
    [InlineData("", "FC", "ü")]
    [InlineData("NOBODY KNOWS", "FC", "ü")]
    public void A_name_is_decoded_as_its_character_set_says(string characterSet, string written, string expected)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SpecificCharacterSet, characterSet);
        dataset.Set(Tags.PatientName, VR.PN, Bytes.Of(written));
        Assert.Equal(expected, dataset.GetRawText(Tags.PatientName));
    }

    [Theory]
    [InlineData(@"\ISO 2022 IR 87", true)]
    [InlineData("ISO_IR 100", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData(@"\ ", false)]
    [InlineData(null, false)]
    public void A_set_whose_first_value_is_empty_is_declared_all_the_same(string? characterSet, bool isDeclared)
    {
        var dataset = new Dataset();
        if (characterSet is not null)
            dataset.Set(Tags.SpecificCharacterSet, characterSet);
        Assert.Equal(isDeclared, dataset.DeclaresCharacterSet);
    }

    [Theory]

    // The examples of annexes H, I, J and K again, from text to bytes.
    [InlineData(
        @"\ISO 2022 IR 87",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "'Yamada^Tarou=' 1B 24 42 3B 33 45 44 1B 28 42 5E 1B 24 42 42 40 4F 3A 1B 28 42 3D 1B 24 42 24 64 24 5E 24 40 1B 28 "
            + "42 5E 1B 24 42 24 3F 24 6D 24 26 1B 28 42")]
    [InlineData(
        @"ISO 2022 IR 13\ISO 2022 IR 87",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        "D4 CF C0 DE 5E C0 DB B3 3D 1B 24 42 3B 33 45 44 1B 28 4A 5E 1B 24 42 42 40 4F 3A 1B 28 4A 3D 1B 24 42 24 64 24 5E "
            + "24 40 1B 28 4A 5E 1B 24 42 24 3F 24 6D 24 26 1B 28 4A")]
    [InlineData(
        @"\ISO 2022 IR 149",
        "Hong^Gildong=洪^吉洞=홍^길동",
        "'Hong^Gildong=' 1B 24 29 43 FB F3 5E 1B 24 29 43 D1 CE D4 D7 3D 1B 24 29 43 C8 AB 5E 1B 24 29 43 B1 E6 B5 BF")]
    [InlineData("ISO_IR 192", "Wang^XiaoDong=王^小東=", "'Wang^XiaoDong=' E7 8E 8B 5E E5 B0 8F E6 9D B1 3D")]
    [InlineData("GB18030", "Wang^XiaoDong=王^小东=", "'Wang^XiaoDong=' CD F5 5E D0 A1 B6 AB 3D")]
    [InlineData(@"\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东=", "'Zhang^XiaoDong=' 1B 24 29 41 D5 C5 5E 1B 24 29 41 D0 A1 B6 AB 3D")]
    [InlineData("ISO_IR 144", "Привет*", "BF E0 D8 D2 D5 E2 2A")]
    [InlineData(@"ISO 2022 IR 6\ISO 2022 IR 100\ISO 2022 IR 144", "Jé^Л", "4A 1B 2D 41 E9 5E 1B 2D 4C BB")]
    [InlineData(@"ISO 2022 IR 100\ISO 2022 IR 144", "é^Лé", "E9 5E 1B 2D 4C BB 1B 2D 41 E9")]
    [InlineData(@"\ISO 2022 IR 87\ISO 2022 IR 159", "山丂*", "1B 24 42 3B 33 1B 24 28 44 30 21 1B 28 42 2A")]
    [InlineData("ISO_IR 13", "ﾔﾏ*", "D4 CF 2A")]
    [InlineData("ISO_IR 166", "กด", "A1 B4")]
    public void A_key_is_encoded_as_its_character_set_says(string characterSet, string key, string expected)
    {
        var encoded = SpecificCharacterSet.Parse(characterSet).TryEncode(key, VR.PN);
        Assert.Equal(Convert.ToHexString(Bytes.Of(expected)), Convert.ToHexString(encoded!));
        Assert.Equal(key, SpecificCharacterSet.Parse(characterSet).Decode(encoded, VR.PN));
    }

    [Theory]
    [InlineData("ISO_IR 100", "Привет")]
    [InlineData("", "ü")]
    [InlineData("ISO_IR 13", "山")]
    [InlineData(@"\ISO 2022 IR 87", "홍")]
    [InlineData(@"\ISO 2022 IR 87", "丂")]
    [InlineData(@"\ISO 2022 IR 58", "東")]
    [InlineData(@"\ISO 2022 IR 149", "😀")]
    public void What_a_set_does_not_have_is_not_encoded(string characterSet, string key) =>
        Assert.Null(SpecificCharacterSet.Parse(characterSet).TryEncode(key, VR.PN));

    [Fact]
    public void A_first_term_that_no_text_can_begin_with_is_a_code_extension()
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SpecificCharacterSet, "ISO 2022 IR 87");
        dataset.Set(Tags.PatientName, VR.PN, Bytes.Of("'Yamada=' 1B 24 42 3B 33 45 44 1B 28 42"));
        Assert.Equal("Yamada=山田", dataset.GetRawText(Tags.PatientName));
    }

    [Fact]
    public void Text_returns_to_the_first_set_at_each_line_and_value()
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SpecificCharacterSet, @"\ISO 2022 IR 149");
        dataset.Set(new Tag(0x00081030), VR.LO, Bytes.Of("1B 24 29 43 B1 E6 5C 'plain' 5C 1B 24 29 43 B5 BF"));
        Assert.Equal(["길", "plain", "동"], dataset.GetStrings(new Tag(0x00081030)));
    }

    [Fact]
    public void A_backslash_within_a_character_of_two_bytes_separates_nothing()
    {
        // The second byte of U+8868 in JIS X 0208 is 0x3D, of U+4E88 0x3D; of U+4E9C 21; of U+6E96 5C.
        var dataset = new Dataset();
        dataset.Set(Tags.SpecificCharacterSet, @"\ISO 2022 IR 87");
        dataset.Set(Tags.PatientName, VR.PN, Bytes.Of("1B 24 42 3D 60 21 5C 1B 28 42 '^A'"));
        Assert.Single(dataset.GetStrings(Tags.PatientName));
    }

    [Fact]
    public void A_name_has_three_groups()
    {
        var name = PersonName.Parse("Yamada^Tarou=山田^太郎=やまだ^たろう");
        Assert.Equal(("Yamada^Tarou", "山田^太郎", "やまだ^たろう"), (name.Alphabetic, name.Ideographic, name.Phonetic));
        Assert.Equal(("Yamada", "Tarou"), (name.FamilyName, name.GivenName));
        Assert.Equal("山田^太郎", PersonName.Parse("=山田^太郎").ToString());
    }

    [Fact]
    public void Items_have_the_character_set_of_what_encloses_them_or_their_own()
    {
        var bytes = Bytes.Of("""
            08 00 05 00 'CS' 0A 00 'ISO_IR 100'
            08 00 99 11 'SQ' 00 00 FF FF FF FF
              FE FF 00 E0 0A 00 00 00 10 00 10 00 'PN' 02 00 FC 20
              FE FF 00 E0 1C 00 00 00 08 00 05 00 'CS' 0A 00 'ISO_IR 192' 10 00 10 00 'PN' 02 00 C3 BC
            FE FF DD E0 00 00 00 00
            """);
        var items = DatasetReader.Read(bytes, TransferSyntax.ExplicitVRLittleEndian).GetItems(Tags.ReferencedSOPSequence);
        Assert.Equal(["ü", "ü"], items.Select(item => item.GetString(Tags.PatientName)));
    }
}
