using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;

namespace PacsNm.Archive;

/// <summary>
/// A line of a study's manifest. One with a SOP Instance UID says that a file is about to be put in its place; one
/// with a Status ends a run, and from then on the files before it must be there. It holds nothing of a patient.
/// </summary>
[DataContract]
internal sealed record ManifestEntry
{
    /// <summary>Stands in <see cref="File"/> for the name of a folder that is made of a patient's data; no name holds it.</summary>
    public const string AnyName = "*";

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

    /// <summary>The file's length.</summary>
    [DataMember(EmitDefaultValue = false, Order = 4)]
    public long Bytes { get; init; }

    /// <summary>The file's SHA-256, in hexadecimal.</summary>
    [DataMember(EmitDefaultValue = false, Order = 5)]
    public string? Sha256 { get; init; }

    /// <summary>Where the file lies below the archive's folder, <see cref="AnyName"/> for each name made of a patient's data.</summary>
    [DataMember(EmitDefaultValue = false, Order = 6)]
    public string? File { get; init; }

    /// <summary>The PACS that it came from; absent for a file that was found in its place.</summary>
    [DataMember(EmitDefaultValue = false, Order = 7)]
    public string? Source { get; init; }

    /// <summary>What brought it; absent for a file that was found in its place.</summary>
    [DataMember(EmitDefaultValue = false, Order = 8)]
    public string? Retriever { get; init; }

    /// <summary>What a run ended with: a <see cref="SaveStatus"/>.</summary>
    [DataMember(EmitDefaultValue = false, Order = 9)]
    public string? Status { get; init; }

    /// <summary>Instances that the run expected.</summary>
    [DataMember(EmitDefaultValue = false, Order = 10)]
    public int? Expected { get; init; }

    /// <summary>When the line was written: UTC, ISO 8601.</summary>
    [DataMember(EmitDefaultValue = false, Order = 11)]
    public string Time { get; init; } = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The line, with its end.</summary>
    public byte[] ToLine()
    {
        using var line = new MemoryStream();
        Serializer.WriteObject(line, this);
        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>Reads a line; null for one that is none.</summary>
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
