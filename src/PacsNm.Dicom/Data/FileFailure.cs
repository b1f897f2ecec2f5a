namespace PacsNm.Dicom.Data;

/// <summary>Distinguishes failures of the file system from other exceptions.</summary>
public static class FileFailure
{
    /// <summary>
    /// Whether the file system refused something: an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
    /// An assembly that cannot be loaded raises the first type too, but has nothing to do with the user's files.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        FileLoadException => false,

        // The property has the name of an assembly in place of a path.
        FileNotFoundException { FileName: { } name } => !name.Contains(", Culture="),
        _ => exception is IOException or UnauthorizedAccessException,
    };
}
