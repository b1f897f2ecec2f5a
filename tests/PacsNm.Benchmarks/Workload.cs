using PacsNm.Dicom.Data;

namespace PacsNm.Benchmarks;

/// <summary>Synthetic NM studies of so many objects of so many bytes.</summary>
internal sealed record Workload(string Name, int Number, int Studies, int Objects, int PixelBytes)
{
    /// <summary>What all UIDs begin with.</summary>
    public const string UidRoot = "2.25.3000";

    public const string SopClass = "1.2.840.10008.5.1.4.1.1.20";

    public static readonly Workload[] All =
    [
        new("2,000 x 10 KB", 1, 1, 2000, 10_000),
        new("20 studies of 10 x 3 MB", 2, 20, 10, 3_000_000),
        new("one of 500 MB", 3, 1, 1, 500_000_000),
        new("50 studies of 4 x 500 KB", 4, 50, 4, 500_000),
    ];

    /// <summary>What the UIDs of its studies begin with.</summary>
    public string Root => $"2.25.30000000000000000000000000000000000{Number}.";

    public int Files => Studies * Objects;

    public long Bytes => (long)Files * PixelBytes;

    public IEnumerable<string> StudyUids => Enumerable.Range(1, Studies).Select(study => $"{Root}{study}");

    public static Workload? Of(string studyUid) =>
        All.FirstOrDefault(workload => studyUid.StartsWith(workload.Root, StringComparison.Ordinal));

    public static string SeriesUid(string studyUid) => studyUid + ".1";

    public static string SopInstanceUid(string studyUid, int number) => $"{studyUid}.1.{number}";

    /// <summary>An object's dataset in explicit VR little endian, up to its pixels.</summary>
    public byte[] Header(string studyUid, int number)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SOPClassUID, SopClass);
        dataset.Set(Tags.SOPInstanceUID, SopInstanceUid(studyUid, number));
        dataset.Set(Tags.StudyDate, "20210901");
        dataset.Set(Tags.StudyTime, "101530");
        dataset.Set(Tags.Modality, "NM");
        dataset.Set(Tags.PatientName, "ZZBench^Synthetic");
        dataset.Set(Tags.PatientID, "BENCH-1");
        dataset.Set(Tags.StudyInstanceUID, studyUid);
        dataset.Set(Tags.SeriesInstanceUID, SeriesUid(studyUid));
        dataset.Set(Tags.InstanceNumber, $"{number}");
        dataset.Set(Tags.SamplesPerPixel, 1);
        dataset.Set(Tags.Rows, 1000);
        dataset.Set(Tags.Columns, (ushort)(PixelBytes / 2000 > 60000 ? 50000 : PixelBytes / 2000));
        dataset.Set(Tags.BitsAllocated, 16);
        dataset.Set(Tags.BitsStored, 16);
        dataset.Set(Tags.HighBit, 15);
        dataset.Set(Tags.PixelRepresentation, 0);
        byte[] pixelData = [0xE0, 0x7F, 0x10, 0x00, (byte)'O', (byte)'W', 0, 0, .. BitConverter.GetBytes(PixelBytes)];
        return [.. DatasetWriter.Write(dataset, TransferSyntax.ExplicitVRLittleEndian), .. pixelData];
    }

    /// <summary>Writes the files into a folder.</summary>
    public void Write(string folder)
    {
        var pixels = new byte[Math.Min(PixelBytes, 1_000_000)];
        new Random(1).NextBytes(pixels);
        foreach (var study in StudyUids)
        {
            for (var number = 1; number <= Objects; number++)
            {
                var uid = SopInstanceUid(study, number);
                using var file = File.Create(Path.Combine(folder, uid));
                file.Write(Part10File.WriteHeader(SopClass, uid, TransferSyntax.ExplicitVRLittleEndian));
                file.Write(Header(study, number));
                for (var left = PixelBytes; left > 0; left -= pixels.Length)
                    file.Write(pixels, 0, Math.Min(left, pixels.Length));
            }
        }
    }
}
