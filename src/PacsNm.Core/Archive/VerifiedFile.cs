using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>A file that has been gone through to its last element: all of its bytes were read here, or hashed when it was written.</summary>
/// <param name="Summary">What it says of itself, and whether it is whole.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal.</param>
internal sealed record VerifiedFile(Part10Summary Summary, long Bytes, string Sha256)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="attributes">Elements to keep.</param>
    /// <param name="sha256">Its SHA-256, where that is known: then values that nobody needs are passed over.</param>
    public static VerifiedFile Read(string path, IReadOnlyCollection<Tag> attributes, string? sha256 = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        var length = file.Length;
        if (sha256 is not null)
            return new VerifiedFile(Part10File.Verify(file, attributes), length, sha256);

        using var hashing = new HashingStream(file);

        // The reader closes what it reads; the hash wants the rest.
        var summary = Part10File.Verify(hashing, attributes);
        return new VerifiedFile(summary, length, hashing.Finish());
    }

    /// <summary>The SHA-256 of a file, in hexadecimal.</summary>
    public static string Sha256Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        using var hashing = new HashingStream(file);
        return hashing.Finish();
    }
}
