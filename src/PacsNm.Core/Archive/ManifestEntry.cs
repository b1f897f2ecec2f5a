using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>
/// A line of a study's manifest. A line about a file says that the file is about to be put in its place. A line with a Status ends a run,
/// and the files of the lines before it must exist from then on. A line with Dropped describes an object that arrived and was not kept. No
/// line holds a patient's data.
/// </summary>
[DataContract]
internal sealed record ManifestEntry
{
    /// <summary>Replaces each folder name that is made of a patient's data in <see cref="File"/>. No file name contains it.</summary>
    public const string AnyName = "*";

    /// <summary>The status of a run after which the whole study was in the archive.</summary>
    public const string Complete = nameof(SaveStatus.Complete);

    private static readonly DataContractJsonSerializer Serializer = new(typeof(ManifestEntry));

    /// <summary>SOP Instance UID (0008,0018).</summary>
    [DataMember(EmitDefaultValue = false, Order = 0)]
    public string? SopInstanceUid { get; init; }

    /// <summary>SOP Class UID (0008,0016).</summary>
    [DataMember(EmitDefaultValue = false, Order = 1)]
    public string? SopClassUid { get; init; }

    /// <summary>Series Instance UID (0020,000E).</summary>
    [DataMember(EmitDefaultValue = false, Order = 2)]
    public string? SeriesInstanceUid { get; init; }

    /// <summary>Transfer Syntax UID (0002,0010).</summary>
    [DataMember(EmitDefaultValue = false, Order = 3)]
    public string? TransferSyntaxUid { get; init; }

    /// <summary>The length of the file in bytes.</summary>
    [DataMember(EmitDefaultValue = false, Order = 4)]
    public long Bytes { get; init; }

    /// <summary>The SHA-256 of the file, in hexadecimal.</summary>
    [DataMember(EmitDefaultValue = false, Order = 5)]
    public string? Sha256 { get; init; }

    /// <summary>
    /// The path of the file below the archive's folder, with <see cref="AnyName"/> for each name that is made of a patient's data.
    /// </summary>
    [DataMember(EmitDefaultValue = false, Order = 6)]
    public string? File { get; init; }

    /// <summary>The PACS that sent the file; absent for a file that was found in its place.</summary>
    [DataMember(EmitDefaultValue = false, Order = 7)]
    public string? Source { get; init; }

    /// <summary>The retriever of the file; absent for a file that was found in its place.</summary>
    [DataMember(EmitDefaultValue = false, Order = 8)]
    public string? Retriever { get; init; }

    /// <summary>The <see cref="SaveStatus"/> of a run. It marks the line that ends the run.</summary>
    [DataMember(EmitDefaultValue = false, Order = 9)]
    public string? Status { get; init; }

    /// <summary>The number of instances that the run expected.</summary>
    [DataMember(EmitDefaultValue = false, Order = 10)]
    public int? Expected { get; init; }

    /// <summary>In the line that ends a run: the number of instances that the PACS counted; absent if it gave no count.</summary>
    [DataMember(EmitDefaultValue = false, Order = 12)]
    public int? Counted { get; init; }

    /// <summary>
    /// In the line that ends a run: the number of instances that the PACS listed; absent if it listed none. They are the instances of the
    /// lines before and those of <see cref="Missing"/>.
    /// </summary>
    [DataMember(EmitDefaultValue = false, Order = 13)]
    public int? Listed { get; init; }

    /// <summary>In the line that ends a run: the SOP Instance UIDs that the PACS listed and that are not in the archive.</summary>
    [DataMember(EmitDefaultValue = false, Order = 14)]
    public string[]? Missing { get; init; }

    /// <summary>In the line that ends a run: when the PACS was asked what the study has, in UTC, ISO 8601.</summary>
    [DataMember(EmitDefaultValue = false, Order = 15)]
    public string? AsOf { get; init; }

    /// <summary>The <see cref="ObservationKind"/> that says why an object was not kept. Such a line is not about a file.</summary>
    [DataMember(EmitDefaultValue = false, Order = 16)]
    public string? Dropped { get; init; }

    /// <summary>An <see cref="ObservationKind"/> about a file that was kept.</summary>
    [DataMember(EmitDefaultValue = false, Order = 17)]
    public string? Noticed { get; init; }

    /// <summary>Study Instance UID (0020,000D); only in manifests whose file name cannot contain it.</summary>
    [DataMember(EmitDefaultValue = false, Order = 18)]
    public string? StudyInstanceUid { get; init; }

    /// <summary>When the line was written, in UTC, ISO 8601.</summary>
    [DataMember(EmitDefaultValue = false, Order = 11)]
    public string Time { get; init; } = TimeText(DateTime.UtcNow);

    /// <summary>Whether the path lies below the archive's folder and the hash is one, as in every line that PacsNm has written.</summary>
    public bool IsSound =>
        Sha256 is { Length: 64 } hash && hash.All(Uri.IsHexDigit)
            && (File ?? "").Split('/').All(part => part == AnyName || SafeName.From(part, SafeName.MaximumFileLength) == part);

    /// <summary>Whether the line is about a file in the archive.</summary>
    public bool IsFile => SopInstanceUid is not null && Dropped is null && Status is null;

    /// <summary>Formats a time for a line.</summary>
    public static string TimeText(DateTime utc) =>
        utc.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Returns the line: a JSON object without an end of line.</summary>
    public byte[] ToLine()
    {
        using var line = new MemoryStream();
        Serializer.WriteObject(line, this);
        return line.ToArray();
    }

    /// <summary>Parses a line; null if it is not a valid line.</summary>
    public static ManifestEntry? FromLine(byte[] line)
    {
        try
        {
            using var stream = new MemoryStream(line);
            return Serializer.ReadObject(stream) as ManifestEntry;
        }
        catch (SerializationException)
        {
            return null;
        }
    }
}
