using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <summary>Which C-STORE requests of a peer must not pass, because their receiver would do harm with them.</summary>
internal static class RetrievePolicy
{
    /// <summary>The longest SOP Instance UID that a program may make the name of a file of.</summary>
    private const int MaximumNameLength = 128;

    /// <summary>Checks a C-STORE that goes to a program, which makes a file name of the UID and does not stop by itself.</summary>
    /// <param name="store">The C-STORE request.</param>
    /// <param name="objects">Objects that have passed.</param>
    /// <param name="maximumObjects">Objects that may pass.</param>
    /// <exception cref="ProtocolViolationException">It must not pass.</exception>
    public static void CheckForProgram(CommandSet store, int objects, int maximumObjects)
    {
        if (!IsFileName(store.SopInstanceUid))
            throw new ProtocolViolationException("The PACS sent a C-STORE whose SOP Instance UID is not safe as the name of a file.");
        if (objects >= maximumObjects)
            throw new ProtocolViolationException("The PACS sends more objects than were wanted.");
    }

    /// <summary>Checks a C-STORE that goes to a handler, which makes no file name of the UID and stops by itself.</summary>
    /// <inheritdoc cref="CheckForProgram"/>
    public static void CheckForHandler(CommandSet store)
    {
        if (!Uid.IsUsable(store.SopInstanceUid))
            throw new ProtocolViolationException("The PACS sent a C-STORE whose SOP Instance UID is not usable.");
    }

    /// <summary>
    /// Whether a program can make the name of a file of a UID: ASCII letters, digits, <c>.</c>, <c>-</c> and <c>_</c>. It begins
    /// with a digit, so that it is neither a device of Windows nor an option, and does not end with a dot, which Windows drops.
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
