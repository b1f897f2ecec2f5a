using PacsNm.Dicom.Data;

namespace PacsNm.Core.Tests.Archive;

/// <summary>A DICOM file of a few hundred bytes.</summary>
internal sealed record SmallObject
{
    public const string StudyUid = "1.2.1";

    public string Study { get; init; } = StudyUid;

    public string Series { get; init; } = "1.2.1.1";

    public string Instance { get; init; } = "1.2.1.1.1";

    /// <summary>What tells two objects of the same UIDs apart.</summary>
    public string Description { get; init; } = "one";

    /// <summary>The instance that the header names, where it is another one than the dataset does.</summary>
    public string? HeaderInstance { get; init; }

    /// <summary>Zeros behind the last element.</summary>
    public int Surplus { get; init; }

    /// <summary>Bytes that the end lacks.</summary>
    public int Cut { get; init; }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        var syntax = TransferSyntax.ExplicitVRLittleEndian;
        var dataset = new Dataset();
        dataset.Set(Tags.SOPClassUID, SopClassUids.NuclearMedicineImageStorage);
        dataset.Set(Tags.SOPInstanceUID, Instance);
        dataset.Set(Tags.StudyDate, "20210901");
        dataset.Set(Tags.Modality, "NM");
        dataset.Set(Tags.SeriesDescription, Description);
        dataset.Set(Tags.PatientName, "Doe^Jane");
        dataset.Set(Tags.PatientID, "P1");
        dataset.Set(Tags.StudyInstanceUID, Study);
        dataset.Set(Tags.SeriesInstanceUID, Series);
        dataset.Set(Tags.PixelData, VR.OW, new byte[64]);
        byte[] bytes =
        [
            .. Part10File.WriteHeader(SopClassUids.NuclearMedicineImageStorage, HeaderInstance ?? Instance, syntax),
            .. DatasetWriter.Write(dataset, syntax),
            .. new byte[Surplus],
        ];
        return bytes[..^Cut];
    }

    /// <summary>Writes the file under a name that nobody has.</summary>
    /// <returns>Its path.</returns>
    public string WriteTo(string folder)
    {
        var path = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, ToBytes());
        return path;
    }
}
