using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>
/// Studies that are created on demand. Each depends only on the seed and its number, so that it is the same every time. The studies are
/// spread evenly over the days, beginning with the last day. All data is artificial, and the patients' names show this.
/// </summary>
internal sealed class SyntheticArchive : IStudyArchive
{
    /// <summary>The prefix of all UIDs of the archive (PS3.5 B.2). The seed and the number of the study follow it.</summary>
    private const string UidRoot = SyntheticInstances.UidRoot;

    private const string PatientPrefix = "PRACT-";

    /// <summary>Every study whose number is a multiple of this one belongs to the patient of the study before it.</summary>
    private const int PatientPeriod = 4;

    /// <summary>Patient names. The Japanese names have all three groups (PS3.5 6.2.1.1).</summary>
    private static readonly string[] Names =
    [
        "ZZPractice^Anna", "ZZPractice^Jörg", "ZZPractice^Bert", "ZZPractice^Clara", "ZZPractice^Taro=練習^太郎=れんしゅう^たろう",
        "ZZPractice^Emil", "ZZPractice-Müller^Åsa", "ZZPractice^Zoë", "ZZPractice^Dora", "ZZPractice^Hanako=練習^花子=れんしゅう^はなこ",
        "ZZPractice^François",
    ];

    private readonly int _count;
    private readonly int _seed;
    private readonly DateTime _first;
    private readonly int _days;

    /// <summary>Stores the parameters. Studies are created by <see cref="Find"/>.</summary>
    /// <param name="count">The number of studies.</param>
    /// <param name="first">The first day.</param>
    /// <param name="last">The last day.</param>
    /// <param name="seed">The seed of all values.</param>
    public SyntheticArchive(int count, DateTime first, DateTime last, int seed)
    {
        _count = count;
        _seed = seed;
        _first = first;
        _days = (last - first).Days + 1;
        Storage = StudyKind.All
            .SelectMany(kind => kind.Series)
            .GroupBy(series => SyntheticInstances.SopClassOf(series.Kind))
            .ToDictionary(
                group => group.Key,
                IReadOnlyCollection<TransferSyntax> (group) => [.. group.Select(series => series.StoredAs).Distinct()]);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage { get; }

    private DateTime Last => _first.AddDays(_days - 1);

    /// <inheritdoc/>
    public IEnumerable<SimulatedStudy> Find(Dataset identifier)
    {
        // A UID contains the number of its study.
        foreach (var tag in new[] { Tags.StudyInstanceUID, Tags.SeriesInstanceUID, Tags.SOPInstanceUID })
        {
            if (identifier.GetStrings(tag) is { Length: > 0 } uids)
                return uids.Select(NumberOf).OfType<int>().Distinct().OrderBy(number => number).Select(Study);
        }

        // The digits at the end of an accession number or a Patient ID without wild cards are that number, too.
        if (NumberBehind("ACC", identifier.GetString(Tags.AccessionNumber)) is { } accession)
            return Existing(accession).Select(Study);
        if (NumberBehind(PatientPrefix, identifier.GetString(Tags.PatientID)) is { } patient)
            return Existing(patient, patient + 1).Select(Study);
        var (from, to) = NumbersOf(identifier.GetString(Tags.StudyDate) ?? "");
        return Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(Study);
    }

    private static int? NumberBehind(string prefix, string? text) =>
        text is not null && text.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(text.Substring(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private IEnumerable<int> Existing(params int[] numbers) => numbers.Where(number => number >= 1 && number <= _count);

    /// <summary>The numbers of the studies of a day or a range of days; all numbers for any other text.</summary>
    private (int From, int To) NumbersOf(string dates)
    {
        var dash = dates.IndexOf('-');
        var first = DicomDate.Parse((dash < 0 ? dates : dates.Substring(0, dash)).Trim()) ?? _first;
        var last = DicomDate.Parse((dash < 0 ? dates : dates.Substring(dash + 1)).Trim()) ?? Last;
        return (FirstNumberBefore(last, inclusive: true), FirstNumberBefore(first, inclusive: false) - 1);
    }

    /// <summary>The number of the first study before a day, or on it if <paramref name="inclusive"/> is true.</summary>
    private int FirstNumberBefore(DateTime day, bool inclusive)
    {
        var age = (long)(Last - day).Days + (inclusive ? 0 : 1);
        return age <= 0 ? 1 : (int)Math.Min(_count, ((age * _count) + _days - 1) / _days) + 1;
    }

    private DateTime DayOf(int number) => Last.AddDays(-(int)((number - 1) * (long)_days / _count));

    private int? NumberOf(string uid)
    {
        var parts = uid.StartsWith(UidRoot + ".", StringComparison.Ordinal) ? uid.Substring(UidRoot.Length + 1).Split('.') : [];
        return parts.Length >= 2
            && parts[0] == _seed.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= _count
                ? number
                : null;
    }

    private SimulatedStudy Study(int number)
    {
        var kind = StudyKind.All[(number - 1) % StudyKind.All.Length];
        var patientNumber = number % PatientPeriod == 0 ? number - 1 : number;
        var patient = new SyntheticValues(_seed, patientNumber);
        var values = new SyntheticValues(_seed, ~number);
        var study = new Dataset();
        study.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        study.Set(Tags.StudyDate, DayOf(number).ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        study.Set(Tags.StudyTime, $"{7 + values.Next(12):D2}{values.Next(60):D2}{values.Next(60):D2}");
        study.Set(Tags.AccessionNumber, $"ACC{number:D4}");
        study.Set(Tags.ReferringPhysicianName, "ZZPractice^Referrer");
        study.Set(Tags.StudyDescription, kind.Description);
        study.Set(Tags.PatientName, Names[(patientNumber - 1) % Names.Length]);
        study.Set(Tags.PatientID, $"{PatientPrefix}{patientNumber:D4}");
        study.Set(Tags.PatientBirthDate, $"{1930 + patient.Next(75)}{1 + patient.Next(12):D2}{1 + patient.Next(28):D2}");
        study.Set(Tags.PatientSex, patient.Next(2) == 0 ? "F" : "M");
        study.Set(Tags.StudyInstanceUID, $"{UidRoot}.{_seed}.{number}");
        study.Set(Tags.StudyID, $"{number}");

        study.Set(Tags.InstanceAvailability, kind.Availability);
        study.Set(Tags.ModalitiesInStudy, kind.Modalities);
        study.Set(Tags.SOPClassesInStudy, kind.SopClasses);
        study.Set(Tags.NumberOfStudyRelatedSeries, $"{kind.Series.Length}");
        study.Set(Tags.NumberOfStudyRelatedInstances, $"{kind.InstanceCount}");
        return new SimulatedStudy(study, () => new SyntheticInstances(study, kind, _seed, number).Series());
    }
}
