using PacsNm.Dicom.Data;
using static PacsNm.Tables.ColumnType;
using static PacsNm.Tables.TableColumn;

namespace PacsNm.Tables;

/// <summary>The columns of a table.</summary>
internal static class TableColumns
{
    /// <summary>The most columns of a table.</summary>
    public const int Maximum = 4000;

    private static readonly string[] OfStudy =
    [
        "StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "StudyID", "StudyDescription", "InstitutionName",
        "TimezoneOffsetFromUTC",
    ];

    private static readonly string[] OfPatient =
    [
        "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "PatientAge", "PatientSize", "PatientWeight",
    ];

    private static readonly string[] OfSeries =
    [
        "SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDate", "SeriesTime", "SeriesDescription", "ProtocolName",
        "BodyPartExamined", "Manufacturer", "ManufacturerModelName", "StationName", "DeviceSerialNumber", "SoftwareVersions",
    ];

    private static readonly string[] OfInstance =
    [
        "SOPInstanceUID", "SOPClassUID", "TransferSyntaxUID", "InstanceNumber", "ImageType", "AcquisitionDate", "AcquisitionTime",
        "ContentDate", "ContentTime", "NumberOfFrames", "Rows", "Columns", "PixelSpacing", "SliceThickness",
        "ImagePositionPatient", "ImageOrientationPatient", "BitsStored", "RescaleSlope", "RescaleIntercept", "Units", "DecayCorrection",
        "CorrectedImage", "CountsAccumulated",
    ];

    private static readonly TableColumn[] Nuclear =
    [
        OfHeader("Radionuclide", Text, file => file.Radionuclide),
        OfHeader("Radiopharmaceutical", Text, file => file.Radiopharmaceutical),
        OfHeader("RadionuclideHalfLife", Number, file => file.RadionuclideHalfLife),
        OfHeader("RadionuclideTotalDoseMBq", Number, file => file.RadionuclideTotalDoseMBq),
        OfHeader("RadiopharmaceuticalStartDateTime", ColumnType.DateTime, file => file.RadiopharmaceuticalStartDateTime),
        OfHeader("EnergyWindows", Text, file => file.EnergyWindows),
        OfHeader("NumberOfDetectors", Integer, file => (long?)file.NumberOfDetectors),
        OfHeader("Views", Text, file => file.Views),
        OfHeader("ActualFrameDuration", Number, file => file.ActualFrameDuration),
    ];

    private static readonly TableColumn[] Files =
    [
        OfFile("Path", Text, row => row.Path),
        OfFile("Length", Integer, row => row.Length),
        OfFile("Sha256", Text, row => row.Sha256),
        OfFile("ManifestStatus", Text, row => row.Status?.ToString()),
    ];

    /// <summary>
    /// Whether an attribute is about the patient: it, or a sequence on its path, is in group 0010, or it is a person's name.
    /// </summary>
    public static bool IsOfPatient(AttributePath path) =>
        path.Tags.Any(tag => tag.Group == 0x0010) || DataDictionary.GetVR(path.Tag) == VR.PN;

    /// <summary>Returns the columns of a table.</summary>
    /// <param name="level">What a row describes.</param>
    /// <param name="includesPatient">Whether to include the usual attributes of the patient.</param>
    /// <param name="further">Further attributes. Those that are columns already are not repeated.</param>
    public static IReadOnlyList<TableColumn> Of(TableLevel level, bool includesPatient, IEnumerable<AttributePath> further)
    {
        IEnumerable<TableColumn> columns = Attributes(OfStudy);
        if (includesPatient)
            columns = columns.Concat(Attributes(OfPatient));
        if (level < TableLevel.Study)
            columns = columns.Concat(Attributes(OfSeries));
        if (level == TableLevel.Instance)
            columns = Files.Concat(columns).Concat(Attributes(OfInstance));
        if (level < TableLevel.Study)
            columns = columns.Concat(Nuclear);
        return [.. columns.Concat(further.Select(OfAttribute)).GroupBy(column => column.Name).Select(same => same.First())];
    }

    private static IEnumerable<TableColumn> Attributes(IEnumerable<string> keywords) => keywords.Select(keyword =>
        OfAttribute(AttributePath.TryParse(keyword, out var path, out _) ? path : throw new ArgumentException(keyword)));
}
