using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>A kind of synthetic instance.</summary>
internal enum InstanceKind
{
    /// <summary>NM, whole body: two detectors, one frame each.</summary>
    WholeBody,

    /// <summary>NM, static: one frame.</summary>
    Static,

    /// <summary>NM, dynamic: two phases.</summary>
    Dynamic,

    /// <summary>NM, gated SPECT: time slots at each angular view.</summary>
    GatedTomo,

    /// <summary>Secondary capture of a screen.</summary>
    Capture,

    /// <summary>Key object selection of the study's first instance.</summary>
    KeyObjects,

    /// <summary>Radiopharmaceutical radiation dose report.</summary>
    DoseReport,

    /// <summary>Raw data of a vendor, with a private SOP class.</summary>
    Raw,
}

/// <summary>A series of a kind of study.</summary>
/// <param name="Modality">Modality (0008,0060).</param>
/// <param name="Description">Series Description (0008,103E).</param>
/// <param name="Kind">The kind of its instances.</param>
/// <param name="Count">The number of its instances.</param>
/// <param name="Syntax">The transfer syntax of the stored instances; null for Explicit VR Little Endian.</param>
internal sealed record SeriesKind(string Modality, string Description, InstanceKind Kind, int Count = 1, TransferSyntax? Syntax = null)
{
    /// <summary>The transfer syntax of the stored instances.</summary>
    public TransferSyntax StoredAs { get; } = Syntax ?? TransferSyntax.ExplicitVRLittleEndian;
}

/// <summary>A kind of study that is typical of a nuclear medicine department.</summary>
/// <param name="Description">Study Description (0008,1030).</param>
/// <param name="Availability">Instance Availability (0008,0056).</param>
/// <param name="Tracer">The radiopharmaceutical that was given to the patient.</param>
/// <param name="Series">Its series.</param>
internal sealed record StudyKind(string Description, string Availability, Radiopharmaceutical Tracer, params SeriesKind[] Series)
{
    private const string Online = "ONLINE";
    private const string Nearline = "NEARLINE";

    private static readonly TransferSyntax JpegLossless = TransferSyntax.Find(TransferSyntaxUids.JPEGLosslessSV1);
    private static readonly TransferSyntax Jpeg2000Lossless = TransferSyntax.Find(TransferSyntaxUids.JPEG2000Lossless);

    /// <summary>All kinds. The studies of an archive repeat them in this order.</summary>
    public static StudyKind[] All { get; } =
    [
        new("Bone scan, whole body", Online, Radiopharmaceutical.Hdp,
            new("NM", "WHOLE BODY", InstanceKind.WholeBody),
            new("OT", "Report capture", InstanceKind.Capture),
            new("KO", "Key objects", InstanceKind.KeyObjects)),
        new("Renal dynamic", Nearline, Radiopharmaceutical.Mag3,
            new SeriesKind("NM", "DYNAMIC", InstanceKind.Dynamic)),
        new("Chest capture", Online, Radiopharmaceutical.Hdp,
            new SeriesKind("OT", "Capture", InstanceKind.Capture, Count: 2)),
        new("Myocardial SPECT, gated", Online, Radiopharmaceutical.Tetrofosmin,
            new SeriesKind("NM", "GATED TOMO", InstanceKind.GatedTomo)),
        new("Thyroid scan", Nearline, Radiopharmaceutical.Pertechnetate,
            new("NM", "STATIC", InstanceKind.Static),
            new("KO", "Key objects", InstanceKind.KeyObjects)),
        new("Vendor raw data", Online, Radiopharmaceutical.Hdp,
            new("OT", "Report capture", InstanceKind.Capture),
            new("OT", "Raw data", InstanceKind.Raw)),
        new("Bone scan, from the archive", Nearline, Radiopharmaceutical.Hdp,
            new("NM", "WHOLE BODY", InstanceKind.WholeBody, Syntax: JpegLossless),
            new("NM", "SPOT", InstanceKind.Static)),
        new("Lung perfusion", Online, Radiopharmaceutical.Macroaggregate,
            new("NM", "STATIC", InstanceKind.Static, Count: 4),
            new("OT", "Report capture", InstanceKind.Capture, Syntax: Jpeg2000Lossless)),
        new("Thyroid uptake", Online, Radiopharmaceutical.Pertechnetate,
            new("NM", "STATIC", InstanceKind.Static),
            new("SR", "Dose report", InstanceKind.DoseReport)),
        new("Myocardial SPECT, stress and rest", Online, Radiopharmaceutical.Tetrofosmin,
            new("NM", "STRESS", InstanceKind.GatedTomo),
            new("NM", "REST", InstanceKind.GatedTomo),
            new("OT", "Polar map", InstanceKind.Capture)),
    ];

    /// <summary>Modalities in Study (0008,0061).</summary>
    public string Modalities { get; } = string.Join("\\", Series.Select(series => series.Modality).Distinct());

    /// <summary>SOP Classes in Study (0008,0062).</summary>
    public string SopClasses { get; } = string.Join("\\", Series.Select(series => SyntheticInstances.SopClassOf(series.Kind)).Distinct());

    /// <summary>Number of Study Related Instances (0020,1208).</summary>
    public int InstanceCount { get; } = Series.Sum(series => series.Count);
}

/// <summary>A radiopharmaceutical that was given to the patient (PS3.3 C.8.4.10).</summary>
/// <param name="Name">Radiopharmaceutical (0018,0031).</param>
/// <param name="Megabecquerels">The administered activity in MBq.</param>
internal sealed record Radiopharmaceutical(string Name, int Megabecquerels)
{
    /// <summary>For bone.</summary>
    public static readonly Radiopharmaceutical Hdp = new("Tc-99m HDP", 600);

    /// <summary>For kidneys.</summary>
    public static readonly Radiopharmaceutical Mag3 = new("Tc-99m MAG3", 100);

    /// <summary>For the heart.</summary>
    public static readonly Radiopharmaceutical Tetrofosmin = new("Tc-99m tetrofosmin", 400);

    /// <summary>For the thyroid.</summary>
    public static readonly Radiopharmaceutical Pertechnetate = new("Tc-99m pertechnetate", 75);

    /// <summary>For the lung.</summary>
    public static readonly Radiopharmaceutical Macroaggregate = new("Tc-99m MAA", 150);
}
