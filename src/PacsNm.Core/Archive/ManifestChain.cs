using System.Security.Cryptography;
using System.Text;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// Chains the lines of a manifest: each line ends with a hash of itself and of the hash before it. A changed, removed or moved line breaks
/// the chain. The first line that has a hash covers the lines before it, which older versions wrote without one.
/// </summary>
/// <remarks>The chain shows mistakes and decay. It is not a signature: anybody who knows the format can write a new chain.</remarks>
internal static class ManifestChain
{
    /// <summary>The hash before the first line.</summary>
    public const string Start = "";

    private const int HashLength = 64;

    private static readonly byte[] Prefix = Encoding.ASCII.GetBytes(",\"Chain\":\"");

    private static readonly byte[] Suffix = Encoding.ASCII.GetBytes("\"}");

    /// <summary>Returns a line with its hash added.</summary>
    /// <param name="before">The hash of the line before.</param>
    /// <param name="line">A JSON object with at least one member, without an end of line.</param>
    /// <param name="hash">The hash of the line.</param>
    public static byte[] Seal(string before, byte[] line, out string hash)
    {
        hash = HashOf(before, line, line.Length);
        return [.. line.Take(line.Length - 1), .. Prefix, .. Encoding.ASCII.GetBytes(hash), .. Suffix];
    }

    /// <summary>Checks a line.</summary>
    /// <param name="before">The hash of the line before.</param>
    /// <param name="line">The line, without its end of line.</param>
    /// <param name="isChained">Whether an earlier line had a hash. If so, this line must have one.</param>
    /// <param name="hash">The hash for the next line, as recorded in this line.</param>
    /// <returns>False if the line, or a line before it, was changed.</returns>
    public static bool Check(string before, byte[] line, ref bool isChained, out string hash)
    {
        var start = line.Length - Suffix.Length - HashLength - Prefix.Length;
        if (start <= 0
            || !line.AsSpan(start, Prefix.Length).SequenceEqual(Prefix)
            || !line.AsSpan(line.Length - Suffix.Length).SequenceEqual(Suffix))
        {
            hash = HashOf(before, line, line.Length);
            return !isChained;
        }

        isChained = true;
        hash = Encoding.ASCII.GetString(line, start + Prefix.Length, HashLength);
        byte[] bare = [.. line.Take(start), (byte)'}'];
        return hash == HashOf(before, bare, bare.Length);
    }

    private static string HashOf(string before, byte[] line, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(before));
        hash.AppendData(line, 0, length);
        return HashingStream.Text(hash.GetHashAndReset());
    }
}
