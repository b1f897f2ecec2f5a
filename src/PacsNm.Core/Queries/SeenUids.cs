using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The UIDs that were found. It keeps a hash of eight bytes per UID, so that 100,000 UIDs stay small.</summary>
internal sealed class SeenUids(Tag tag)
{
    private readonly HashSet<ulong> _hashes = [];

    /// <summary>The number of UIDs.</summary>
    public int Count => _hashes.Count;

    /// <summary>Adds the UID of a match.</summary>
    /// <returns>False if the UID was added before. A match without a UID is always new.</returns>
    public bool Add(Dataset match) =>
        !match.TryGetElement(tag, out var element) || element.Value.IsEmpty || _hashes.Add(Hash(element.Value.Span));

    /// <summary>FNV-1a. Among 100,000 UIDs a collision has a probability of less than one in a billion.</summary>
    private static ulong Hash(ReadOnlySpan<byte> uid)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in uid)
        {
            if (value is not 0 and not (byte)' ')
                hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }
}
