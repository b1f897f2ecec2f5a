namespace PacsNm.Dicom.Data;

/// <summary>The elements of a DICOM file before its pixel data, as bytes.</summary>
/// <param name="TransferSyntaxUid">Transfer Syntax UID (0002,0010) of the file.</param>
/// <param name="Encoding">
/// The transfer syntax that <paramref name="Elements"/> are encoded in. It is another one if the syntax of the file is deflated or private.
/// </param>
/// <param name="Elements">The elements with their headers.</param>
public sealed record FileHeader(string TransferSyntaxUid, TransferSyntax Encoding, byte[] Elements)
{
    /// <summary>Reads the elements, and adds the Transfer Syntax UID (0002,0010).</summary>
    /// <exception cref="DicomDataException">An element is broken.</exception>
    public Dataset Read()
    {
        var dataset = DatasetReader.Read(Elements, Encoding);
        dataset.Set(Tags.TransferSyntaxUID, TransferSyntaxUid);
        return dataset;
    }
}
