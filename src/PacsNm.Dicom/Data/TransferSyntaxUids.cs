namespace PacsNm.Dicom.Data;

/// <summary>
/// The UIDs of the compressed transfer syntaxes that this product uses (PS3.6 annex A). The names are the keywords of the standard.
/// The uncompressed transfer syntaxes are in <see cref="TransferSyntax"/>.
/// </summary>
#pragma warning disable CS1591 // A keyword says what it is.
public static class TransferSyntaxUids
{
    public const string JPEGBaseline8Bit = "1.2.840.10008.1.2.4.50";
    public const string JPEGExtended12Bit = "1.2.840.10008.1.2.4.51";
    public const string JPEGLossless = "1.2.840.10008.1.2.4.57";
    public const string JPEGLosslessSV1 = "1.2.840.10008.1.2.4.70";
    public const string JPEGLSLossless = "1.2.840.10008.1.2.4.80";
    public const string JPEGLSNearLossless = "1.2.840.10008.1.2.4.81";
    public const string JPEG2000Lossless = "1.2.840.10008.1.2.4.90";
    public const string JPEG2000 = "1.2.840.10008.1.2.4.91";
    public const string RLELossless = "1.2.840.10008.1.2.5";
}
