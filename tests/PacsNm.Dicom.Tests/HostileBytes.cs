using CsCheck;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests;

/// <summary>Bytes that look like DICOM and are not: parts of good ones, broken in lengths, order and ends.</summary>
internal static class HostileBytes
{
    /// <summary>Parts that datasets and command sets are made of, right and wrong, in both byte orders.</summary>
    private static readonly byte[][] DatasetParts =
    [
        Bytes.Of("08 00 05 00 'CS' 0A 00 'ISO_IR 192'"),
        Bytes.Of("10 00 10 00 'PN' 04 00 'A^B '"),
        Bytes.Of("10 00 10 00 04 00 00 00 'A^B '"),
        Bytes.Of("00 10 00 10 'PN' 00 04 'A^B '"),
        Bytes.Of("08 00 99 11 'SQ' 00 00 FF FF FF FF"),
        Bytes.Of("08 00 99 11 FF FF FF FF"),
        Bytes.Of("00 08 11 99 'SQ' 00 00 FF FF FF FF"),
        Bytes.Of("08 00 99 11 'SQ' 00 00 10 00 00 00"),
        Bytes.Of("FE FF 00 E0 FF FF FF FF"),
        Bytes.Of("FE FF 00 E0 08 00 00 00"),
        Bytes.Of("FF FE E0 00 FF FF FF FF"),
        Bytes.Of("FE FF 0D E0 00 00 00 00"),
        Bytes.Of("FF FE E0 0D 00 00 00 00"),
        Bytes.Of("FE FF DD E0 00 00 00 00"),
        Bytes.Of("FF FE E0 DD 00 00 00 00"),
        Bytes.Of("E0 7F 10 00 'OB' 00 00 FF FF FF FF"),
        Bytes.Of("E0 7F 10 00 'OW' 00 00 FE FF FF FF"),
        Bytes.Of("E0 7F 10 00 'OW' 00 00 02 00 00 00 01 02"),
        Bytes.Of("09 00 01 10 'UN' 00 00 FF FF FF FF"),
        Bytes.Of("28 00 10 00 'US' 02 00 40 00"),
        Bytes.Of("28 00 10 00 'ZZ' 00 00 02 00 00 00 40 00"),
        Bytes.Of("00 00 00 01 02 00 00 00 20 80"),
        Bytes.Of("00 00 00 08 02 00 00 00 01 01"),
        Bytes.Of("00 00 00 09 02 00 00 00 00 FF"),
    ];

    /// <summary>Parts that PDUs are made of.</summary>
    private static readonly byte[][] PduParts =
    [
        Bytes.Of("01 00 00 00 00 08"),
        Bytes.Of("02 00 00 00 00 44 00 01 00 00"),
        Bytes.Of("03 00 00 00 00 04 00 01 01 07"),
        Bytes.Of("04 00 00 00 00 08 00 00 00 04 01 03 00 00"),
        Bytes.Of("04 00 00 00 00 08 00 00 00 04 03 02 00 00"),
        Bytes.Of("04 00 00 00 00 06 FF FF FF FF 01 03"),
        Bytes.Of("04 00 FF FF FF FF"),
        Bytes.Of("05 00 00 00 00 04 00 00 00 00"),
        Bytes.Of("06 00 00 00 00 04 00 00 00 00"),
        Bytes.Of("07 00 00 00 00 04 00 00 02 00"),
        Bytes.Of("07 00 00 00 00 00"),
        Bytes.Of("20 00 00 2E 01 00 00 00"),
        Bytes.Of("40 00 FF FF"),
        Bytes.Of("50 00 00 08 51 00 00 04 00 00 00 01"),
        Bytes.Of("54 00 00 04 00 FF 01 01"),
    ];

    /// <summary>Something that a dataset or a command set may be.</summary>
    public static Gen<byte[]> Dataset { get; } = Mixture(DatasetParts);

    /// <summary>Something that may come on a connection.</summary>
    public static Gen<byte[]> Pdus { get; } = Mixture(PduParts);

    /// <summary>Good bytes with a few of them changed, cut somewhere.</summary>
    public static Gen<byte[]> Spoilt(byte[] good) => Gen.Select(
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Array[0, 6],
        Gen.Int[0, good.Length],
        (changes, length) =>
        {
            var bytes = good.ToArray();
            foreach (var (at, value) in changes)
                bytes[at] = value;
            return bytes[..length];
        });

    /// <summary>A dataset that has all that a dataset can have.</summary>
    public static byte[] GoodDataset(TransferSyntax syntax)
    {
        var item = new Dataset();
        item.Set(Tags.CodeValue, "113000");
        item.SetItems(Tags.ContentSequence, new Dataset(), new Dataset());
        var sample = new Dataset();
        sample.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        sample.Set(Tags.SOPInstanceUID, "1.2.3");
        sample.Set(Tags.PatientName, "Test^Name=練習^太郎");
        sample.Set(Tags.Rows, (ushort)64);
        sample.SetItems(Tags.ConceptNameCodeSequence, item, item);
        sample.Set(Tags.PixelData, VR.OW, new byte[64]);
        return DatasetWriter.Write(sample, syntax);
    }

    /// <summary>A command set that has all that a response can have.</summary>
    public static byte[] GoodCommandSet() => new CommandSet
    {
        Field = CommandField.GetResponse,
        MessageId = 7,
        SopClassUid = "1.2.840.10008.5.1.4.1.2.2.3",
        Status = DimseStatus.SubOperationsCompleteWithFailures,
        ErrorComment = "so it is",
        SubOperations = new SubOperationCounts(1, 2, 3, 4),
        HasDataSet = true,
    }.Encode();

    private static Gen<byte[]> Mixture(byte[][] parts) =>
        Gen.OneOf(Gen.OneOfConst(parts), Gen.OneOfConst(parts).SelectMany(Spoilt), Gen.Byte.Array[0, 12])
            .Array[0, 24]
            .Select(chosen => chosen.SelectMany(part => part).ToArray());
}
