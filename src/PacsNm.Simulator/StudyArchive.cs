using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>What the simulator has.</summary>
internal interface IStudyArchive
{
    /// <summary>The SOP classes of its instances, each with the transfer syntaxes of these instances.</summary>
    IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage { get; }

    /// <summary>The studies that an identifier can be about: all that match it, and perhaps some more.</summary>
    IEnumerable<SimulatedStudy> Find(Dataset identifier);
}

/// <summary>A study that the simulator has.</summary>
/// <param name="Attributes">Attributes of the patient and the study, with those that only queries return.</param>
/// <param name="Open">Makes its series.</param>
internal sealed record SimulatedStudy(Dataset Attributes, Func<IReadOnlyList<SimulatedSeries>> Open)
{
    private IReadOnlyList<SimulatedSeries>? _series;

    /// <summary>Its series, made when they are first asked for.</summary>
    public IReadOnlyList<SimulatedSeries> Series => _series ??= Open();
}

/// <summary>A series that the simulator has.</summary>
/// <param name="Attributes">Attributes of the series, with those that only queries return.</param>
/// <param name="Instances">Its instances.</param>
internal sealed record SimulatedSeries(Dataset Attributes, IReadOnlyList<SimulatedInstance> Instances);

/// <summary>An instance that the simulator has.</summary>
/// <param name="Attributes">Attributes of the instance, its SOP Class and SOP Instance UID among them.</param>
/// <param name="StoredAs">The transfer syntax of the stored instance.</param>
/// <param name="Read">The whole dataset, encoded in that transfer syntax.</param>
internal sealed record SimulatedInstance(Dataset Attributes, TransferSyntax StoredAs, Func<byte[]> Read)
{
    /// <summary>SOP Instance UID (0008,0018).</summary>
    public string Uid => Attributes.GetString(Tags.SOPInstanceUID) ?? "";

    /// <summary>SOP Class UID (0008,0016).</summary>
    public string SopClassUid => Attributes.GetString(Tags.SOPClassUID) ?? "";

    /// <summary>Zero bytes that are sent after the last element.</summary>
    public int SurplusBytes { get; init; }

    /// <summary>The bytes to send in a transfer syntax: as they are stored, or in another uncompressed one.</summary>
    /// <exception cref="DicomDataException">The dataset must be converted, and cannot be read.</exception>
    public byte[] ReadAs(TransferSyntax transferSyntax)
    {
        var data = transferSyntax.Uid == StoredAs.Uid
            ? Read()
            : DatasetWriter.Write(DatasetReader.Read(Read(), StoredAs), transferSyntax);
        Array.Resize(ref data, data.Length + SurplusBytes);
        return data;
    }
}
