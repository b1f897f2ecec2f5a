using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>How studies are to be saved.</summary>
internal sealed record SaveOptions
{
    /// <summary>Where to.</summary>
    public required LocalArchive Archive { get; init; }

    /// <summary>In what names.</summary>
    public required ArchiveLayout Layout { get; init; }

    /// <summary>Whether files that are there are fetched and written again.</summary>
    public bool Force { get; init; }

    /// <summary>How long a study may take.</summary>
    public TimeSpan Limit { get; init; }

    /// <summary>How long a study may take that the PACS has in its archive.</summary>
    public TimeSpan NearlineLimit { get; init; }

    /// <summary>Bytes that the destination must keep free.</summary>
    public long MinimumFreeSpace { get; init; }

    /// <summary>How long a study may take, by where the PACS has it.</summary>
    public TimeSpan LimitOf(StudyToSave study) =>
        study.Availability == InstanceAvailability.NEARLINE ? NearlineLimit : Limit;

    /// <summary>Finds the files of a study, first where its attributes say that they should be.</summary>
    public FileLocator LocatorOf(StudyToSave study) =>
        new(Archive.Root, study.Attributes is null ? "" : Layout.Locate(study.Attributes).StudyFolder);
}
