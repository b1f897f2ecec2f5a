using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>A study to fetch, or a series or an instance of it.</summary>
internal sealed record StudyToSave
{
    /// <summary>The PACS.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>The study.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>The series, where not all of the study is wanted.</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>The instance, where not all of the series is wanted.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>Its SOP class, where that is known.</summary>
    public string? SopClassUid { get; init; }

    /// <summary>The Patient ID, where the Patient Root model needs it.</summary>
    public string? UniqueKeyOfPatient { get; init; }

    /// <summary>Number of Study, or Series, Related Instances (0020,1208), (0020,1209), where the PACS gave it.</summary>
    public int? Count { get; init; }

    /// <summary>Whether nobody has asked for the count yet.</summary>
    public bool IsCountUnknown { get; init; }

    /// <summary>What a query returned of it; null where none did.</summary>
    public Dicom.Data.Dataset? Attributes { get; init; }

    /// <summary>Instance Availability (0008,0056).</summary>
    public InstanceAvailability Availability { get; init; }

    /// <summary>Whether it was named, or found by a search that had a limit.</summary>
    public bool IsLimited { get; init; }

    /// <summary>How many instances to fetch at most; null for all.</summary>
    public int? MaximumInstances { get; init; }

    /// <summary>The request for all of it.</summary>
    public RetrieveRequest Whole =>
        new(UniqueKeyOfPatient, StudyInstanceUid, SeriesInstanceUid, SopInstanceUid is null ? null : [SopInstanceUid]);

    /// <summary>An empty result for it.</summary>
    public PacsSavedItem NewResult() =>
        SopInstanceUid is not null
            ? new PacsSavedInstance { StudyInstanceUid = StudyInstanceUid, Server = Server, SeriesInstanceUid = SeriesInstanceUid!, SopInstanceUid = SopInstanceUid }
        : SeriesInstanceUid is not null
            ? new PacsSavedSeries { StudyInstanceUid = StudyInstanceUid, Server = Server, SeriesInstanceUid = SeriesInstanceUid }
        : new PacsSavedStudy { StudyInstanceUid = StudyInstanceUid, Server = Server };

    /// <summary>What it is, without a word of the patient.</summary>
    public override string ToString() =>
        SopInstanceUid is not null ? $"Instance {SopInstanceUid}"
        : SeriesInstanceUid is not null ? $"Series {SeriesInstanceUid}"
        : $"Study {StudyInstanceUid}";
}

/// <summary>A retrieval's result, and what ended it early, if anything did.</summary>
/// <param name="Study">What was to be fetched.</param>
/// <param name="Result">What the files say.</param>
/// <param name="Failure">
/// A <see cref="Dicom.Network.DicomNetworkException"/>, a <see cref="TimeoutException"/>, a
/// <see cref="Files.DestinationException"/> or a <see cref="Retrievers.RetrieverUnusableException"/>; null if it came to its end.
/// </param>
/// <param name="Refusal">How the PACS first ended a C-GET with a failure, with its own words; null where it did not.</param>
internal sealed record RetrievalOutcome(StudyToSave Study, PacsSavedItem Result, Exception? Failure, Dicom.Network.DimseFailureException? Refusal);
