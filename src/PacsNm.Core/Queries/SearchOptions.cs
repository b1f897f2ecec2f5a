namespace PacsNm.Queries;

/// <summary>What all the queries of a search have in common.</summary>
internal sealed record SearchOptions
{
    /// <summary>What the caller adds to each query by its attributes.</summary>
    public FurtherKeys Further { get; init; } = new(new Dictionary<Dicom.Data.Tag, string>(), []);

    /// <summary>The days of the call; null where it gave none.</summary>
    public DateRange? Dates { get; init; }

    /// <summary>Whether the call wants all days, without a key for them.</summary>
    public bool AllDates { get; init; }

    /// <summary>When a range of days is divided.</summary>
    public DateSplitting Splitting { get; init; }

    /// <summary>Modalities of which a study may have none.</summary>
    public IReadOnlyList<string> ExcludedModalities { get; init; } = [];

    /// <summary>Whether modalities that the PACS does not return are looked up.</summary>
    public bool LooksUpModalities { get; init; } = true;

    /// <summary>Look-ups at a time.</summary>
    public int ThrottleLimit { get; init; } = 1;

    /// <summary>Studies that the call emits at most; 0 for no limit.</summary>
    public int MaximumStudies { get; init; }

    /// <summary>Queries of one input at most; 0 to derive the bound.</summary>
    public int MaximumQueries { get; init; }

    /// <summary>The character set of answers that do not say which they use; null for none.</summary>
    public string? FallbackEncoding { get; init; }

    /// <summary>The day at which the search is made.</summary>
    public DateTime Today { get; init; } = DateTime.Today;
}
