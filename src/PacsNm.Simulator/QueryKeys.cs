using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>The levels of the Query/Retrieve models (PS3.4 C.6.1.1, C.6.2.1), the highest first.</summary>
internal enum QueryLevel
{
    /// <summary>PATIENT.</summary>
    Patient,

    /// <summary>STUDY.</summary>
    Study,

    /// <summary>SERIES.</summary>
    Series,

    /// <summary>IMAGE: composite instances.</summary>
    Image,
}

/// <summary>The attributes that the simulator supports as keys, by level. It ignores other attributes, which are optional keys.</summary>
internal static class QueryKeys
{
    private static readonly Dictionary<Tag, QueryLevel> Levels = new (QueryLevel Level, string Keywords)[]
    {
        (QueryLevel.Patient, "PatientName PatientID PatientBirthDate PatientSex"),
        (QueryLevel.Study, """
            StudyDate StudyTime AccessionNumber InstanceAvailability RetrieveAETitle ModalitiesInStudy SOPClassesInStudy
            ReferringPhysicianName StudyDescription PatientAge StudyInstanceUID StudyID NumberOfStudyRelatedSeries
            NumberOfStudyRelatedInstances
            """),
        (QueryLevel.Series, """
            SeriesDate SeriesTime Modality Manufacturer SeriesDescription BodyPartExamined SeriesInstanceUID SeriesNumber
            NumberOfSeriesRelatedInstances
            """),
        (QueryLevel.Image, "ImageType SOPClassUID SOPInstanceUID ContentDate ContentTime InstanceNumber NumberOfFrames"),
    }
    .SelectMany(line => line.Keywords
        .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Select(keyword => (line.Level, keyword)))
    .ToDictionary(key => DataDictionary.TryGetEntry(key.keyword, out var entry) ? entry.Tag : default, key => key.Level);

    /// <summary>All supported attributes, and Specific Character Set (0008,0005).</summary>
    public static IReadOnlyCollection<Tag> All { get; } = [.. Levels.Keys, Tags.SpecificCharacterSet];

    /// <summary>Reads Query/Retrieve Level (0008,0052); null if the text is not a level.</summary>
    public static QueryLevel? Parse(string? level) => level switch
    {
        "PATIENT" => QueryLevel.Patient,
        "STUDY" => QueryLevel.Study,
        "SERIES" => QueryLevel.Series,
        "IMAGE" => QueryLevel.Image,
        _ => null,
    };

    /// <summary>Whether an attribute is a key at a level. The keys of higher levels are included.</summary>
    public static bool IsSupported(Tag tag, QueryLevel level) => Levels.TryGetValue(tag, out var own) && own <= level;

    /// <summary>The unique key of a level (PS3.4 C.6.1.1).</summary>
    public static Tag UniqueKeyOf(QueryLevel level) => level switch
    {
        QueryLevel.Patient => Tags.PatientID,
        QueryLevel.Study => Tags.StudyInstanceUID,
        QueryLevel.Series => Tags.SeriesInstanceUID,
        _ => Tags.SOPInstanceUID,
    };

    /// <summary>Selects the attributes of a level from those of an instance.</summary>
    public static Dataset Select(Dataset attributes, params QueryLevel[] levels)
    {
        var selected = new Dataset();
        return selected.With(attributes.Where(element =>
            element.Tag == Tags.SpecificCharacterSet || (Levels.TryGetValue(element.Tag, out var level) && levels.Contains(level))));
    }
}
