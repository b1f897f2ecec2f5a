using System.IO.Compression;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>
/// What follows the last element of a file (PS3.5 7.1, 7.5, A.4, A.5): an object with padding is whole, and one with
/// a shortage is not.
/// </summary>
public sealed class SurplusTests
{
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string Implicit = "1.2.840.10008.1.2";
    private const string BigEndian = "1.2.840.10008.1.2.2";
    private const string Jpeg = "1.2.840.10008.1.2.4.70";
    private const string Deflated = "1.2.840.10008.1.2.1.99";
    private const string JpegLossless =
        "E0 7F 10 00 'OB' 00 00 FF FF FF FF FE FF 00 E0 00 00 00 00 FE FF 00 E0 06 00 00 00 FF D8 11 11 FF D9";
    private const string Delimiter = "FE FF DD E0 00 00 00 00";

    /// <summary>The last element of a dataset, in the transfer syntaxes that it can be written in by hand.</summary>
    private static readonly (string Name, string Syntax, string Element)[] LastElements =
    [
        ("pixel data", Explicit, "E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 03 04"),
        ("pixel data that end as padding does", Explicit, "E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 00 00"),
        ("an odd value", Explicit, "E0 7F 10 00 'OB' 00 00 03 00 00 00 01 02 03"),
        (
            "a sequence of undefined length",
            Explicit,
            $"40 00 30 A7 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF FE FF 0D E0 00 00 00 00 {Delimiter}"),
        ("an empty sequence of undefined length", Explicit, $"40 00 30 A7 'SQ' 00 00 FF FF FF FF {Delimiter}"),
        ("a sequence of defined length", Explicit, "40 00 30 A7 'SQ' 00 00 08 00 00 00 FE FF 00 E0 00 00 00 00"),
        ("a text", Explicit, "10 00 20 00 'LO' 02 00 'ID'"),
        ("pixel data", Implicit, "E0 7F 10 00 04 00 00 00 01 02 03 04"),
        ("an odd value", Implicit, "E0 7F 10 00 03 00 00 00 01 02 03"),
        ("a sequence of undefined length", Implicit, $"40 00 30 A7 FF FF FF FF FE FF 00 E0 00 00 00 00 {Delimiter}"),
        ("pixel data", BigEndian, "7F E0 00 10 'OW' 00 00 00 00 00 04 01 02 03 04"),
        ("an odd value", BigEndian, "7F E0 00 10 'OB' 00 00 00 00 00 03 01 02 03"),
        ("a sequence of undefined length", BigEndian, "00 40 A7 30 'SQ' 00 00 FF FF FF FF FF FE E0 00 00 00 00 00 FF FE E0 DD 00 00 00 00"),
        ("encapsulated pixel data", Jpeg, $"{JpegLossless} {Delimiter}"),
        ("a delimiter with a length", Jpeg, $"{JpegLossless} FE FF DD E0 FF FF FF FF"),
        (
            "an odd fragment",
            Jpeg,
            $"E0 7F 10 00 'OB' 00 00 FF FF FF FF FE FF 00 E0 00 00 00 00 FE FF 00 E0 03 00 00 00 FF D8 FF {Delimiter}"),
        ("pixel data", Deflated, "E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 03 04"),
    ];

    public static TheoryData<string, string, string, byte, int> Padded => new(
        from last in LastElements
        from padding in new byte[] { 0x00, 0x20, 0xFF }
        from count in new[] { 1, 3, 7, 8, 9, 16, 20000 }
        select (last.Name, last.Syntax, last.Element, padding, count));

    [Theory, MemberData(nameof(Padded))]
    public void Padding_behind_the_last_element_is_a_surplus(string name, string syntax, string element, byte padding, int count)
    {
        var body = Body(syntax, element);
        byte[] padded = [.. body, .. Enumerable.Repeat(padding, count)];
        foreach (var stream in new Stream[] { File(syntax, padded), new UnseekableStream(File(syntax, padded)) })
        {
            var file = Part10File.Verify(stream);
            Assert.True(file is { IsWhole: true, IsProven: true, SopInstanceUid: "1.2.3" }, $"{name}: {file.Problem}");
            Assert.Equal(count, file.SurplusBytes);
        }

        Assert.Equal(0, Part10File.Verify(File(syntax, body)).SurplusBytes);
        Assert.Equal("1.2.3", Part10File.ReadHeader(File(syntax, padded), [Tags.SOPInstanceUID])!.GetString(Tags.SOPInstanceUID));
    }

    [Theory]
    [InlineData(Explicit, "E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 00", "a value that runs over the end")]
    [InlineData(Explicit, "E0 7F 10 00 'OW' 00 00 40 00 00 00 00 00 00 00 00 00 00 00 00 00", "a value of zeros that runs over the end")]
    [InlineData(Explicit, "E0 7F 10 00", "a header cut behind its tag")]
    [InlineData(Explicit, "E0 7F 10 00 'OW' 00 00", "a header cut before its length")]
    [InlineData(Explicit, "E0 7F 10 00 'OW' 00 00 04 00", "a header cut within its length")]
    [InlineData(Explicit, "E0 7F", "a header cut within its tag")]
    [InlineData(Explicit, "10 00 20 00 'LO' 02 00 'ID' 00 00 20", "two sorts of bytes")]
    [InlineData(Explicit, "10 00 20 00 'LO' 02 00 'ID' 00 00 00 00 00 00 00 00 01", "zeros and another byte")]
    [InlineData(Explicit, "10 00 20 00 'LO' 02 00 'ID' 11 11 11 11 11 11 11 11", "bytes that are no padding")]
    [InlineData(Explicit, "40 00 30 A7 'SQ' 00 00 FF FF FF FF FE FF 00 E0 00 00 00 00", "a sequence without its delimiter")]
    [InlineData(
        Explicit,
        "40 00 30 A7 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF 00 00 00 00 00 00 00 00",
        "an item without its delimiter")]
    [InlineData(Implicit, "E0 7F 10 00 04 00 00 00 01 02 00", "a value that runs over the end")]
    [InlineData(Implicit, "E0 7F 10 00 04 00", "a header cut within its length")]
    [InlineData(Implicit, "10 00 20 00 02 00 00 00 'ID' 20 20 20 20 20 20 20 20 01", "spaces and another byte")]
    [InlineData(Implicit, "40 00 30 A7 FF FF FF FF FE FF 00 E0 00 00 00 00 00 00 00 00 00 00 00 00", "zeros in place of the delimiter")]
    [InlineData(BigEndian, "7F E0 00 10 'OW' 00 00 00 00 00 04 01 02 00", "a value that runs over the end")]
    [InlineData(BigEndian, "7F E0 00 10 'OW'", "a header cut before its length")]
    [InlineData(Jpeg, JpegLossless, "no delimiter")]
    [InlineData(Jpeg, $"{JpegLossless} 00 00 00 00 00 00 00 00", "zeros in place of the delimiter")]
    [InlineData(Jpeg, $"{JpegLossless} 00 00 00 00 00 00", "fewer zeros in place of the delimiter")]
    [InlineData(Jpeg, $"{JpegLossless} FE FF DD E0 00 00", "a delimiter that is cut")]
    [InlineData(
        Jpeg,
        "E0 7F 10 00 'OB' 00 00 FF FF FF FF FE FF 00 E0 00 00 00 00 FE FF 00 E0 40 00 00 00 FF D8 00 00",
        "a fragment that runs over the end")]
    [InlineData(Deflated, "E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 00", "a value that runs over the end")]
    public void A_shortage_is_not_whole(string syntax, string element, string name)
    {
        var body = Body(syntax, element);
        Assert.False(Part10File.Verify(File(syntax, body)).IsWhole, name);
        Assert.False(Part10File.Verify(new UnseekableStream(File(syntax, body))).IsWhole, name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(100_000)]
    public void Padding_behind_a_deflated_dataset_is_a_surplus_but_for_the_byte_that_makes_it_even(int count)
    {
        // Of both parities, and with what ends in each byte of padding.
        foreach (var element in new[] { "'A'", "'AB'", "'ABC'", "'ABCD'", "'ABCDE'", "'ABCDEF'" })
        {
            var deflated = Deflate(Body(Explicit, $"E0 7F 10 00 'OB' 00 00 {element.Length - 2:X2} 00 00 00 {element}"));
            foreach (byte padding in new byte[] { 0x00, 0x20, 0xFF })
            {
                byte[] padded = [.. deflated, .. Enumerable.Repeat(padding, count)];
                var file = Part10File.Verify(new MemoryStream([.. Header(Deflated), .. padded]));
                Assert.True(file.IsWhole, file.Problem);
                Assert.Equal(count == 0 ? 0 : count - (deflated.Length & 1), file.SurplusBytes);
                Assert.Equal(padded.Length, file.DatasetLength);
            }
        }
    }

    [Fact]
    public void Zeros_between_elements_of_implicit_VR_are_no_surplus()
    {
        // (0000,0000) without a value, which some systems leave where an element was.
        var file = Part10File.Verify(File(Implicit, Body(Implicit, "00 00 00 00 00 00 00 00 20 00 0D 00 04 00 00 00 '1.4' 00")));
        Assert.Equal((true, 0L, "1.4"), (file.IsWhole, file.SurplusBytes, file.StudyInstanceUid));
    }

    [Fact]
    public void A_dataset_of_a_message_may_be_padded_too()
    {
        var padded = Bytes.Of("20 00 0D 00 04 00 00 00 '1.2' 00 00 00 00 00 00 00 00 00 00 00");
        var dataset = DatasetReader.Read(padded, TransferSyntax.ImplicitVRLittleEndian);
        Assert.Equal([Tags.StudyInstanceUID], dataset.Select(element => element.Tag));
    }

    private static byte[] Body(string syntax, string element) =>
    [
        .. Bytes.Of(syntax switch
        {
            Implicit => "08 00 16 00 04 00 00 00 '1.2' 00 08 00 18 00 06 00 00 00 '1.2.3' 00",
            BigEndian => "00 08 00 16 'UI' 00 04 '1.2' 00 00 08 00 18 'UI' 00 06 '1.2.3' 00",
            _ => "08 00 16 00 'UI' 04 00 '1.2' 00 08 00 18 00 'UI' 06 00 '1.2.3' 00",
        }),
        .. Bytes.Of(element),
    ];

    private static MemoryStream File(string syntax, byte[] body) =>
        new([.. Header(syntax), .. syntax == Deflated ? Even(Deflate(body)) : body]);

    private static byte[] Header(string syntax) => Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.Find(syntax));

    private static byte[] Even(byte[] bytes) => [.. bytes, .. new byte[bytes.Length & 1]];

    private static byte[] Deflate(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var deflating = new DeflateStream(output, CompressionLevel.Optimal))
            deflating.Write(bytes);
        return output.ToArray();
    }

    /// <summary>A stream that knows its length and cannot seek, as one that is hashed while it is read.</summary>
    private sealed class UnseekableStream(Stream stream) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => stream.Length;

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, Math.Min(count, 1000));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
