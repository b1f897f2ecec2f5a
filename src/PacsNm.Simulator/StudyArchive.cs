using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>The studies of a simulator.</summary>
internal interface IStudyArchive
{
    /// <summary>The SOP classes of the instances, each with the transfer syntaxes of its instances.</summary>
    IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage { get; }

    /// <summary>The studies that may match an identifier: all matches, and possibly others.</summary>
    IEnumerable<SimulatedStudy> Find(Dataset identifier);
}

/// <summary>A study of the simulator.</summary>
/// <param name="Attributes">Attributes of the patient and the study, including those that only queries return.</param>
/// <param name="Open">Creates the series.</param>
internal sealed record SimulatedStudy(Dataset Attributes, Func<IReadOnlyList<SimulatedSeries>> Open)
{
    private IReadOnlyList<SimulatedSeries>? _series;

    /// <summary>The series of the study, created on first use.</summary>
    public IReadOnlyList<SimulatedSeries> Series => _series ??= Open();
}

/// <summary>A series of the simulator.</summary>
/// <param name="Attributes">Attributes of the series, including those that only queries return.</param>
/// <param name="Instances">Its instances.</param>
internal sealed record SimulatedSeries(Dataset Attributes, IReadOnlyList<SimulatedInstance> Instances);

/// <summary>An instance of the simulator.</summary>
/// <param name="Attributes">Attributes of the instance, including its SOP Class UID and SOP Instance UID.</param>
/// <param name="StoredAs">The transfer syntax of the stored instance.</param>
/// <param name="Read">Reads the whole dataset, encoded in that transfer syntax.</param>
internal sealed record SimulatedInstance(Dataset Attributes, TransferSyntax StoredAs, Func<byte[]> Read)
{
    /// <summary>SOP Instance UID (0008,0018).</summary>
    public string Uid => Attributes.GetString(Tags.SOPInstanceUID) ?? "";

    /// <summary>SOP Class UID (0008,0016).</summary>
    public string SopClassUid => Attributes.GetString(Tags.SOPClassUID) ?? "";

    /// <summary>The number of zero bytes to send after the last element.</summary>
    public int SurplusBytes { get; init; }

    /// <summary>The bytes to send in a transfer syntax: as stored, or converted to another uncompressed transfer syntax.</summary>
    /// <exception cref="DicomDataException">The dataset needs a conversion and cannot be read.</exception>
    public byte[] ReadAs(TransferSyntax transferSyntax)
    {
        var data = transferSyntax.Uid == StoredAs.Uid
            ? Read()
            : DatasetWriter.Write(DatasetReader.Read(Read(), StoredAs), transferSyntax);
        Array.Resize(ref data, data.Length + SurplusBytes);
        return data;
    }
}
