using PacsNm.Dicom.Data;

namespace PacsNm;

/// <summary>What the header of an NM or PET image says about tracer and acquisition (PS3.3 C.8.4, C.8.9).</summary>
/// <param name="header">The header, with the elements of <see cref="OwnTags"/>.</param>
internal sealed class NuclearMedicineHeader(Dataset header)
{
    /// <summary>The elements that the properties use.</summary>
    public static readonly IReadOnlyCollection<Tag> OwnTags =
    [
        Tags.SOPClassUID, Tags.StudyDate, Tags.StudyTime, Tags.SeriesDate, Tags.SeriesTime, Tags.AcquisitionDate, Tags.AcquisitionTime,
        Tags.TimezoneOffsetFromUTC, Tags.ActualFrameDuration, Tags.EnergyWindowInformationSequence, Tags.NumberOfDetectors,
        Tags.DetectorInformationSequence, Tags.PhaseInformationSequence, Tags.RotationInformationSequence, Tags.ViewCodeSequence,
        Tags.RadiopharmaceuticalInformationSequence,
    ];

    /// <summary>The name of the radionuclide; several are separated by commas.</summary>
    public string Radionuclide => Join(Isotopes.SelectMany(isotope => isotope.GetItems(Tags.RadionuclideCodeSequence)).Select(Meaning));

    /// <summary>Radiopharmaceutical (0018,0031); several are separated by commas.</summary>
    public string Radiopharmaceutical => Join(Isotopes.Select(isotope => isotope.GetString(Tags.Radiopharmaceutical)));

    /// <summary>Radionuclide Half Life (0018,1075) in seconds.</summary>
    public double? RadionuclideHalfLife => First(isotope => isotope.GetDouble(Tags.RadionuclideHalfLife));

    /// <summary>Radionuclide Total Dose (0018,1074) as stored.</summary>
    public double? RadionuclideTotalDose => First(isotope => isotope.GetDouble(Tags.RadionuclideTotalDose));

    /// <summary>The same in MBq: PET Image Storage has it in Bq (PS3.3 C.8.9.2), and the other image classes in MBq.</summary>
    public double? RadionuclideTotalDoseMBq =>
        header.GetString(Tags.SOPClassUID) == SopClassUids.PositronEmissionTomographyImageStorage
            ? RadionuclideTotalDose / 1e6
            : RadionuclideTotalDose;

    /// <summary>Timezone Offset From UTC (0008,0201); that of the injection's date and time if the image has none.</summary>
    public TimeSpan? TimezoneOffsetFromUtc => Offset ?? DicomDateTime.OffsetOf(StartDateTime);

    /// <summary>
    /// When the injection began. A date and time that has an offset of its own is converted to the image's offset. If only the time is
    /// known, the date is that of the acquisition, or the day before if the time is later than the acquisition.
    /// </summary>
    public DateTime? RadiopharmaceuticalStartDateTime
    {
        get
        {
            if (DicomDateTime.Parse(StartDateTime) is { } written)
                return Offset is { } offset && DicomDateTime.OffsetOf(StartDateTime) is { } own ? written - own + offset : written;
            if (First(isotope => isotope.GetTime(Tags.RadiopharmaceuticalStartTime)) is not { } time || Acquired is not { } acquired)
                return null;
            return acquired.Date.AddDays(time > acquired.TimeOfDay ? -1 : 0) + time;
        }
    }

    /// <summary>The limits of the energy windows in keV; ranges of a window are joined by a plus sign, windows by commas.</summary>
    public string EnergyWindows => string.Join(", ", header.GetItems(Tags.EnergyWindowInformationSequence)
        .Select(window => string.Join("+", window.GetItems(Tags.EnergyWindowRangeSequence).Select(Range)))
        .Where(text => text.Length > 0));

    /// <summary>Number of Detectors (0054,0021).</summary>
    public int? NumberOfDetectors => header.GetInt32(Tags.NumberOfDetectors);

    /// <summary>The names of the views of the image and its detectors (0054,0220), separated by commas.</summary>
    public string Views => Join(header.GetItems(Tags.DetectorInformationSequence).Prepend(header)
        .SelectMany(part => part.GetItems(Tags.ViewCodeSequence)).Select(Meaning));

    /// <summary>Actual Frame Duration (0018,1242) in milliseconds; that of the first rotation or phase if the image has none.</summary>
    public double? ActualFrameDuration => header.GetItems(Tags.RotationInformationSequence)
        .Concat(header.GetItems(Tags.PhaseInformationSequence)).Prepend(header)
        .Select(part => part.GetDouble(Tags.ActualFrameDuration)).FirstOrDefault(duration => duration is not null);

    private IReadOnlyList<Dataset> Isotopes => header.GetItems(Tags.RadiopharmaceuticalInformationSequence);

    private TimeSpan? Offset => DicomDateTime.ParseOffset(header.GetString(Tags.TimezoneOffsetFromUTC));

    private string? StartDateTime => Isotopes.Select(isotope => isotope.GetString(Tags.RadiopharmaceuticalStartDateTime))
        .FirstOrDefault(text => text is not null);

    /// <summary>When the acquisition began: of the dates that the image has with a time, the most specific one.</summary>
    private DateTime? Acquired => Moment(Tags.AcquisitionDate, Tags.AcquisitionTime) ?? Moment(Tags.SeriesDate, Tags.SeriesTime)
        ?? Moment(Tags.StudyDate, Tags.StudyTime);

    private DateTime? Moment(Tag date, Tag time) => header.GetDate(date) + header.GetTime(time);

    private T? First<T>(Func<Dataset, T?> value)
        where T : struct => Isotopes.Select(value).FirstOrDefault(found => found is not null);

    private static string Range(Dataset range) =>
        $"{range.GetString(Tags.EnergyWindowLowerLimit)}-{range.GetString(Tags.EnergyWindowUpperLimit)}";

    private static string? Meaning(Dataset code) => code.GetString(Tags.CodeMeaning) ?? code.GetString(Tags.CodeValue);

    private static string Join(IEnumerable<string?> texts) =>
        string.Join(", ", texts.Where(text => !string.IsNullOrEmpty(text)).Distinct());
}
