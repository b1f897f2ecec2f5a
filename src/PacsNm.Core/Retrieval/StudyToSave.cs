using PacsNm.Retrievers;

namespace PacsNm.Retrieval;

/// <summary>A study, series or instance to retrieve.</summary>
internal sealed record StudyToSave
{
    /// <summary>The PACS.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>Study Instance UID (0020,000D).</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Series Instance UID (0020,000E); null for the whole study.</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>SOP Instance UID (0008,0018); null for the whole series or study.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>SOP Class UID (0008,0016) of the instance; null if unknown.</summary>
    public string? SopClassUid { get; init; }

    /// <summary>Patient ID (0010,0020), which the Patient Root model needs; otherwise null.</summary>
    public string? UniqueKeyOfPatient { get; init; }

    /// <summary>Number of Study or Series Related Instances (0020,1208), (0020,1209); null if the PACS did not give it.</summary>
    public int? Count { get; init; }

    /// <summary>Whether no query has asked for the count yet.</summary>
    public bool IsCountUnknown { get; init; }

    /// <summary>What a query returned; null if there was none.</summary>
    public Dicom.Data.Dataset? Attributes { get; init; }

    /// <summary>Instance Availability (0008,0056).</summary>
    public InstanceAvailability Availability { get; init; }

    /// <summary>Whether it was named by a UID, or found by a search that had a limit.</summary>
    public bool IsLimited { get; init; }

    /// <summary>The most instances to retrieve; null for all.</summary>
    public int? MaximumInstances { get; init; }

    /// <summary>How many instances to retrieve; null if unknown.</summary>
    public int? CountToRetrieve
    {
        get
        {
            var count = SopInstanceUid is null ? Count : 1;
            return MaximumInstances < count ? MaximumInstances : count;
        }
    }

    /// <summary>The request for all of it.</summary>
    public RetrieveRequest Whole =>
        new(UniqueKeyOfPatient, StudyInstanceUid, SeriesInstanceUid, SopInstanceUid is null ? null : [SopInstanceUid]);

    /// <summary>Makes an empty result for it.</summary>
    public PacsSavedItem NewResult() =>
        SopInstanceUid is not null
            ? new PacsSavedInstance
            {
                StudyInstanceUid = StudyInstanceUid,
                Server = Server,
                SeriesInstanceUid = SeriesInstanceUid!,
                SopInstanceUid = SopInstanceUid,
            }
        : SeriesInstanceUid is not null
            ? new PacsSavedSeries { StudyInstanceUid = StudyInstanceUid, Server = Server, SeriesInstanceUid = SeriesInstanceUid }
        : new PacsSavedStudy { StudyInstanceUid = StudyInstanceUid, Server = Server };

    /// <summary>The level and the UID, without a patient's data.</summary>
    public override string ToString() =>
        SopInstanceUid is not null ? $"Instance {SopInstanceUid}"
        : SeriesInstanceUid is not null ? $"Series {SeriesInstanceUid}"
        : $"Study {StudyInstanceUid}";
}
