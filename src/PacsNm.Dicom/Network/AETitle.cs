namespace PacsNm.Dicom.Network;

/// <summary>Application Entity titles (PS3.5 6.2, VR AE).</summary>
public static class AETitle
{
    /// <summary>The most characters of a title.</summary>
    public const int MaximumLength = 16;

    /// <summary>Whether a text is an AE title: 1 to 16 printable ASCII characters, no backslash, not only spaces.</summary>
    public static bool IsValid(string text) =>
        text.Length <= MaximumLength && text.Trim().Length > 0 && text.All(c => c is >= ' ' and <= '~' and not '\\');
}
