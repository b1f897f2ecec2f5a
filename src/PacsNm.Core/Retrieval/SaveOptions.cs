using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>How to save studies.</summary>
internal sealed record SaveOptions
{
    /// <summary>The archive to save to.</summary>
    public required LocalArchive Archive { get; init; }

    /// <summary>The layout of the archive.</summary>
    public required ArchiveLayout Layout { get; init; }

    /// <summary>Whether existing files are retrieved and replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The time limit of a study.</summary>
    public TimeSpan Limit { get; init; }

    /// <summary>The time limit of a study that the PACS has NEARLINE.</summary>
    public TimeSpan NearlineLimit { get; init; }

    /// <summary>The bytes that the destination must keep free.</summary>
    public long MinimumFreeSpace { get; init; }

    /// <summary>Whether the files of a study are flushed to stable storage before it is called complete.</summary>
    public bool IsSynced { get; init; } = true;

    /// <summary>Returns the time limit of a study, which depends on its availability.</summary>
    public TimeSpan LimitOf(StudyToSave study) =>
        study.Availability == InstanceAvailability.NEARLINE ? NearlineLimit : Limit;

    /// <summary>Returns a locator that searches first where the attributes of the study lead.</summary>
    public FileLocator LocatorOf(StudyToSave study) =>
        new(Archive.Root, study.Attributes is null ? "" : Layout.Locate(study.Attributes).StudyFolder);
}
