using PacsNm.Dicom.Data;

namespace PacsNm.Benchmarks;

/// <summary>Synthetic NM studies of so many objects of so many bytes.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Number">What its UIDs begin with, behind what all begin with.</param>
/// <param name="Studies">The number of studies.</param>
/// <param name="Objects">The objects per study.</param>
/// <param name="PixelBytes">The size of an object's pixels.</param>
/// <param name="StudyDate">What a search finds them by.</param>
internal sealed record Workload(
    string Name, int Number, int Studies, int Objects, int PixelBytes, string StudyDate = "20210901")
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

    public static readonly Workload LargeStudy = new("one study of 300 x 20 KB", 5, 1, 300, 20_000, "20210905");

    public static readonly Workload SmallStudies = new("20 studies of 2 x 20 KB", 6, 20, 2, 20_000, "20210906");

    public static readonly Workload ThousandInstances = new("1,000 studies of 1 x 20 KB", 7, 1000, 1, 20_000, "20210907");

    /// <summary>As many as 4 and 8 associations share evenly.</summary>
    public static readonly Workload SomeInstances = new("48 studies of 1 x 20 KB", 8, 48, 1, 20_000, "20210908");

    /// <summary>What is fetched over each distance. Each has a date of its own, so that a search finds no other studies.</summary>
    public static readonly Workload[] Distant = [LargeStudy, SmallStudies, SomeInstances, ThousandInstances];

    /// <summary>Those that take little enough time for every day.</summary>
    public static readonly Workload[] Daily = [LargeStudy, SmallStudies, SomeInstances];

    /// <summary>What the UIDs of its studies begin with.</summary>
    public string Root => $"2.25.30000000000000000000000000000000000{Number}.";

    public int Files => Studies * Objects;

    public long Bytes => (long)Files * PixelBytes;

    public IEnumerable<string> StudyUids => Enumerable.Range(1, Studies).Select(study => $"{Root}{study}");

    public static Workload? Of(string studyUid) =>
        All.Concat(Distant).FirstOrDefault(workload => studyUid.StartsWith(workload.Root, StringComparison.Ordinal));

    /// <summary>Those that a search for a date finds; all, when it names none.</summary>
    public static IEnumerable<Workload> OfDate(string? studyDate) =>
        All.Concat(Distant).Where(workload => string.IsNullOrEmpty(studyDate) || workload.StudyDate == studyDate);

    public static string SeriesUid(string studyUid) => studyUid + ".1";

    public static string SopInstanceUid(string studyUid, int number) => $"{studyUid}.1.{number}";

    /// <summary>An object's dataset in explicit VR little endian, up to its pixels.</summary>
    public byte[] Header(string studyUid, int number)
    {
        var dataset = new Dataset();
        dataset.Set(Tags.SOPClassUID, SopClass);
        dataset.Set(Tags.SOPInstanceUID, SopInstanceUid(studyUid, number));
        dataset.Set(Tags.StudyDate, StudyDate);
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
