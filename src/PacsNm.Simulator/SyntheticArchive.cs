using System.Globalization;
using System.Runtime.InteropServices;
using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>The studies of the simulator: a handful, the same every time, all of them artificial and named so.</summary>
internal sealed class SyntheticArchive
{
    /// <summary>NM Image Storage.</summary>
    private const string NuclearMedicine = "1.2.840.10008.5.1.4.1.1.20";

    /// <summary>Secondary Capture Image Storage.</summary>
    private const string SecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";

    /// <summary>Key Object Selection Document Storage.</summary>
    private const string KeyObjectSelection = "1.2.840.10008.5.1.4.1.1.88.59";

    /// <summary>A private class, as a vendor's raw data have one.</summary>
    private const string PrivateRawData = "2.25.302413021204128932108471321042108712345.1";

    /// <summary>All UIDs of the archive begin so (PS3.5 B.2).</summary>
    private const string UidRoot = "2.25.302413021204128932108471321042108712345.2";

    private readonly List<SimulatedStudy> _studies;

    private SyntheticArchive(List<SimulatedStudy> studies)
    {
        _studies = studies;
        SopClasses = [.. studies.SelectMany(study => study.Series).SelectMany(series => series.Instances)
            .Select(instance => instance.SopClassUid)];
    }

    /// <summary>The SOP classes of its instances.</summary>
    public HashSet<string> SopClasses { get; }

    /// <summary>Makes the studies.</summary>
    /// <param name="today">The day that the recent ones are near to.</param>
    public static SyntheticArchive Create(DateTime today) => new(
    [
        Study(1, today.AddDays(-1), "09:15:00", "ZZPractice^Anna", "PRACTICE-001", "Bone scan, whole body", "ONLINE",
            Series(1, 1, "NM", "WHOLE BODY", WholeBody(1, 1)),
            Series(1, 2, "OT", "Report capture", Capture(1, 2)),
            Series(1, 3, "KO", "Key objects", KeyObject(1, 3, refersTo: (NuclearMedicine, InstanceUid(1, 1, 1))))),
        Study(2, today.AddDays(-2), "14:02:30", "ZZPractice^Müller", "PRACTICE-002", "Renal dynamic", "NEARLINE",
            Series(2, 1, "NM", "DYNAMIC", Dynamic(2, 1))),
        Study(3, today.AddDays(-5), "08:40:00", "ZZPractice^Bert", "PRACTICE-003", "Chest capture", "ONLINE",
            Series(3, 1, "OT", "Capture", Capture(3, 1, 1), Capture(3, 1, 2))),
        Study(4, today.AddDays(-7), "11:30:00", "ZZPractice^Clara", "PRACTICE-004", "Myocardial SPECT", "ONLINE",
            Series(4, 1, "NM", "GATED TOMO", Dynamic(4, 1))),
        Study(5, new DateTime(2021, 9, 1), "10:00:00", "ZZPractice^Dora", "PRACTICE-005", "Thyroid scan", "NEARLINE",
            Series(5, 1, "NM", "STATIC", WholeBody(5, 1)),
            Series(5, 2, "KO", "Key objects", KeyObject(5, 2, refersTo: (NuclearMedicine, InstanceUid(5, 1, 1))))),

        // getscu does not propose the private class: this study cannot be complete by it.
        Study(6, today.AddDays(-9), "16:20:00", "ZZPractice^Emil", "PRACTICE-006", "Vendor raw data", "ONLINE",
            Series(6, 1, "OT", "Report capture", Capture(6, 1)),
            Series(6, 2, "OT", "Raw data", Raw(6, 2))),
    ]);

    /// <summary>The studies that an identifier's Study Instance UID (0020,000D) leaves; all where it has none.</summary>
    public IEnumerable<SimulatedStudy> Studies(Dataset identifier)
    {
        var wanted = identifier.GetStrings(Tags.StudyInstanceUID);
        return wanted.Length == 0 ? _studies : _studies.Where(study => wanted.Contains(study.Uid));
    }

    private static SimulatedStudy Study(
        int number,
        DateTime date,
        string time,
        string name,
        string patientId,
        string description,
        string availability,
        params SimulatedSeries[] series)
    {
        var study = new Dataset();
        study.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        study.Set(Tags.InstanceAvailability, availability);
        study.Set(Tags.StudyDate, date.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        study.Set(Tags.StudyTime, time.Replace(":", ""));
        study.Set(Tags.AccessionNumber, $"ACC{number:D4}");
        study.Set(Tags.ReferringPhysicianName, "ZZPractice^Referrer");
        study.Set(Tags.StudyDescription, description);
        study.Set(Tags.PatientName, name);
        study.Set(Tags.PatientID, patientId);
        study.Set(Tags.PatientBirthDate, $"19{40 + number}0{number}15");
        study.Set(Tags.PatientSex, number % 2 == 0 ? "M" : "F");
        study.Set(Tags.StudyInstanceUID, $"{UidRoot}.{number}");
        study.Set(Tags.StudyID, $"{number}");
        return new SimulatedStudy(study, series);
    }

    private static SimulatedSeries Series(int study, int number, string modality, string description, params SimulatedInstance[] instances)
    {
        var series = new Dataset();
        series.Set(Tags.Modality, modality);
        series.Set(Tags.SeriesDescription, description);
        series.Set(Tags.SeriesInstanceUID, $"{UidRoot}.{study}.{number}");
        series.Set(Tags.SeriesNumber, $"{number}");
        return new SimulatedSeries(series, instances);
    }

    private static SimulatedInstance WholeBody(int study, int series) =>
        Image(study, series, 1, NuclearMedicine, frames: 2, rows: 512, columns: 128, ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]);

    private static SimulatedInstance Dynamic(int study, int series) =>
        Image(study, series, 1, NuclearMedicine, frames: 16, rows: 64, columns: 64, ["ORIGINAL", "PRIMARY", "DYNAMIC", "EMISSION"]);

    private static SimulatedInstance Capture(int study, int series, int number = 1) =>
        Image(study, series, number, SecondaryCapture, frames: 1, rows: 256, columns: 256, ["DERIVED", "SECONDARY"]);

    private static string InstanceUid(int study, int series, int number) => $"{UidRoot}.{study}.{series}.{number}";

    private static Dataset Attributes(int study, int series, int number, string sopClass)
    {
        var instance = new Dataset();
        instance.Set(Tags.SOPClassUID, sopClass);
        instance.Set(Tags.SOPInstanceUID, InstanceUid(study, series, number));
        instance.Set(Tags.InstanceNumber, $"{number}");
        return instance;
    }

    private static SimulatedInstance Image(
        int study,
        int series,
        int number,
        string sopClass,
        int frames,
        int rows,
        int columns,
        string[] imageType)
    {
        var image = Attributes(study, series, number, sopClass);
        image.Set(Tags.ImageType, string.Join("\\", imageType));
        if (frames > 1)
            image.Set(Tags.NumberOfFrames, $"{frames}");
        if (sopClass == SecondaryCapture)
            image.Set(Tags.ConversionType, "WSD");
        image.Set(Tags.SamplesPerPixel, (ushort)1);
        image.Set(Tags.PhotometricInterpretation, "MONOCHROME2");
        image.Set(Tags.Rows, (ushort)rows);
        image.Set(Tags.Columns, (ushort)columns);
        image.Set(Tags.BitsAllocated, (ushort)16);
        image.Set(Tags.BitsStored, (ushort)16);
        image.Set(Tags.HighBit, (ushort)15);
        image.Set(Tags.PixelRepresentation, (ushort)0);
        return new SimulatedInstance(image, () =>
            [new Element(Tags.PixelData, VR.OW, Counts(study + series + number, frames, rows, columns))]);
    }

    /// <summary>Counts as a gamma camera has them: a warm blob that moves from frame to frame, and noise.</summary>
    private static byte[] Counts(int seed, int frames, int rows, int columns)
    {
        var random = new Random(seed);
        var pixels = new ushort[frames * rows * columns];
        for (var index = 0; index < pixels.Length; index++)
        {
            var frame = index / (rows * columns);
            var row = index / columns % rows;
            var column = index % columns;
            var y = (row - (rows * (frame + 1.0) / (frames + 1))) / (rows / 6.0);
            var x = (column - (columns / 2.0)) / (columns / 6.0);
            pixels[index] = (ushort)((200 * Math.Exp(-(x * x) - (y * y))) + random.Next(12));
        }

        return MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray();
    }

    private static SimulatedInstance KeyObject(int study, int series, (string SopClass, string Uid) refersTo)
    {
        var document = Attributes(study, series, 1, KeyObjectSelection);
        var title = new Dataset();
        title.Set(Tags.CodeValue, "113000");
        title.Set(Tags.CodingSchemeDesignator, "DCM");
        title.Set(Tags.CodeMeaning, "Of Interest");
        var reference = new Dataset();
        reference.Set(Tags.ReferencedSOPClassUID, refersTo.SopClass);
        reference.Set(Tags.ReferencedSOPInstanceUID, refersTo.Uid);
        var content = new Dataset();
        content.Set(Tags.RelationshipType, "CONTAINS");
        content.Set(Tags.ValueType, "IMAGE");
        content.SetItems(Tags.ReferencedSOPSequence, reference);
        document.Set(Tags.ValueType, "CONTAINER");
        document.SetItems(Tags.ConceptNameCodeSequence, title);
        document.Set(Tags.ContinuityOfContent, "SEPARATE");
        document.SetItems(Tags.ContentSequence, content);
        return new SimulatedInstance(document, () => []);
    }

    private static SimulatedInstance Raw(int study, int series)
    {
        var raw = Attributes(study, series, 1, PrivateRawData);
        var bytes = new byte[4096];
        new Random(study).NextBytes(bytes);
        return new SimulatedInstance(raw, () =>
        [
            new Element(new Tag(0x0029, 0x0010), VR.LO, "ZZPRACTICE RAW"u8.ToArray()),
            new Element(new Tag(0x0029, 0x1001), VR.OB, bytes),
        ]);
    }
}
