namespace PacsNm.Dicom.Network;

/// <summary>Puts the fragments of one part of a message together: a command set or a dataset (PS3.8 annex E). No IO.</summary>
/// <param name="bound">The longest part that is taken, in bytes.</param>
/// <param name="name">What the message of the exception calls the part.</param>
internal sealed class MessagePart(int bound, string name)
{
    /// <summary>The longest buffer that is kept for the next part, in bytes.</summary>
    private const int KeptLength = 65536;

    private MemoryStream? _fragments;

    /// <summary>Whether no fragment waits for the others.</summary>
    public bool IsEmpty => _fragments is null or { Length: 0 };

    /// <summary>Forgets what waits for other fragments.</summary>
    public void Clear() => _fragments?.SetLength(0);

    /// <summary>Adds a fragment.</summary>
    /// <param name="fragment">Its bytes.</param>
    /// <param name="isLast">Whether it is the last one.</param>
    /// <param name="part">The whole part, if it is the last one; valid until the next call and as long as the fragment.</param>
    /// <returns>Whether the part is whole.</returns>
    /// <exception cref="ProtocolViolationException">The part is longer than the bound.</exception>
    public bool Add(ReadOnlySpan<byte> fragment, bool isLast, out ReadOnlySpan<byte> part)
    {
        if ((_fragments?.Length ?? 0) + fragment.Length > bound)
            throw new ProtocolViolationException($"A {name} is longer than the bound of {bound} bytes.");

        // A part in one fragment, as most are, is read where it lies.
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
