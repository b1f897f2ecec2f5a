namespace PacsNm;

/// <summary>A study after its retrieval.</summary>
public sealed record PacsSavedStudy : PacsSavedItem
{
    /// <inheritdoc/>
    private protected override string Uid => StudyInstanceUid;
}

/// <summary>A series after its retrieval.</summary>
public sealed record PacsSavedSeries : PacsSavedItem
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <inheritdoc/>
    private protected override string Uid => SeriesInstanceUid;
}

/// <summary>An instance after its retrieval.</summary>
public sealed record PacsSavedInstance : PacsSavedItem
{
    /// <summary>Series Instance UID (0020,000E).</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <summary>SOP Instance UID (0008,0018).</summary>
    public required string SopInstanceUid { get; init; }

    /// <inheritdoc/>
    private protected override string Uid => SopInstanceUid;
}
