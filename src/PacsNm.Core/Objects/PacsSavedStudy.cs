namespace PacsNm;

/// <summary>The result of the retrieval of a study.</summary>
public sealed record PacsSavedStudy : PacsSavedItem
{
    /// <inheritdoc/>
    private protected override string Uid => StudyInstanceUid;
}

/// <summary>The result of the retrieval of a series.</summary>
public sealed record PacsSavedSeries : PacsSavedItem
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <inheritdoc/>
    private protected override string Uid => SeriesInstanceUid;
}

/// <summary>The result of the retrieval of an instance.</summary>
public sealed record PacsSavedInstance : PacsSavedItem
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <summary>SOP Instance UID (0008,0018).</summary>
    public required string SopInstanceUid { get; init; }

    /// <inheritdoc/>
    private protected override string Uid => SopInstanceUid;
}
