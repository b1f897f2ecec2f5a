namespace PacsNm.Dicom.Data;

/// <summary>Tells a failure of the file system from other exceptions.</summary>
public static class FileFailure
{
    /// <summary>
    /// Whether the file system refused something: an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
    /// An assembly that cannot be loaded has the first type, too, and is not one: it says nothing about the user's files.
    /// </summary>
    public static bool Is(Exception exception) => exception switch
    {
        FileLoadException => false,

        // The name of an assembly stands where the path of a file does.
        FileNotFoundException { FileName: { } name } => !name.Contains(", Culture="),
        _ => exception is IOException or UnauthorizedAccessException,
    };
}
