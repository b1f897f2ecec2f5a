using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>An NM image (PS3.3 A.5): the dimensions of its frames, and the modules of C.8.4 that describe them.</summary>
/// <param name="ImageType">Image Type (0008,0008), C.8.4.9.1.1.</param>
/// <param name="Rows">Rows per frame.</param>
/// <param name="Columns">Columns per frame.</param>
/// <param name="Detectors">Detectors that acquire simultaneously.</param>
/// <param name="FramesOfPhases">Frames per phase of a dynamic image; one phase with one frame in other images.</param>
/// <param name="Views">Angular views per detector; 0 if nothing rotates.</param>
/// <param name="TimeSlots">Time slots of the cardiac cycle; 0 if the image is not gated.</param>
internal sealed record NuclearMedicineImage(
    string ImageType,
    int Rows,
    int Columns,
    int Detectors,
    int[] FramesOfPhases,
    int Views = 0,
    int TimeSlots = 0)
{
    private static readonly NuclearMedicineImage WholeBody = new("ORIGINAL\\PRIMARY\\WHOLE BODY\\EMISSION", 1024, 256, 2, [1]);
    private static readonly NuclearMedicineImage Static = new("ORIGINAL\\PRIMARY\\STATIC\\EMISSION", 256, 256, 1, [1]);
    private static readonly NuclearMedicineImage Dynamic = new("ORIGINAL\\PRIMARY\\DYNAMIC\\EMISSION", 64, 64, 1, [40, 80]);
    private static readonly NuclearMedicineImage GatedTomo =
        new("ORIGINAL\\PRIMARY\\GATED TOMO\\EMISSION", 64, 64, 2, [1], Views: 16, TimeSlots: 8);

    /// <summary>Number of Frames (0028,0008).</summary>
    public int Frames => Detectors * FramesOfPhases.Sum() * Math.Max(1, Views) * Math.Max(1, TimeSlots);

    /// <summary>The image of a kind of instance; null if the kind is not NM.</summary>
    public static NuclearMedicineImage? Of(InstanceKind kind) => kind switch
    {
        InstanceKind.WholeBody => WholeBody,
        InstanceKind.Static => Static,
        InstanceKind.Dynamic => Dynamic,
        InstanceKind.GatedTomo => GatedTomo,
        _ => null,
    };

    /// <summary>Creates the elements of the image, including its pixel data.</summary>
    public Dataset Make(Radiopharmaceutical tracer, TransferSyntax storedAs, string time, SyntheticValues values)
    {
        var image = Pixels.Describe(new Dataset(), Rows, Columns)
            .With("PixelSpacing", "2.4\\2.4")
            .With("CountsAccumulated", $"{500_000 + values.Next(500_000)}")
            .With("ActualFrameDuration", "1000")
            .With("NumberOfEnergyWindows", 1)
            .With("EnergyWindowVector", [.. Vector(_ => 1)])
            .With("EnergyWindowInformationSequence", EnergyWindow())
            .With("RadiopharmaceuticalInformationSequence", Information(tracer, time))
            .With("NumberOfDetectors", (ushort)Detectors)
            .With("DetectorVector", [.. Vector(frame => frame / (Frames / Detectors) + 1)])
            .With("DetectorInformationSequence", [.. Enumerable.Range(0, Detectors).Select(Detector)]);
        string[] counters = ["EnergyWindowVector", "DetectorVector"];
        if (Views > 0)
            counters = [.. counters, .. DescribeRotation(image)];
        else if (FramesOfPhases[0] > 1)
            counters = [.. counters, .. DescribePhases(image)];
        else if (ReferenceEquals(this, WholeBody))
            image.With("WholeBodyTechnique", "1PS").With("ScanVelocity", "2.2").With("ScanLength", "1950");
        return image
            .WithTags("FrameIncrementPointer", counters)
            .With([Pixels.Encode(() => Pixels.Counts(values, Frames, Rows, Columns), Frames, Rows, Columns, storedAs)]);
    }

    /// <summary>NM Isotope module (C.8.4.10): the photo peak of technetium, 140 keV.</summary>
    private static Dataset EnergyWindow() => new Dataset()
        .With("EnergyWindowName", "Tc99m")
        .With("EnergyWindowRangeSequence", new Dataset().With("EnergyWindowLowerLimit", "126").With("EnergyWindowUpperLimit", "154"));

    private static Dataset Information(Radiopharmaceutical tracer, string time) => new Dataset()
        .With("Radiopharmaceutical", tracer.Name)
        .With("RadiopharmaceuticalStartTime", time)
        .With("RadionuclideTotalDose", $"{tracer.Megabecquerels}")
        .With("RadionuclideCodeSequence", DatasetBuilding.Code("C-163A8", "SRT", "Technetium Tc^99m^"));

    /// <summary>C.8.4.11.</summary>
    private Dataset Detector(int index) => new Dataset()
        .With("CollimatorGridName", "LEHR")
        .With("CollimatorType", "PARA")
        .With("FieldOfViewShape", "RECTANGLE")
        .With("FieldOfViewDimensions", "390\\540")
        .With("FocalDistance", "0")
        .With("StartAngle", $"{index * 180}")
        .With("ImagePositionPatient", "-300\\0\\900")
        .With("ImageOrientationPatient", index == 0 ? "1\\0\\0\\0\\0\\-1" : "-1\\0\\0\\0\\0\\-1")
        .With("ViewCodeSequence", index == 0
            ? DatasetBuilding.Code("R-10206", "SRT", "Anterior")
            : DatasetBuilding.Code("R-10214", "SRT", "Posterior"));

    /// <summary>C.8.4.14: the phases of a dynamic image.</summary>
    private string[] DescribePhases(Dataset image)
    {
        var phases = FramesOfPhases.SelectMany((frames, phase) => Enumerable.Repeat((ushort)(phase + 1), frames));
        var slices = FramesOfPhases.SelectMany(frames => Enumerable.Range(1, frames)).Select(slice => (ushort)slice);
        image.With("NumberOfPhases", (ushort)FramesOfPhases.Length)
            .With("PhaseVector", [.. phases])
            .With("TimeSliceVector", [.. slices])
            .With("NumberOfTimeSlices", (ushort)FramesOfPhases.Max())
            .With("PhaseInformationSequence", [.. FramesOfPhases.Select((frames, phase) => new Dataset()
                .With("PhaseDelay", "0")
                .With("ActualFrameDuration", phase == 0 ? "1000" : "15000")
                .With("PauseBetweenFrames", "0")
                .With("NumberOfFramesInPhase", (ushort)frames))]);
        return ["PhaseVector", "TimeSliceVector"];
    }

    /// <summary>C.8.4.12, C.8.4.13: the angles of a rotation, and the time slots of the cardiac cycle at each angle.</summary>
    private string[] DescribeRotation(Dataset image)
    {
        var arc = 360 / Detectors;
        var step = $"{(double)arc / Views:0.###}".Replace(',', '.');
        var slot = new Dataset().With("TimeSlotTime", $"{1000 / TimeSlots}");
        image.With("NumberOfRotations", 1)
            .With("RotationVector", [.. Vector(_ => 1)])
            .With("RotationInformationSequence", new Dataset()
                .With("StartAngle", "0")
                .With("AngularStep", step)
                .With("RotationDirection", "CW")
                .With("ScanArc", $"{arc}")
                .With("ActualFrameDuration", "20000")
                .With("RadialPosition", "250")
                .With("NumberOfFramesInRotation", (ushort)Views))
            .With("TypeOfDetectorMotion", "STEP AND SHOOT")
            .With("NumberOfRRIntervals", 1)
            .With("RRIntervalVector", [.. Vector(_ => 1)])
            .With("NumberOfTimeSlots", (ushort)TimeSlots)
            .With("TimeSlotVector", [.. Vector(frame => (frame / Views % TimeSlots) + 1)])
            .With("AngularViewVector", [.. Vector(frame => (frame % Views) + 1)])
            .With("GatedInformationSequence", new Dataset()
                .With("CardiacFramingType", "FORW")
                .With("DataInformationSequence", new Dataset()
                    .With("FrameTime", $"{1000 / TimeSlots}")
                    .With("NominalInterval", "1000")
                    .With("TimeSlotInformationSequence", [.. Enumerable.Repeat(slot, TimeSlots)])));
        return ["RotationVector", "RRIntervalVector", "TimeSlotVector", "AngularViewVector"];
    }

    private IEnumerable<ushort> Vector(Func<int, int> valueOf) =>
        Enumerable.Range(0, Frames).Select(frame => (ushort)valueOf(frame));
}
