using PacsNm.Dicom.Data;

namespace PacsNm.Tables;

/// <summary>A file and its header.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Header">The elements before the pixel data.</param>
internal sealed record FileRow(string Path, long Length, Dataset Header)
{
    /// <summary>The SHA-256 that the manifest records, in hexadecimal; null for a file that is in no manifest.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What the manifest says about the file; null if no archive was given.</summary>
    public ManifestStatus? Status { get; init; }

    /// <summary>Whether the path contains the Patient ID (0010,0020).</summary>
    public bool HasPatientInPath => File.PatientId is { Length: > 2 } id && Path.Contains(id);

    /// <summary>The same header with its properties.</summary>
    public PacsFile File { get; } = new(Path, Length, Header);
}

/// <summary>What the manifest says about a file. The content of the file is not read.</summary>
internal enum ManifestStatus
{
    /// <summary>The file has the length that the manifest records.</summary>
    Recorded,

    /// <summary>The file has another length.</summary>
    Altered,

    /// <summary>The file is in no manifest.</summary>
    Unlisted,
}
