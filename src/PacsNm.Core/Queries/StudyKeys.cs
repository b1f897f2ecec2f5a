namespace PacsNm.Queries;

/// <summary>The keys of one input of Find-PacsStudy, without the empty ones.</summary>
internal sealed record StudyKeys
{
    /// <summary>Study Instance UIDs (0020,000D): one query asks for all of them (PS3.4 C.2.2.2.2).</summary>
    public string[] Uids { get; init; } = [];

    /// <summary>Accession Numbers (0008,0050): a query each.</summary>
    public string[] AccessionNumbers { get; init; } = [];

    /// <summary>Patient IDs (0010,0020): a query each.</summary>
    public string[] PatientIds { get; init; } = [];

    /// <summary>Patient's Name (0010,0010).</summary>
    public string? PatientName { get; init; }

    /// <summary>Study Description (0008,1030).</summary>
    public string? StudyDescription { get; init; }

    /// <summary>Modalities, of which a study has at least one.</summary>
    public string[] Modalities { get; init; } = [];

    /// <summary>Whether the input is a row of a table.</summary>
    public bool IsRow { get; init; }

    /// <summary>The days of a row; null where it has none.</summary>
    public DateRange? Dates { get; init; }

    /// <summary>
    /// One query per value: only UIDs may be several in one query. Their number is that of the values given, since several
    /// of both are refused.
    /// </summary>
    public IEnumerable<StudyQuery> Queries()
    {
        foreach (var accessionNumber in OrNone(AccessionNumbers))
        {
            foreach (var patientId in OrNone(PatientIds))
                yield return new StudyQuery(this, accessionNumber, patientId);
        }
    }

    /// <summary>Whether a text stands for any: * and ? are wildcards (PS3.4 C.2.2.2.4).</summary>
    public static bool HasWildcards(string text) => text.IndexOfAny(['*', '?']) >= 0;

    /// <summary>Whether a text matches whatever there is, and so names nothing.</summary>
    public static bool IsWildcardAlone(string text) => text.All(c => c is '*' or '?');

    private static string?[] OrNone(string[] values) => values.Length == 0 ? new string?[] { null } : values;
}
