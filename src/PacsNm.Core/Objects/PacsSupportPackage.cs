namespace PacsNm;

/// <summary>A file in a support package.</summary>
/// <param name="Name">The name in the zip file.</param>
/// <param name="Description">What the file contains.</param>
/// <param name="Bytes">The uncompressed size in bytes.</param>
public sealed record PacsSupportEntry(string Name, string Description, long Bytes)
{
    /// <summary>Returns the name.</summary>
    public override string ToString() => Name;
}

/// <summary>A support package.</summary>
public sealed record PacsSupportPackage
{
    /// <summary>The path of the zip file.</summary>
    public required string Path { get; init; }

    /// <summary>The size of the zip file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The result of the connection test: Succeeded, an ErrorId, NotFinished or NotTested.</summary>
    public required string Connection { get; init; }

    /// <summary>The files in the package.</summary>
    public required ValueList<PacsSupportEntry> Entries { get; init; }
}
