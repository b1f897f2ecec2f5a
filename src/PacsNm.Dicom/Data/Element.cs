namespace PacsNm.Dicom.Data;

/// <summary>A data element (PS3.5 7.1). Its value is in the byte order of its dataset.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="VR">The value representation.</param>
/// <param name="Value">The value field. For encapsulated pixel data, it contains the fragments with their item headers.</param>
/// <param name="Items">The items of a sequence; null for other elements.</param>
public readonly record struct Element(
    Tag Tag,
    VR VR,
    ReadOnlyMemory<byte> Value,
    IReadOnlyList<Dataset>? Items = null);
