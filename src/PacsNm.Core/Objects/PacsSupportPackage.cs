namespace PacsNm;

/// <summary>A file in a support package.</summary>
/// <param name="Name">Its name in the zip file.</param>
/// <param name="Description">What it holds.</param>
/// <param name="Bytes">Its size, uncompressed.</param>
public sealed record PacsSupportEntry(string Name, string Description, long Bytes)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

/// <summary>A support package that was written.</summary>
public sealed record PacsSupportPackage
{
    /// <summary>The zip file.</summary>
    public required string Path { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>What the connection test came to: Succeeded, an ErrorId, NotFinished or NotTested.</summary>
    public required string Connection { get; init; }

    /// <summary>What is in it.</summary>
    public required ValueList<PacsSupportEntry> Entries { get; init; }
}
