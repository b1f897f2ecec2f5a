using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>The UIDs that have been found, eight bytes of each, so that 100,000 of them stay small.</summary>
internal sealed class SeenUids(Tag tag)
{
    private readonly HashSet<ulong> _hashes = [];

    /// <summary>How many there are.</summary>
    public int Count => _hashes.Count;

    /// <summary>Adds a match's UID.</summary>
    /// <returns>False if it was there before. A match without a UID is always new.</returns>
    public bool Add(Dataset match) =>
        !match.TryGetElement(tag, out var element) || element.Value.IsEmpty || _hashes.Add(Hash(element.Value.Span));

    /// <summary>FNV-1a: of 100,000 UIDs no two share it but by a chance of one in billions.</summary>
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
