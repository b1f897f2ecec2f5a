namespace PacsNm.Dicom.Data;

/// <summary>Bytes that are no dataset or no DICOM file. The message names the place and the bound, never a value.</summary>
public sealed class DicomDataException : Exception
{
    /// <summary>Makes one.</summary>
    public DicomDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
