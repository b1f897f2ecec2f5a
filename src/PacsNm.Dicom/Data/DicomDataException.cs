namespace PacsNm.Dicom.Data;

/// <summary>Bytes are not a valid dataset or DICOM file. The message has the place and the bound, never a value.</summary>
public sealed class DicomDataException : Exception
{
    /// <summary>Makes one.</summary>
    public DicomDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
