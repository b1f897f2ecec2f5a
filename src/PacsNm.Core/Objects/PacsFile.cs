using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>The header of a DICOM file. A value that the file does not have is empty or null.</summary>
public sealed class PacsFile : IComparable
{
    /// <summary>The elements that the properties use.</summary>
    internal static readonly IReadOnlyCollection<Tag> OwnTags = new HashSet<Tag>
    {
        Tags.SpecificCharacterSet, Tags.ImageType, Tags.SOPClassUID, Tags.SOPInstanceUID, Tags.StudyDate, Tags.StudyTime,
        Tags.AccessionNumber, Tags.Modality, Tags.StudyDescription, Tags.SeriesDescription, Tags.PatientName, Tags.PatientID,
        Tags.PatientBirthDate, Tags.PatientSex, Tags.StudyInstanceUID, Tags.SeriesInstanceUID, Tags.SeriesNumber, Tags.InstanceNumber,
        Tags.NumberOfFrames, Tags.Rows, Tags.Columns, Tags.RadiopharmaceuticalInformationSequence,
    };

    private readonly Dataset _header;

    internal PacsFile(string path, long length, Dataset header)
    {
        Path = path;
        Length = length;
        _header = header;
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The size of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>Patient's Name (0010,0010), alphabetic component group.</summary>
    public string PatientName => _header.GetPersonName(Tags.PatientName)?.ToString() ?? "";

    /// <summary>Patient ID (0010,0020).</summary>
    public string PatientId => Text(Tags.PatientID);

    /// <summary>Patient's Birth Date (0010,0030).</summary>
    public DateTime? PatientBirthDate => _header.GetDate(Tags.PatientBirthDate);

    /// <summary>Patient's Sex (0010,0040).</summary>
    public string PatientSex => Text(Tags.PatientSex);

    /// <summary>Study Instance UID (0020,000D).</summary>
    public string StudyInstanceUid => Text(Tags.StudyInstanceUID);

    /// <summary>Study Date and Study Time (0008,0020), (0008,0030).</summary>
    public DateTime? StudyDate => _header.GetDateTime(Tags.StudyDate, Tags.StudyTime);

    /// <summary>Study Description (0008,1030).</summary>
    public string StudyDescription => Text(Tags.StudyDescription);

    /// <summary>Accession Number (0008,0050).</summary>
    public string AccessionNumber => Text(Tags.AccessionNumber);

    /// <summary>Series Instance UID (0020,000E).</summary>
    public string SeriesInstanceUid => Text(Tags.SeriesInstanceUID);

    /// <summary>Series Number (0020,0011).</summary>
    public int? SeriesNumber => _header.GetInt32(Tags.SeriesNumber);

    /// <summary>Series Description (0008,103E).</summary>
    public string SeriesDescription => Text(Tags.SeriesDescription);

    /// <summary>Modality (0008,0060).</summary>
    public string Modality => Text(Tags.Modality);

    /// <summary>SOP Instance UID (0008,0018).</summary>
    public string SopInstanceUid => Text(Tags.SOPInstanceUID);

    /// <summary>Instance Number (0020,0013).</summary>
    public int? InstanceNumber => _header.GetInt32(Tags.InstanceNumber);

    /// <summary>SOP Class UID (0008,0016).</summary>
    public string SopClassUid => Text(Tags.SOPClassUID);

    /// <summary>The name of the SOP class; its UID if PS3.4 does not define it.</summary>
    public string SopClassName => SopClasses.NameOf(SopClassUid);

    /// <summary>Transfer Syntax UID (0002,0010).</summary>
    public string TransferSyntaxUid => Text(Tags.TransferSyntaxUID);

    /// <summary>The name of the transfer syntax; its UID if PS3.6 does not define it.</summary>
    public string TransferSyntaxName => TransferSyntax.Find(TransferSyntaxUid).Name;

    /// <summary>Image Type (0008,0008), its values separated by backslashes.</summary>
    public string ImageType => string.Join("\\", _header.GetStrings(Tags.ImageType));

    /// <summary>Number of Frames (0028,0008).</summary>
    public int? NumberOfFrames => _header.GetInt32(Tags.NumberOfFrames);

    /// <summary>Rows (0028,0010).</summary>
    public int? Rows => _header.GetInt32(Tags.Rows);

    /// <summary>Columns (0028,0011).</summary>
    public int? Columns => _header.GetInt32(Tags.Columns);

    /// <summary>
    /// The Code Meaning (0008,0104) of the radionuclide, or its Code Value; several are separated by commas (PS3.3 C.8.4.10).
    /// </summary>
    public string Radionuclide => Join(Isotopes.SelectMany(isotope => isotope.GetItems(Tags.RadionuclideCodeSequence))
        .Select(code => code.GetString(Tags.CodeMeaning) ?? code.GetString(Tags.CodeValue)));

    /// <summary>Radiopharmaceutical (0018,0031); several are separated by commas.</summary>
    public string Radiopharmaceutical => Join(Isotopes.Select(isotope => isotope.GetString(Tags.Radiopharmaceutical)));

    /// <summary>
    /// Radionuclide Total Dose (0018,1074) as stored: in MBq for NM (PS3.3 C.8.4.10), in Bq for PT (PS3.3 C.8.9.2).
    /// </summary>
    public double? RadionuclideTotalDose =>
        Isotopes.Select(isotope => isotope.GetDouble(Tags.RadionuclideTotalDose)).FirstOrDefault(dose => dose is not null);

    private IReadOnlyList<Dataset> Isotopes => _header.GetItems(Tags.RadiopharmaceuticalInformationSequence);

    /// <summary>Orders files by SOP Instance UID, so that Compare-Object matches instances in two folders.</summary>
    public int CompareTo(object? obj) => string.CompareOrdinal(SopInstanceUid, (obj as PacsFile)?.SopInstanceUid);

    /// <summary>Returns the path of the file.</summary>
    public override string ToString() => Path;

    /// <summary>Returns the value of an element that has no property.</summary>
    internal object? ValueOf(Tag tag) => _header.GetValue(tag);

    private static string Join(IEnumerable<string?> texts) =>
        string.Join(", ", texts.Where(text => !string.IsNullOrEmpty(text)).Distinct());

    private string Text(Tag tag) => _header.GetString(tag) ?? "";
}
