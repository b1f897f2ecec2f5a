using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Creates the series and instances of one study, and their content on demand.</summary>
/// <param name="study">Attributes of the patient and the study, including those that only queries return.</param>
/// <param name="kind">The kind of study.</param>
/// <param name="seed">The seed of the archive.</param>
/// <param name="number">The number of the study in the archive.</param>
internal sealed class SyntheticInstances(Dataset study, StudyKind kind, int seed, int number)
{
    /// <summary>The prefix of all UIDs of synthetic instances (PS3.5 B.2).</summary>
    public const string UidRoot = "2.25.302413021204128932108471321042108712345";

    /// <summary>A private SOP class. Vendors use such classes for raw data.</summary>
    private const string PrivateRawData = UidRoot + ".1";

    /// <summary>Study attributes that a PACS returns but that are not in the instances.</summary>
    private static readonly HashSet<Tag> OfQueriesAlone =
    [
        Tags.InstanceAvailability, Tags.ModalitiesInStudy, Tags.SOPClassesInStudy, Tags.NumberOfStudyRelatedSeries,
        Tags.NumberOfStudyRelatedInstances,
    ];

    /// <summary>The SOP class of a kind of instance.</summary>
    public static string SopClassOf(InstanceKind kind) => kind switch
    {
        InstanceKind.Capture => SopClassUids.SecondaryCaptureImageStorage,
        InstanceKind.KeyObjects => SopClassUids.KeyObjectSelectionDocumentStorage,
        InstanceKind.DoseReport => SopClassUids.RadiopharmaceuticalRadiationDoseSRStorage,
        InstanceKind.Raw => PrivateRawData,
        _ => SopClassUids.NuclearMedicineImageStorage,
    };

    /// <summary>Creates the series.</summary>
    public IReadOnlyList<SimulatedSeries> Series() => [.. kind.Series.Select((series, index) => MakeSeries(series, index + 1))];

    private SimulatedSeries MakeSeries(SeriesKind series, int seriesNumber)
    {
        var own = new Dataset()
            .With("SeriesDate", study.GetString(Tags.StudyDate)!)
            .With("SeriesTime", study.GetString(Tags.StudyTime)!)
            .With("Modality", series.Modality)
            .With("Manufacturer", "ZZPractice")
            .With("SeriesDescription", series.Description)
            .With("SeriesInstanceUID", UidOf(seriesNumber))
            .With("SeriesNumber", $"{seriesNumber}");
        var instances = Enumerable.Range(1, series.Count).Select(instance => MakeInstance(series, own, seriesNumber, instance));
        var attributes = new Dataset().With(own).With("NumberOfSeriesRelatedInstances", $"{series.Count}");
        return new SimulatedSeries(attributes, [.. instances]);
    }

    private SimulatedInstance MakeInstance(SeriesKind series, Dataset ofSeries, int seriesNumber, int instanceNumber)
    {
        var attributes = new Dataset()
            .With("SOPClassUID", SopClassOf(series.Kind))
            .With("SOPInstanceUID", $"{UidOf(seriesNumber)}.{instanceNumber}")
            .With("InstanceNumber", $"{instanceNumber}")
            .With("ContentDate", study.GetString(Tags.StudyDate)!)
            .With("ContentTime", study.GetString(Tags.StudyTime)!);
        if (NuclearMedicineImage.Of(series.Kind) is { } image)
            attributes.With("ImageType", image.ImageType).With("NumberOfFrames", $"{image.Frames}");
        return new SimulatedInstance(attributes, series.StoredAs, () =>
        {
            var dataset = new Dataset()
                .With(study.Where(element => !OfQueriesAlone.Contains(element.Tag)))
                .With(ofSeries)
                .With(attributes)
                .With(Content(series, instanceNumber));
            return DatasetWriter.Write(dataset, series.StoredAs);
        });
    }

    private Dataset Content(SeriesKind series, int instanceNumber)
    {
        var values = new SyntheticValues(seed, (number * 100) + instanceNumber);
        return series.Kind switch
        {
            InstanceKind.Capture => Capture(series, values),
            InstanceKind.KeyObjects => SyntheticDocuments.KeyObjects(
                study.GetString(Tags.StudyInstanceUID)!, UidOf(1), SopClassOf(kind.Series[0].Kind), $"{UidOf(1)}.1"),
            InstanceKind.DoseReport => SyntheticDocuments.DoseReport(kind.Tracer, study.GetString(Tags.StudyDate)!),
            InstanceKind.Raw => Raw(values),
            _ => NuclearMedicineImage.Of(series.Kind)!.Make(kind.Tracer, series.StoredAs, study.GetString(Tags.StudyTime)!, values),
        };
    }

    private static Dataset Capture(SeriesKind series, SyntheticValues values)
    {
        const int size = 512;
        var capture = new Dataset().With("ConversionType", "WSD").With("ImageType", "DERIVED\\SECONDARY");
        return Pixels.Describe(capture, size, size)
            .With([Pixels.Encode(() => Pixels.Counts(values, 1, size, size), 1, size, size, series.StoredAs)]);
    }

    private static Dataset Raw(SyntheticValues values)
    {
        var bytes = new byte[4096];
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] = (byte)values.Next(256);
        var raw = new Dataset();
        raw.Set(new Tag(0x0029, 0x0010), VR.LO, "ZZPRACTICE RAW"u8.ToArray());
        raw.Set(new Tag(0x0029, 0x1001), VR.OB, bytes);
        return raw;
    }

    private string UidOf(int seriesNumber) => $"{UidRoot}.{seed}.{number}.{seriesNumber}";
}
