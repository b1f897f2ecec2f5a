namespace PacsNm.Queries;

/// <summary>The keys of one input of Find-PacsStudy, without empty values.</summary>
internal sealed record StudyKeys
{
    /// <summary>Study Instance UIDs (0020,000D). One query asks for all of them (PS3.4 C.2.2.2.2).</summary>
    public string[] Uids { get; init; } = [];

    /// <summary>Accession Numbers (0008,0050). Each needs a query.</summary>
    public string[] AccessionNumbers { get; init; } = [];

    /// <summary>Patient IDs (0010,0020). Each needs a query.</summary>
    public string[] PatientIds { get; init; } = [];

    /// <summary>Patient's Name (0010,0010).</summary>
    public string? PatientName { get; init; }

    /// <summary>Study Description (0008,1030).</summary>
    public string? StudyDescription { get; init; }

    /// <summary>Modalities. A study must have at least one of them.</summary>
    public string[] Modalities { get; init; } = [];

    /// <summary>Whether the input is a row of a table.</summary>
    public bool IsRow { get; init; }

    /// <summary>The days in a row; null if it has none.</summary>
    public DateRange? Dates { get; init; }

    /// <summary>
    /// Returns the queries of the input, one per value, because only UIDs can be a list in a query. An input cannot have several accession
    /// numbers together with several patient IDs, so the number of queries is the number of values.
    /// </summary>
    public IEnumerable<StudyQuery> Queries()
    {
        foreach (var accessionNumber in OrNone(AccessionNumbers))
        {
            foreach (var patientId in OrNone(PatientIds))
                yield return new StudyQuery(this, accessionNumber, patientId);
        }
    }

    /// <summary>Whether a text has a wildcard, * or ? (PS3.4 C.2.2.2.4).</summary>
    public static bool HasWildcards(string text) => text.IndexOfAny(['*', '?']) >= 0;

    /// <summary>Whether a text matches anything and so identifies nothing.</summary>
    public static bool IsWildcardAlone(string text) => text.All(c => c is '*' or '?');

    private static string?[] OrNone(string[] values) => values.Length == 0 ? new string?[] { null } : values;
}
