namespace PacsNm.Dicom.Data;

/// <summary>
/// Bytes after the last element of a dataset that belong to no element. Some systems fill a block or make a length even with them.
/// They cannot begin an element: PS3.5 7.1 and 7.8 do not allow groups 0000 and FFFF in datasets, and PS3.6 does not define
/// (2020,2020).
/// </summary>
internal static class Padding
{
    /// <summary>Whether all bytes are the same and are 00, a space or FF. False if there are no bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && StartIn(bytes) == 0;

    /// <summary>The earliest possible start of padding: the start of the run of equal bytes at the end.</summary>
    /// <returns>An index; the length if the last byte cannot be padding.</returns>
    public static int StartIn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[bytes.Length - 1] is not (0x00 or 0x20 or 0xFF))
            return bytes.Length;
        var start = bytes.Length - 1;
        while (start > 0 && bytes[start - 1] == bytes[start])
            start--;
        return start;
    }
}
