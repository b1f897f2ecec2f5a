using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>Datasets on vectors written out from PS3.5 7 and annex A.</summary>
public sealed class DatasetTests
{
    private const string PatientNameImplicit = "10 00 10 00 0A 00 00 00 'Test^Name '";

    [Fact]
    public void An_element_of_implicit_VR_has_its_VR_from_the_dictionary()
    {
        var dataset = DatasetReader.Read(Bytes.Of(PatientNameImplicit), TransferSyntax.ImplicitVRLittleEndian);
        Assert.True(dataset.TryGetElement(Tags.PatientName, out var element));
        Assert.Equal(VR.PN, element.VR);
        Assert.Equal("Test^Name", dataset.GetString(Tags.PatientName));
    }

    [Fact]
    public void An_element_of_explicit_VR_has_a_short_length_or_a_long_one()
    {
        var dataset = DatasetReader.Read(
            Bytes.Of("08 00 20 00 'DA' 08 00 '20210901'  E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 03 04"),
            TransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal(new DateTime(2021, 9, 1), dataset.GetDate(Tags.StudyDate));
        Assert.True(dataset.TryGetElement(Tags.PixelData, out var pixels));
        Assert.Equal(new byte[] { 1, 2, 3, 4 }, pixels.Value.ToArray());
    }

    [Fact]
    public void Numbers_follow_the_byte_order()
    {
        var little = DatasetReader.Read(Bytes.Of("28 00 10 00 'US' 02 00 00 02"), TransferSyntax.ExplicitVRLittleEndian);
        var big = DatasetReader.Read(Bytes.Of("00 28 00 10 'US' 00 02 02 00"), TransferSyntax.ExplicitVRBigEndian);
        Assert.Equal(512, little.GetInt32(Tags.Rows));
        Assert.Equal(512, big.GetInt32(Tags.Rows));
    }

    /// <summary>PS3.5 table 7.5-1: implicit VR, a sequence of defined length with items of defined length.</summary>
    [Fact]
    public void A_sequence_of_defined_length_has_the_items_within_it() =>
        AssertTwoItems(TransferSyntax.ImplicitVRLittleEndian, """
            08 00 99 11 24 00 00 00
              FE FF 00 E0 0A 00 00 00  08 00 50 11 02 00 00 00 '1' 00
              FE FF 00 E0 0A 00 00 00  08 00 50 11 02 00 00 00 '2' 00
            """);

    /// <summary>PS3.5 table 7.5-2 and 7.5-3: explicit VR, undefined lengths, ended by delimitation items.</summary>
    [Fact]
    public void A_sequence_of_undefined_length_ends_at_its_delimiter() =>
        AssertTwoItems(TransferSyntax.ExplicitVRLittleEndian, """
            08 00 99 11 'SQ' 00 00 FF FF FF FF
              FE FF 00 E0 FF FF FF FF  08 00 50 11 'UI' 02 00 '1' 00  FE FF 0D E0 00 00 00 00
              FE FF 00 E0 0A 00 00 00  08 00 50 11 'UI' 02 00 '2' 00
            FE FF DD E0 00 00 00 00
            """);

    /// <summary>PS3.5 6.2.2: what is of VR UN and undefined length is implicit VR little endian inside.</summary>
    [Fact]
    public void A_sequence_of_VR_UN_is_implicit_inside()
    {
        var dataset = DatasetReader.Read(
            Bytes.Of("""
                09 00 10 10 'UN' 00 00 FF FF FF FF
                  FE FF 00 E0 FF FF FF FF 10 00 10 00 0A 00 00 00 'Test^Name ' FE FF 0D E0 00 00 00 00
                FE FF DD E0 00 00 00 00
                10 00 20 00 'LO' 02 00 'ID'
                """),
            TransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal("Test^Name", Assert.Single(dataset.GetItems(new Tag(0x00091010))).GetString(Tags.PatientName));
        Assert.Equal("ID", dataset.GetString(Tags.PatientID));
    }

    /// <summary>PS3.5 table A.4-1: encapsulated pixel data, an empty offset table and a fragment.</summary>
    [Fact]
    public void Encapsulated_pixel_data_are_kept_as_fragments()
    {
        const string written = """
            E0 7F 10 00 'OB' 00 00 FF FF FF FF
              FE FF 00 E0 00 00 00 00
              FE FF 00 E0 04 00 00 00 FF D8 FF D9
            FE FF DD E0 00 00 00 00
            """;
        var syntax = TransferSyntax.Find("1.2.840.10008.1.2.4.70");
        var dataset = DatasetReader.Read(Bytes.Of(written), syntax);
        Assert.True(dataset.TryGetElement(Tags.PixelData, out var pixels));
        Assert.Equal(20, pixels.Value.Length);
        Assert.Equal(Bytes.Of(written), DatasetWriter.Write(dataset, syntax));
    }

    [Fact]
    public void What_is_written_is_what_the_standard_says()
    {
        var dataset = new Dataset();
        dataset.Set(Tags.PatientID, "ODD");
        dataset.Set(Tags.Rows, (ushort)512);
        dataset.Set(Tags.StudyInstanceUID, "1.2");
        var item = new Dataset();
        item.Set(Tags.CodeValue, "1");
        dataset.SetItems(Tags.ConceptNameCodeSequence, item);
        Assert.Equal(
            Bytes.Of("""
                10 00 20 00 'LO' 04 00 'ODD '  20 00 0D 00 'UI' 04 00 '1.2' 00  28 00 10 00 'US' 02 00 00 02
                40 00 43 A0 'SQ' 00 00 FF FF FF FF
                  FE FF 00 E0 FF FF FF FF 08 00 00 01 'SH' 02 00 '1 ' FE FF 0D E0 00 00 00 00
                FE FF DD E0 00 00 00 00
                """),
            DatasetWriter.Write(dataset, TransferSyntax.ExplicitVRLittleEndian));
        Assert.Equal(
            Bytes.Of("""
                00 10 00 20 'LO' 00 04 'ODD '  00 20 00 0D 'UI' 00 04 '1.2' 00  00 28 00 10 'US' 00 02 02 00
                00 40 A0 43 'SQ' 00 00 FF FF FF FF
                  FF FE E0 00 FF FF FF FF 00 08 01 00 'SH' 00 02 '1 ' FF FE E0 0D 00 00 00 00
                FF FE E0 DD 00 00 00 00
                """),
            DatasetWriter.Write(dataset, TransferSyntax.ExplicitVRBigEndian));
    }

    [Fact]
    public void Elements_out_of_order_are_put_in_order_and_the_later_of_two_stays()
    {
        var dataset = DatasetReader.Read(
            Bytes.Of("10 00 20 00 'LO' 02 00 'AA'  08 00 60 00 'CS' 02 00 'NM'  10 00 20 00 'LO' 02 00 'BB'"),
            TransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal([Tags.Modality, Tags.PatientID], dataset.Select(element => element.Tag));
        Assert.Equal("BB", dataset.GetString(Tags.PatientID));
    }

    [Theory]
    [InlineData("20210901", "2021-09-01")]
    [InlineData("2021.09.01", "2021-09-01")]
    [InlineData("20211345", null)]
    [InlineData("today", null)]
    public void A_date_that_is_none_is_null_and_its_text_stays(string text, string? expected)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.StudyDate, text);
        Assert.Equal(expected, dataset.GetDate(Tags.StudyDate)?.ToString("yyyy-MM-dd", null));
        Assert.Equal(text, dataset.GetRawText(Tags.StudyDate));
    }

    [Theory]
    [InlineData("09", "09:00:00")]
    [InlineData("0915", "09:15:00")]
    [InlineData("091530", "09:15:30")]
    [InlineData("091530.25", "09:15:30.2500000")]
    [InlineData("09:15:30", "09:15:30")]
    [InlineData("235960", "23:59:59.9999990")]
    [InlineData("235960.5", "23:59:59.9999990")]
    [InlineData("23:59:60", "23:59:59.9999990")]
    [InlineData("052960", "05:29:59.9999990")]
    [InlineData("235959.999999", "23:59:59.9999990")]
    [InlineData("101500.123456", "10:15:00.1234560")]
    [InlineData("250000", null)]
    [InlineData("240000", null)]
    [InlineData("236000", null)]
    [InlineData("235961", null)]
    [InlineData("60", null)]
    [InlineData("1060", null)]
    [InlineData("10.15", null)]
    [InlineData("23595960", null)]
    public void A_time_has_the_forms_of_TM(string text, string? expected) =>
        Assert.Equal(expected, DicomTime.Parse(text)?.ToString());

    [Theory]
    [InlineData("12", 12)]
    [InlineData(" -7 ", -7)]
    [InlineData("1,234", null)]
    [InlineData("", null)]
    public void An_integer_that_is_none_is_null(string text, int? expected)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.NumberOfStudyRelatedInstances, text);
        Assert.Equal(expected, dataset.GetInt32(Tags.NumberOfStudyRelatedInstances));
    }

    [Theory]
    [InlineData("045Y", 45)]
    [InlineData("018M", 1)]
    [InlineData("100W", 1)]
    [InlineData("45", null)]
    [InlineData("04XY", null)]
    public void An_age_is_in_years(string text, int? expected)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.PatientAge, text);
        Assert.Equal(expected, dataset.GetAge(Tags.PatientAge));
    }

    [Fact]
    public void What_breaks_its_VR_is_null_as_a_value_and_stays_as_text()
    {
        var dataset = new Dataset();
        dataset.Set(Tags.StudyDate, "2021-13-45");
        dataset.Set(Tags.InstanceNumber, "1,5");
        Assert.Null(dataset.GetValue(Tags.StudyDate));
        Assert.Null(dataset.GetValue(Tags.InstanceNumber));
        Assert.Equal("2021-13-45", dataset.GetRawText(Tags.StudyDate));
        Assert.Equal("1,5", dataset.GetRawText(Tags.InstanceNumber));
    }

    [Theory]
    [InlineData("20161231", "235960", "2016-12-31T23:59:59.9999990")]
    [InlineData("20110101", "240000", "2011-01-01T00:00:00.0000000")]
    [InlineData("20110230", "101500", null)]
    [InlineData("00000000", "", null)]
    [InlineData("20110101 ", "10", "2011-01-01T10:00:00.0000000")]
    [InlineData("2011.01.01", "10:15:00", "2011-01-01T10:15:00.0000000")]
    public void A_leap_second_stays_on_its_day(string date, string time, string? expected)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.StudyDate, date);
        dataset.Set(Tags.StudyTime, time);
        Assert.Equal(expected, dataset.GetDateTime(Tags.StudyDate, Tags.StudyTime)?.ToString("O"));
    }

    [Fact]
    public void Several_values_are_several_strings()
    {
        var dataset = new Dataset();
        dataset.Set(Tags.ModalitiesInStudy, @"NM\CT \KO");
        Assert.Equal(["NM", "CT", "KO"], dataset.GetStrings(Tags.ModalitiesInStudy));
    }

    private static void AssertTwoItems(TransferSyntax syntax, string written)
    {
        // Without its own sequence (0008,1199): Referenced SOP Class UID (0008,1150) in each item.
        var dataset = DatasetReader.Read(Bytes.Of(written), syntax);
        var items = dataset.GetItems(Tags.ReferencedSOPSequence);
        Assert.Equal(["1", "2"], items.Select(item => item.GetString(Tags.ReferencedSOPClassUID)));
    }
}
