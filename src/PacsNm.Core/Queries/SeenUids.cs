using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The UIDs that were found. It keeps a hash of eight bytes per UID, so that 100,000 UIDs stay small.</summary>
/// <param name="tag">The UID that identifies a match.</param>
/// <param name="series">A second UID that identifies it together with the first; null for none.</param>
internal sealed class SeenUids(Tag tag, Tag? series = null)
{
    private const ulong Basis = 14695981039346656037UL;


    private readonly HashSet<ulong> _hashes = [];

    /// <summary>The number of UIDs.</summary>
    public int Count => _hashes.Count;

    /// <summary>Adds the UID of a match.</summary>
    /// <returns>False if the UID was added before. A match without a UID is always new.</returns>
    public bool Add(Dataset match) =>
        !match.TryGetElement(tag, out var element) || element.Value.IsEmpty
        || _hashes.Add(Hash(element.Value.Span, series is { } other && match.TryGetElement(other, out var parent)
            ? Hash(parent.Value.Span, Basis)
            : Basis));

    /// <summary>FNV-1a. Among 100,000 UIDs a collision has a probability of less than one in a billion.</summary>
    private static ulong Hash(ReadOnlySpan<byte> uid, ulong hash)
    {
        foreach (var value in uid)
        {
            if (value is not 0 and not (byte)' ')
                hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }
}
