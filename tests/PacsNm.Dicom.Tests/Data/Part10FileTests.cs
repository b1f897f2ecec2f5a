using System.IO.Compression;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>DICOM files (PS3.10 7): what a whole file says, and that a file cut anywhere is recognized.</summary>
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
            (file.TransferSyntaxUid, file.SopClassUid, file.SopInstanceUid, file.StudyInstanceUid, file.SeriesInstanceUid,
                file.Attributes.GetString(Tags.PatientID)));
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

    [Fact]
    public void A_file_without_a_group_length_is_told_so()
    {
        var file = Part10File.Verify(new MemoryStream(
            [.. new byte[128], .. Bytes.Of("'DICM' 02 00 01 00 'OB' 00 00 02 00 00 00 00 01"), .. new byte[64]]));
        Assert.Contains("(0002,0000)", file.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("announces", file.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.1.99")]
    [InlineData("1.2.840.10008.1.2.4.95")]
    [InlineData("1.2.840.10008.1.2.4.205")]
    public void A_deflated_file_is_verified_to_its_last_element(string syntax)
    {
        var file = Part10File.Verify(new MemoryStream(Deflated(syntax, Bytes.Of(Body))), Tags.PatientID);
        Assert.True(file.IsWhole, file.Problem);
        Assert.True(file.IsProven);
        Assert.Equal(("1.2.3", "1.4", "ID"), (file.SopInstanceUid, file.StudyInstanceUid, file.Attributes.GetString(Tags.PatientID)));
    }

    [Fact]
    public void A_deflated_file_cut_anywhere_is_not_whole()
    {
        var whole = Deflated(TransferSyntax.DeflatedExplicitVRLittleEndian.Uid, [.. Bytes.Of(Body), .. Noise()], isPadded: false);
        for (var length = whole.Length - 1; length > 0; length--)
            Assert.False(Part10File.Verify(new MemoryStream(whole, 0, length)).IsWhole, $"Cut to {length} bytes of {whole.Length}.");
    }

    [Fact]
    public void A_deflated_dataset_that_ends_within_an_element_is_not_whole()
    {
        var body = Bytes.Of(Body);
        Assert.False(Part10File.Verify(new MemoryStream(Deflated(TransferSyntax.DeflatedExplicitVRLittleEndian.Uid, body[..^3]))).IsWhole);
    }

    [Fact]
    public void Much_that_is_zero_may_be_deflated_in_a_file_and_not_in_a_message()
    {
        // 84 MB of zeros deflate to less than a hundredth.
        byte[] body = [.. Bytes.Of(Body)[..^20], .. Bytes.Of("E0 7F 10 00 'OB' 00 00 00 00 00 05"), .. new byte[0x0500_0000]];
        var file = Part10File.Verify(new MemoryStream(Deflated(TransferSyntax.DeflatedExplicitVRLittleEndian.Uid, body)));
        Assert.True(file.IsWhole, file.Problem);

        // A message is kept in memory, and may not become so long.
        Assert.Throws<DicomDataException>(() => DatasetReader.Read(Deflate(body), TransferSyntax.DeflatedExplicitVRLittleEndian));
    }

    [Fact]
    public void The_header_of_a_deflated_file_is_read_whatever_its_pixel_data()
    {
        byte[] pixels = [.. Bytes.Of("E0 7F 10 00 'OB' 00 00 00 00 40 00"), .. RandomBytes(0x0040_0000)];
        var header = Part10File.ReadHeader(
            new MemoryStream(Deflated(TransferSyntax.DeflatedExplicitVRLittleEndian.Uid, [.. Bytes.Of(Body)[..^20], .. pixels])),
            [Tags.PatientID])!;
        Assert.Equal("ID", header.GetString(Tags.PatientID));
        Assert.False(header.Contains(Tags.PixelData));
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.2")]
    public void A_private_syntax_that_is_encoded_as_a_standard_one_is_verified_to_its_last_element(string encoding)
    {
        var dataset = DatasetReader.Read(Bytes.Of(Body), TransferSyntax.ExplicitVRLittleEndian);
        var bytes = Private(DatasetWriter.Write(dataset, TransferSyntax.Find(encoding)));
        var file = Part10File.Verify(new MemoryStream(bytes), Tags.PatientID);
        Assert.True(file is { IsWhole: true, IsProven: true }, file.Problem);
        Assert.Equal(
            (GeSyntax, "1.2.3", "1.4", "1.5"),
            (file.TransferSyntaxUid, file.SopInstanceUid, file.StudyInstanceUid, file.SeriesInstanceUid));
        Assert.Equal("ID", Part10File.ReadHeader(new MemoryStream(bytes), [Tags.PatientID])!.GetString(Tags.PatientID));
    }

    [Fact]
    public void A_private_syntax_that_hides_its_end_is_whole_and_not_proven()
    {
        var file = Part10File.Verify(new MemoryStream(Private([.. Bytes.Of(Body), 1, 2, 3, 4, 5])));
        Assert.Equal((true, false, "1.4"), (file.IsWhole, file.IsProven, file.StudyInstanceUid));
        var hidden = Part10File.Verify(new MemoryStream(Private(RandomBytes(64))));
        Assert.Equal((true, false), (hidden.IsWhole, hidden.IsProven));
        Assert.Equal(("1.2", "1.2.3", null), (hidden.SopClassUid, hidden.SopInstanceUid, hidden.StudyInstanceUid));
        Assert.Throws<DicomDataException>(() => Part10File.ReadHeader(new MemoryStream(Private(RandomBytes(64))), []));
    }

    private const string GeSyntax = "1.2.840.113619.5.2";

    private static byte[] Private(byte[] dataset) => [.. Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.Find(GeSyntax)), .. dataset];

    private static byte[] Deflated(string syntax, byte[] dataset, bool isPadded = true)
    {
        var deflated = Deflate(dataset);
        var padding = new byte[isPadded ? deflated.Length & 1 : 0];
        return [.. Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.Find(syntax)), .. deflated, .. padding];
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var deflating = new DeflateStream(output, CompressionLevel.Fastest))
            deflating.Write(bytes);
        return output.ToArray();
    }

    /// <summary>Elements whose values do not deflate, so that there are several blocks.</summary>
    private static byte[] Noise() => [.. Enumerable.Range(0, 20).SelectMany(
        number => (byte[])[.. Bytes.Of("E1 7F"), (byte)number, 0x10, .. Bytes.Of("'OB' 00 00 00 01 00 00"), .. RandomBytes(256)])];

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Whole() =>
        [.. Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.ExplicitVRLittleEndian), .. Bytes.Of(Body)];
}
