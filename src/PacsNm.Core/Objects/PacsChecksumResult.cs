namespace PacsNm;

/// <summary>The verification of a folder against a list of checksums or a bag.</summary>
public sealed record PacsChecksumResult
{
    /// <summary>The path of the folder.</summary>
    public required string Path { get; init; }

    /// <summary>The path of the list or bag.</summary>
    public required string Reference { get; init; }

    /// <summary>
    /// Intact; Damaged if files are missing or altered or the reference cannot be read whole; Unreadable if files cannot be read now;
    /// Unlisted if there are files that the reference does not name.
    /// </summary>
    public ArchiveStatus Status { get; init; }

    /// <summary>The number of files that the reference names and that exist.</summary>
    public int Files { get; init; }

    /// <summary>The total size of these files in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The paths of files that do not exist, below the folder and with slashes. Paths can contain a Patient ID.</summary>
    public ValueList<string> Missing { get; init; } = [];

    /// <summary>The paths of files that differ.</summary>
    public ValueList<string> Altered { get; init; } = [];

    /// <summary>The paths of files that cannot be read now, because another program has them open or access is denied.</summary>
    public ValueList<string> Unreadable { get; init; } = [];

    /// <summary>The paths of files that the reference does not name.</summary>
    public ValueList<string> Unlisted { get; init; } = [];

    /// <summary>The number of lines of the reference that cannot be read or used.</summary>
    public int UnreadableLines { get; init; }

    /// <summary>Returns the path of the reference.</summary>
    public override string ToString() => Reference;
}
