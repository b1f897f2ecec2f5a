using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>Rejects C-STORE requests of a peer that could harm their receiver.</summary>
internal static class RetrievePolicy
{
    /// <summary>The longest SOP Instance UID that a program may use as a file name.</summary>
    private const int MaximumNameLength = 128;

    /// <summary>Checks a C-STORE to a program, which uses the UID as a file name and does not stop by itself.</summary>
    /// <param name="store">The C-STORE request.</param>
    /// <param name="objects">The number of objects transferred.</param>
    /// <param name="maximumObjects">The most objects.</param>
    /// <exception cref="ProtocolViolationException">The request must not be relayed.</exception>
    public static void CheckForProgram(CommandSet store, int objects, int maximumObjects)
    {
        if (!IsFileName(store.SopInstanceUid))
            throw new ProtocolViolationException("The PACS sent a C-STORE whose SOP Instance UID is not safe as the name of a file.");
        if (objects >= maximumObjects)
            throw new ProtocolViolationException("The PACS sends more objects than were wanted.");
    }

    /// <summary>Checks a C-STORE to a handler, which does not use the UID as a file name and stops by itself.</summary>
    /// <inheritdoc cref="CheckForProgram"/>
    public static void CheckForHandler(CommandSet store)
    {
        if (!Uid.IsUsable(store.SopInstanceUid))
            throw new ProtocolViolationException("The PACS sent a C-STORE whose SOP Instance UID is not usable.");
    }

    /// <summary>
    /// Whether a UID is safe as a file name: ASCII letters, digits, <c>.</c>, <c>-</c> and <c>_</c>. It begins with a digit, so that it is
    /// neither a Windows device nor an option, and does not end with a dot, which Windows removes.
    /// </summary>
    internal static bool IsFileName(string? uid)
    {
        if (uid is null || uid.Length is 0 or > MaximumNameLength || uid[0] is < '0' or > '9' || uid[uid.Length - 1] == '.')
            return false;
        foreach (var c in uid)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or '.' or '-' or '_'))
                return false;
        }

        return true;
    }
}
