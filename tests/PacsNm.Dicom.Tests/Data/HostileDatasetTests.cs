using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>Any bytes end in a dataset or in a DicomDataException.</summary>
public sealed class HostileDatasetTests
{
    private static readonly TransferSyntax[] Syntaxes =
    [
        TransferSyntax.ImplicitVRLittleEndian, TransferSyntax.ExplicitVRLittleEndian, TransferSyntax.ExplicitVRBigEndian,
        TransferSyntax.DeflatedExplicitVRLittleEndian,
    ];

    [Theory]
    [InlineData("10 00 10 00 'PN' FF FF 'x'")]
    [InlineData("10 00 10")]
    [InlineData("10 00 10 00 'PN'")]
    [InlineData("E0 7F 10 00 'OW' 00 00 FE FF FF FF 01")]
    [InlineData("10 00 10 00 00 00 04 00")]
    [InlineData("FE FF 00 E0 00 00 00 00")]
    [InlineData("08 00 99 11 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF")]
    [InlineData("08 00 99 11 'SQ' 00 00 FF FF FF FF 10 00 10 00 00 00 00 00")]
    [InlineData("08 00 20 00 'UT' 00 00 FF FF FF FF")]
    public void Bytes_that_are_no_dataset_are_refused_with_their_offset(string written)
    {
        var exception = Assert.Throws<DicomDataException>(
            () => DatasetReader.Read(Bytes.Of(written), TransferSyntax.ExplicitVRLittleEndian));
        Assert.Contains("At offset", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_nested_without_end_are_refused_by_their_bound()
    {
        var level = Bytes.Of("08 00 99 11 'SQ' 00 00 FF FF FF FF FE FF 00 E0 FF FF FF FF");
        var bytes = Enumerable.Repeat(level, 100_000).SelectMany(one => one).ToArray();
        var exception = Assert.Throws<DicomDataException>(() => DatasetReader.Read(bytes, TransferSyntax.ExplicitVRLittleEndian));
        Assert.Contains("64", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_empty_items_take_a_small_multiple_of_their_bytes()
    {
        var head = Bytes.Of("08 00 99 11 'SQ' 00 00 FF FF FF FF");
        var bytes = new byte[head.Length + 8_000_000 + 8];
        head.CopyTo(bytes, 0);
        var item = Bytes.Of("FE FF 00 E0 00 00 00 00");
        for (var at = head.Length; at < bytes.Length - 8; at += 8)
            item.CopyTo(bytes, at);
        Bytes.Of("FE FF DD E0 00 00 00 00").CopyTo(bytes, bytes.Length - 8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var dataset = DatasetReader.Read(bytes, TransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal(1_000_000, dataset.GetItems(Tags.ReferencedSOPSequence).Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * bytes.Length);
    }

    [Fact]
    public void Mutated_datasets_raise_nothing_but_their_own_exception()
    {
        var random = new Random(20210901);
        foreach (var syntax in Syntaxes)
        {
            var good = DatasetWriter.Write(Sample(), syntax with { IsDeflated = false });
            for (var run = 0; run < 5_000; run++)
            {
                var bytes = good.ToArray();
                for (var change = random.Next(1, 6); change > 0; change--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                Read(bytes.AsMemory(0, random.Next(bytes.Length + 1)), syntax);
            }
        }
    }

    [Fact]
    public void Random_values_can_be_asked_for_in_every_form()
    {
        var random = new Random(42);
        var bytes = new byte[40];
        foreach (var vr in Enum.GetValues<VR>().Where(vr => vr != VR.SQ))
        {
            for (var run = 0; run < 200; run++)
            {
                random.NextBytes(bytes);
                var dataset = new Dataset();
                dataset.Set(Tags.SpecificCharacterSet, run % 2 == 0 ? @"\ISO 2022 IR 87\ISO 2022 IR 159" : "GB18030");
                dataset.Set(Tags.PatientID, vr, bytes.AsMemory(0, random.Next(bytes.Length)));
                dataset.GetValue(Tags.PatientID);
                dataset.GetRawText(Tags.PatientID);
                dataset.GetInt32(Tags.PatientID);
                dataset.GetDate(Tags.PatientID);
                dataset.GetPersonName(Tags.PatientID);
            }
        }
    }

    private static void Read(ReadOnlyMemory<byte> bytes, TransferSyntax syntax)
    {
        try
        {
            foreach (var element in DatasetReader.Read(bytes, syntax))
                Assert.True(element.Value.Length <= bytes.Length || syntax.IsDeflated);
        }
        catch (DicomDataException)
        {
        }
    }

    private static Dataset Sample()
    {
        var item = new Dataset();
        item.Set(Tags.CodeValue, "113000");
        item.SetItems(Tags.ContentSequence, new Dataset(), new Dataset());
        var sample = new Dataset();
        sample.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        sample.Set(Tags.PatientName, "Test^Name");
        sample.Set(Tags.Rows, (ushort)64);
        sample.SetItems(Tags.ConceptNameCodeSequence, item, item);
        sample.Set(Tags.PixelData, VR.OW, new byte[64]);
        return sample;
    }
}
