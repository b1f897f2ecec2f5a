namespace PacsNm.Dicom.Network;

/// <summary>Assembles the fragments of one message part, a command set or a dataset (PS3.8 annex E). No IO.</summary>
/// <param name="bound">The longest accepted part, in bytes.</param>
/// <param name="name">The name of the part in the message of the exception.</param>
internal sealed class MessagePart(int bound, string name)
{
    /// <summary>The longest buffer that is kept for the next part, in bytes.</summary>
    private const int KeptLength = 65536;

    private MemoryStream? _fragments;

    /// <summary>Whether no incomplete part is stored.</summary>
    public bool IsEmpty => _fragments is null or { Length: 0 };

    /// <summary>Discards an incomplete part.</summary>
    public void Clear() => _fragments?.SetLength(0);

    /// <summary>Adds a fragment.</summary>
    /// <param name="fragment">The bytes.</param>
    /// <param name="isLast">Whether this is the last fragment.</param>
    /// <param name="part">The complete part after the last fragment, valid until the next call and as long as the fragment.</param>
    /// <returns>Whether the part is complete.</returns>
    /// <exception cref="ProtocolViolationException">The part is longer than the bound.</exception>
    public bool Add(ReadOnlySpan<byte> fragment, bool isLast, out ReadOnlySpan<byte> part)
    {
        if ((_fragments?.Length ?? 0) + fragment.Length > bound)
            throw new ProtocolViolationException($"A {name} is longer than the bound of {bound} bytes.");

        // Most parts have only one fragment and are read without a copy.
        part = fragment;
        if (isLast && IsEmpty)
            return true;
        _fragments ??= new MemoryStream(fragment.Length);
#if NET
        _fragments.Write(fragment);
#else
        _fragments.Write(fragment.ToArray(), 0, fragment.Length);
#endif
        if (!isLast)
            return false;
        part = _fragments.GetBuffer().AsSpan(0, (int)_fragments.Length);
        if (part.Length > KeptLength)
            _fragments = null;
        else
            _fragments.SetLength(0);
        return true;
    }
}
