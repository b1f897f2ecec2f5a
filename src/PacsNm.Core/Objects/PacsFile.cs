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
        Tags.NumberOfFrames, Tags.Rows, Tags.Columns, Tags.PatientWeight,
    }.Union(NuclearMedicineHeader.OwnTags).ToArray();

    private readonly Dataset _header;
    private readonly NuclearMedicineHeader _nuclear;

    internal PacsFile(string path, long length, Dataset header)
    {
        Path = path;
        Length = length;
        _header = header;
        _nuclear = new NuclearMedicineHeader(header);
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

    /// <summary>Patient's Weight (0010,1030) in kilograms.</summary>
    public double? PatientWeight => _header.GetDouble(Tags.PatientWeight);

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
    public string Radionuclide => _nuclear.Radionuclide;

    /// <summary>Radionuclide Half Life (0018,1075) in seconds.</summary>
    public double? RadionuclideHalfLife => _nuclear.RadionuclideHalfLife;

    /// <summary>Radiopharmaceutical (0018,0031); several are separated by commas.</summary>
    public string Radiopharmaceutical => _nuclear.Radiopharmaceutical;

    /// <summary>
    /// Radionuclide Total Dose (0018,1074) as stored: in MBq for NM (PS3.3 C.8.4.10), in Bq for PT (PS3.3 C.8.9.2).
    /// </summary>
    public double? RadionuclideTotalDose => _nuclear.RadionuclideTotalDose;

    /// <summary>Radionuclide Total Dose (0018,1074) in MBq, for NM and for PT.</summary>
    public double? RadionuclideTotalDoseMBq => _nuclear.RadionuclideTotalDoseMBq;

    /// <summary>
    /// Radiopharmaceutical Start DateTime (0018,1078): when the injection began, in the time zone of the file. If the file has only the
    /// time (0018,1072), the date is that of the acquisition, or the day before if the time is later than the acquisition.
    /// </summary>
    public DateTime? RadiopharmaceuticalStartDateTime => _nuclear.RadiopharmaceuticalStartDateTime;

    /// <summary>
    /// Timezone Offset From UTC (0008,0201), which applies to the dates and times of the file; null if the file does not have it.
    /// </summary>
    public TimeSpan? TimezoneOffsetFromUtc => _nuclear.TimezoneOffsetFromUtc;

    /// <summary>
    /// The limits of the energy windows in keV (0054,0014), (0054,0015), such as 126-154. Ranges of one window are joined by a plus sign,
    /// and windows are separated by commas.
    /// </summary>
    public string EnergyWindows => _nuclear.EnergyWindows;

    /// <summary>Number of Detectors (0054,0021).</summary>
    public int? NumberOfDetectors => _nuclear.NumberOfDetectors;

    /// <summary>The Code Meaning of the views of the image and its detectors (0054,0220); several are separated by commas.</summary>
    public string Views => _nuclear.Views;

    /// <summary>
    /// Actual Frame Duration (0018,1242) in milliseconds; that of the first rotation or phase if the image itself has none.
    /// </summary>
    public double? ActualFrameDuration => _nuclear.ActualFrameDuration;

    /// <summary>Orders files by SOP Instance UID, so that Compare-Object matches instances in two folders.</summary>
    public int CompareTo(object? obj) => string.CompareOrdinal(SopInstanceUid, (obj as PacsFile)?.SopInstanceUid);

    /// <summary>Returns the path of the file.</summary>
    public override string ToString() => Path;

    /// <summary>Returns the value of an element that has no property.</summary>
    internal object? ValueOf(Tag tag) => _header.GetValue(tag);

    /// <summary>
    /// Returns the value at a path: one value, or an array if the path selects all items of a sequence. Null if there is none.
    /// </summary>
    internal object? ValueOf(AttributePath path)
    {
        var values = path.Find(_header).Select(item => item.GetValue(path.Tag));
        return path.HasAllItems ? values.Where(value => value is not null).ToArray() : values.FirstOrDefault();
    }

    /// <summary>Whether a path selects the first item of a sequence that has more.</summary>
    internal bool OmitsItems(AttributePath path) => path.OmitsItems(_header);

    private string Text(Tag tag) => _header.GetString(tag) ?? "";
}
