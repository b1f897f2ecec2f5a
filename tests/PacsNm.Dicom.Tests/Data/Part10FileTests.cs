using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>DICOM files (PS3.10 7): what a whole one says, and that one cut anywhere is told from it.</summary>
public sealed class Part10FileTests
{
    private static readonly string Body = """
        08 00 05 00 'CS' 0A 00 'ISO_IR 100'
        08 00 16 00 'UI' 04 00 '1.2' 00
        08 00 18 00 'UI' 06 00 '1.2.3' 00
        08 00 99 11 'SQ' 00 00 FF FF FF FF
          FE FF 00 E0 FF FF FF FF 08 00 50 11 'UI' 02 00 '1' 00 FE FF 0D E0 00 00 00 00
          FE FF 00 E0 0A 00 00 00 08 00 50 11 'UI' 02 00 '2' 00
        FE FF DD E0 00 00 00 00
        10 00 20 00 'LO' 02 00 'ID'
        20 00 0D 00 'UI' 04 00 '1.4' 00
        20 00 0E 00 'UI' 04 00 '1.5' 00
        E0 7F 10 00 'OW' 00 00 08 00 00 00 01 02 03 04 05 06 07 08
        """;

    [Fact]
    public void A_whole_file_says_what_it_is()
    {
        var file = Part10File.Verify(new MemoryStream(Whole()), Tags.PatientID);
        Assert.True(file.IsWhole, file.Problem);
        Assert.Equal(
            ("1.2.840.10008.1.2.1", "1.2", "1.2.3", "1.4", "1.5", "ID"),
            (file.TransferSyntaxUid, file.SopClassUid, file.SopInstanceUid, file.StudyInstanceUid, file.SeriesInstanceUid, file.Attributes.GetString(Tags.PatientID)));
        Assert.Equal(Bytes.Of(Body).Length, file.DatasetLength);
    }

    [Fact]
    public void A_file_cut_anywhere_is_not_whole_or_shorter()
    {
        var whole = Whole();
        for (var length = 0; length < whole.Length; length++)
        {
            var file = Part10File.Verify(new MemoryStream(whole, 0, length));
            Assert.True(!file.IsWhole || file.DatasetLength < Bytes.Of(Body).Length, $"Cut to {length} bytes.");
        }
    }

    [Fact]
    public void A_text_file_is_no_DICOM_file() =>
        Assert.Contains("DICM", Part10File.Verify(new MemoryStream(new byte[500])).Problem, StringComparison.Ordinal);

    [Fact]
    public void Mutated_files_raise_nothing()
    {
        var random = new Random(7);
        for (var run = 0; run < 5_000; run++)
        {
            var bytes = Whole();
            for (var change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(128, bytes.Length)] = (byte)random.Next(256);
            Part10File.Verify(new MemoryStream(bytes));
        }
    }

    [Fact]
    public void A_header_is_read_with_its_sequences_and_without_the_pixel_data()
    {
        var header = Part10File.ReadHeader(new MemoryStream(Whole()[..^8]), [Tags.PatientID, new Tag(0x0008, 0x1199)])!;
        Assert.Equal("ID", header.GetString(Tags.PatientID));
        Assert.Equal(["1", "2"], header.GetItems(new Tag(0x0008, 0x1199)).Select(item => item.GetString(new Tag(0x0008, 0x1150))));
        Assert.Equal("1.2.840.10008.1.2.1", header.GetString(Tags.TransferSyntaxUID));
        Assert.False(header.Contains(Tags.StudyInstanceUID));
        Assert.Null(Part10File.ReadHeader(new MemoryStream(new byte[500]), []));
        Assert.Null(Part10File.ReadHeader(new MemoryStream([]), []));
    }

    [Fact]
    public void The_header_of_a_mutated_file_is_one_or_is_refused()
    {
        var random = new Random(8);
        for (var run = 0; run < 5_000; run++)
        {
            var bytes = Whole();
            for (var change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(128, bytes.Length)] = (byte)random.Next(256);
            try
            {
                Part10File.ReadHeader(new MemoryStream(bytes, 0, random.Next(bytes.Length + 1)), [Tags.PatientID, new Tag(0x0008, 0x1199)]);
            }
            catch (DicomDataException)
            {
                // Refused.
            }
        }
    }

    private static byte[] Whole() =>
        [.. Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.ExplicitVRLittleEndian), .. Bytes.Of(Body)];
}
