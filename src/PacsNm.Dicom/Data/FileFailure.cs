namespace PacsNm.Dicom.Data;

/// <summary>Distinguishes failures of the file system from other exceptions.</summary>
public static class FileFailure
{
    /// <summary>
    /// Whether the file system caused an exception: an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>. An
    /// assembly that cannot be loaded raises an exception of the first type too, but does not concern the user's files.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        FileLoadException => false,

        // The property then contains the name of an assembly instead of a path.
        FileNotFoundException { FileName: { } name } => !name.Contains(", Culture="),
        _ => exception is IOException or UnauthorizedAccessException,
    };
}
