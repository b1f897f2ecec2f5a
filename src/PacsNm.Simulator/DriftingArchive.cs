using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>
/// Applies the quirk Drift to an archive: some studies differ from those of a practice PACS without it. In turn, one is missing, one is of
/// another patient, one is a day later, and one lacks its last instance.
/// </summary>
/// <param name="archive">The archive.</param>
/// <param name="every">Studies differ whose number, the last component of the UID, is a multiple of this.</param>
internal sealed class DriftingArchive(IStudyArchive archive, int every) : IStudyArchive
{
    private const string DateFormat = "yyyyMMdd";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage => archive.Storage;

    /// <inheritdoc/>
    public IEnumerable<SimulatedStudy> Find(Dataset identifier) =>
        archive.Find(Widened(identifier)).Select(Change).OfType<SimulatedStudy>();

    /// <summary>A study that is a day later must be found on its later day.</summary>
    private static Dataset Widened(Dataset identifier)
    {
        var dates = (identifier.GetString(Tags.StudyDate) ?? "").Split('-');
        if (DicomDate.Parse(dates[0]) is not { } first)
            return identifier;
        var widened = new Dataset().With(identifier);
        widened.Set(Tags.StudyDate, $"{Text(first.AddDays(-1))}-{dates[dates.Length - 1]}");
        return widened;
    }

    private SimulatedStudy? Change(SimulatedStudy study)
    {
        var uid = study.Attributes.GetString(Tags.StudyInstanceUID) ?? "";
        if (!int.TryParse(uid.Substring(uid.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number % every != 0)
        {
            return study;
        }

        var attributes = new Dataset().With(study.Attributes);
        switch (number / every % 4)
        {
            case 1:
                return null;
            case 2:
                attributes.Set(Tags.PatientID, "PRACT-MERGED");
                attributes.Set(Tags.PatientName, "ZZPractice^Merged");
                break;
            case 3 when attributes.GetDate(Tags.StudyDate) is { } date:
                attributes.Set(Tags.StudyDate, Text(date.AddDays(1)));
                break;
            default:
                return WithoutLastInstance(study, attributes);
        }

        return new SimulatedStudy(attributes, () => study.Series);
    }

    /// <summary>A study of one instance is missing then.</summary>
    private static SimulatedStudy? WithoutLastInstance(SimulatedStudy study, Dataset attributes)
    {
        SimulatedSeries[] series = [.. study.Series];
        var last = series[series.Length - 1];
        series[series.Length - 1] = last with { Instances = [.. last.Instances.Take(last.Instances.Count - 1)] };
        series = [.. series.Where(one => one.Instances.Count > 0)];
        attributes.Set(Tags.NumberOfStudyRelatedSeries, $"{series.Length}");
        attributes.Set(Tags.NumberOfStudyRelatedInstances, $"{series.Sum(one => one.Instances.Count)}");
        return series.Length == 0 ? null : new SimulatedStudy(attributes, () => series);
    }

    private static string Text(DateTime date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);
}
