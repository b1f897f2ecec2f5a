namespace PacsNm.Dicom.Data;

/// <summary>A data element (PS3.5 7.1): its value as bytes, in the byte order of its dataset.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="VR">Its value representation.</param>
/// <param name="Value">Its value field; of encapsulated pixel data the fragments, item headers included.</param>
/// <param name="Items">The items of a sequence; null for anything else.</param>
public readonly record struct Element(
    Tag Tag,
    VR VR,
    ReadOnlyMemory<byte> Value,
    IReadOnlyList<Dataset>? Items = null);
