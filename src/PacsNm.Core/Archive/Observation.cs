namespace PacsNm.Archive;

/// <summary>A peculiarity of an object that arrived.</summary>
internal enum ObservationKind
{
    /// <summary>Bytes, such as padding, follow the last element. The file was kept as it arrived.</summary>
    Surplus,

    /// <summary>
    /// The C-STORE request named a different SOP class or instance than the dataset. The file was kept with a corrected header.
    /// </summary>
    CommandMismatch,

    /// <summary>The object has a private transfer syntax, so that its completeness could not be verified.</summary>
    NotProven,

    /// <summary>
    /// The path of the file is longer than older programs on Windows can open (MAX_PATH, 260 with the end of the text).
    /// </summary>
    LongPath,

    /// <summary>The object has the UIDs of an instance in the archive and different content. The first object was kept.</summary>
    OtherContent,

    /// <summary>The object belongs to another study. It was not kept.</summary>
    OtherStudy,

    /// <summary>The object was not requested. It was not kept.</summary>
    NotWanted,
}

/// <summary>An observation about one object.</summary>
/// <param name="Kind">The kind of observation.</param>
/// <param name="Instance">The instance that the object claims to be.</param>
internal sealed record Observation(ObservationKind Kind, InstanceKey Instance)
{
    /// <summary>Whether the object was not kept.</summary>
    public bool IsDropped => Kind is ObservationKind.OtherContent or ObservationKind.OtherStudy or ObservationKind.NotWanted;
}
