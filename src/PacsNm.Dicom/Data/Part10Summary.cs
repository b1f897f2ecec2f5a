namespace PacsNm.Dicom.Data;

/// <summary>What a DICOM file says about itself, and whether it is whole.</summary>
public sealed record Part10Summary
{
    /// <summary>Whether the file has all that it announces; <see cref="IsProven"/> tells whether its last element was seen.</summary>
    public bool IsWhole => Problem.Length == 0;

    /// <summary>
    /// Whether the dataset was read to its last element. False for a whole file in a private transfer syntax that is not encoded as
    /// the standard's own are: only its header and, as far as they can be read, its UIDs were verified.
    /// </summary>
    public bool IsProven { get; init; } = true;

    /// <summary>What is wrong with the file; empty if it is whole.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Bytes of the dataset: all that follows the file meta information, padding included.</summary>
    public long DatasetLength { get; init; }

    /// <summary>
    /// Bytes of padding behind the last element, which belong to no element: 00, spaces or FF. The object is complete without
    /// them. Of a deflated dataset (PS3.5 A.5), padding within and behind it is counted.
    /// </summary>
    public long SurplusBytes { get; init; }

    /// <summary>Transfer Syntax UID (0002,0010).</summary>
    public string? TransferSyntaxUid { get; init; }

    /// <summary>Media Storage SOP Class UID (0002,0002): what the header says; null where it is absent.</summary>
    public string? MediaStorageSopClassUid { get; init; }

    /// <summary>Media Storage SOP Instance UID (0002,0003): what the header says; null where it is absent.</summary>
    public string? MediaStorageSopInstanceUid { get; init; }

    /// <summary>SOP Class UID (0008,0016) of the dataset; of the header where a private transfer syntax hides it.</summary>
    public string? SopClassUid { get; init; }

    /// <summary>SOP Instance UID (0008,0018) of the dataset; of the header where a private transfer syntax hides it.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>
    /// Whether the header names the SOP class and the instance as the dataset does (PS3.10 7.1). What the dataset does not name
    /// cannot disagree. <see cref="Part10File.CopyWithHeader"/> corrects a header that disagrees.
    /// </summary>
    public bool HeaderMatchesDataset =>
        (SopClassUid ?? MediaStorageSopClassUid) == MediaStorageSopClassUid
        && (SopInstanceUid ?? MediaStorageSopInstanceUid) == MediaStorageSopInstanceUid;

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string? StudyInstanceUid { get; init; }

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string? SeriesInstanceUid { get; init; }

    /// <summary>The elements that were asked for, and those above.</summary>
    public Dataset Attributes { get; init; } = new();
}
