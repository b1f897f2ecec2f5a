namespace PacsNm.Dicom.Data;

/// <summary>Bytes are not a valid dataset or DICOM file. The message contains the position and the bound, but never a value.</summary>
public sealed class DicomDataException : Exception
{
    /// <summary>Initializes the exception.</summary>
    public DicomDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
