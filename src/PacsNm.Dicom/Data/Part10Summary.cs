namespace PacsNm.Dicom.Data;

/// <summary>The identity of a DICOM file, and whether the file is complete.</summary>
public sealed record Part10Summary
{
    /// <summary>Whether the file contains all that it announces. <see cref="IsProven"/> is true if its last element was read.</summary>
    public bool IsWhole => Problem.Length == 0;

    /// <summary>
    /// Whether the dataset was read to its last element. False for a complete file in a private transfer syntax with a nonstandard
    /// encoding: only its header and, if they can be read, its UIDs were verified.
    /// </summary>
    public bool IsProven { get; init; } = true;

    /// <summary>What is wrong with the file; empty if it is complete.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The length of the dataset in bytes: everything after the file meta information, including padding.</summary>
    public long DatasetLength { get; init; }

    /// <summary>
    /// The number of bytes of padding (00, spaces or FF) after the last element. They belong to no element, and the object is complete
    /// without them. For a deflated dataset (PS3.5 A.5), padding within and after the deflated data is counted.
    /// </summary>
    public long SurplusBytes { get; init; }

    /// <summary>Transfer Syntax UID (0002,0010).</summary>
    public string? TransferSyntaxUid { get; init; }

    /// <summary>Media Storage SOP Class UID (0002,0002) of the header; null if it is absent.</summary>
    public string? MediaStorageSopClassUid { get; init; }

    /// <summary>Media Storage SOP Instance UID (0002,0003) of the header; null if it is absent.</summary>
    public string? MediaStorageSopInstanceUid { get; init; }

    /// <summary>SOP Class UID (0008,0016) of the dataset, or of the header if a private transfer syntax hides it.</summary>
    public string? SopClassUid { get; init; }

    /// <summary>SOP Instance UID (0008,0018) of the dataset, or of the header if a private transfer syntax hides it.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>
    /// Whether the SOP class and the instance in the header are those of the dataset (PS3.10 7.1). A UID that the dataset lacks does not
    /// count as a difference. <see cref="Part10File.CopyWithHeader"/> corrects the header.
    /// </summary>
    public bool HeaderMatchesDataset =>
        (SopClassUid ?? MediaStorageSopClassUid) == MediaStorageSopClassUid
        && (SopInstanceUid ?? MediaStorageSopInstanceUid) == MediaStorageSopInstanceUid;

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string? StudyInstanceUid { get; init; }

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>The requested elements, and the elements of the properties above.</summary>
    public Dataset Attributes { get; init; } = new();
}
