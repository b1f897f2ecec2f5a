using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>What the header of a file says about its dataset (PS3.10 7.1), and how it is made to agree.</summary>
public sealed class HeaderMatchTests
{
    private static readonly byte[] Dataset = Bytes.Of("""
        08 00 16 00 'UI' 04 00 '1.2' 00
        08 00 18 00 'UI' 06 00 '1.2.3' 00
        10 00 20 00 'LO' 02 00 'ID'
        E0 7F 10 00 'OW' 00 00 04 00 00 00 01 02 03 04 00 00 00
        """);

    [Fact]
    public void A_header_that_says_what_the_dataset_says_matches()
    {
        var file = Verify(File("1.2", "1.2.3"));
        Assert.Equal(("1.2", "1.2.3", true), (file.MediaStorageSopClassUid, file.MediaStorageSopInstanceUid, file.HeaderMatchesDataset));
    }

    [Theory]
    [InlineData("1.2.9", "1.2.3")]
    [InlineData("1.2", "1.2.9")]
    [InlineData("1.2", "1.2.3.4")]
    [InlineData("", "1.2.3")]
    [InlineData("1.2", "")]
    public void One_that_says_something_else_does_not(string sopClass, string sopInstance)
    {
        var file = Verify(File(sopClass, sopInstance));
        Assert.True(file.IsWhole);
        Assert.False(file.HeaderMatchesDataset);
        Assert.Equal(("1.2", "1.2.3"), (file.SopClassUid, file.SopInstanceUid));
        Assert.Equal(sopClass, file.MediaStorageSopClassUid ?? "");
        Assert.Equal(sopInstance, file.MediaStorageSopInstanceUid ?? "");
    }

    [Fact]
    public void A_dataset_that_names_nothing_cannot_disagree()
    {
        var header = Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.ExplicitVRLittleEndian);
        Assert.True(Verify([.. header, .. Bytes.Of("10 00 20 00 'LO' 02 00 'ID'")]).HeaderMatchesDataset);
        var privateHeader = Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.Find("1.2.840.113619.5.2"));
        Assert.True(Verify([.. privateHeader, .. Bytes.Of("11 22 33 44 55 66 77 88")]).HeaderMatchesDataset);
    }

    [Fact]
    public void A_corrected_copy_matches_and_has_the_same_dataset_and_the_other_elements_of_the_header()
    {
        var other = Bytes.Of("02 00 16 00 'AE' 04 00 'PACS'");
        var source = Insert(File("1.2.9", "1.2.8.7.6.5"), other);
        using var copy = new MemoryStream();
        Part10File.CopyWithHeader(new MemoryStream(source), copy, "1.2", "1.2.3");
        var file = Verify(copy.ToArray());
        Assert.True(file is { IsWhole: true, HeaderMatchesDataset: true, SurplusBytes: 3 }, file.Problem);
        Assert.Equal(("1.2", "1.2.3"), (file.MediaStorageSopClassUid, file.MediaStorageSopInstanceUid));
        Assert.Equal(Dataset, copy.ToArray()[^Dataset.Length..]);
        Assert.True(copy.ToArray().AsSpan().IndexOf(other) > 0);
        Assert.Equal(Dataset.Length, file.DatasetLength);
    }

    [Fact]
    public void What_is_not_a_DICOM_file_is_not_copied()
    {
        using var copy = new MemoryStream();
        Assert.Throws<DicomDataException>(() => Part10File.CopyWithHeader(new MemoryStream(new byte[500]), copy, "1.2", "1.2.3"));
        Assert.Equal(0, copy.Length);
    }

    private static Part10Summary Verify(byte[] file) => Part10File.Verify(new MemoryStream(file));

    private static byte[] File(string sopClass, string sopInstance) =>
        [.. Part10File.WriteHeader(sopClass, sopInstance, TransferSyntax.ExplicitVRLittleEndian), .. Dataset];

    /// <summary>A file with one more element at the end of its file meta information.</summary>
    private static byte[] Insert(byte[] file, byte[] element)
    {
        var length = BitConverter.ToInt32(file, 140);
        byte[] longer = [.. file[..(144 + length)], .. element, .. file[(144 + length)..]];
        BitConverter.TryWriteBytes(longer.AsSpan(140), length + element.Length);
        return longer;
    }
}
