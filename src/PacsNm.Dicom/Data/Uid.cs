using System.Numerics;

namespace PacsNm.Dicom.Data;

/// <summary>Unique identifiers (PS3.5 9).</summary>
public static class Uid
{
    /// <summary>Characters at most.</summary>
    public const int MaximumLength = 64;

    /// <summary>
    /// Whether a text is a UID (PS3.5 9.1): numbers with dots between. Leading zeros, which the standard forbids and
    /// some PACS send, are let pass: a UID that a PACS has must be asked for as it is.
    /// </summary>
    public static bool IsValid(string? text)
    {
        if (text is null || text.Length is 0 or > MaximumLength)
            return false;
        var isStart = true;
        foreach (var c in text)
        {
            if (c == '.' ? isStart : c is < '0' or > '9')
                return false;
            isStart = c == '.';
        }

        return !isStart;
    }

    /// <summary>A new UID, made from a UUID (PS3.5 B.2).</summary>
    public static string NewUid()
    {
        var bytes = new byte[17];
        Guid.NewGuid().ToByteArray().CopyTo(bytes, 0);
        return "2.25." + new BigInteger(bytes);
    }
}
