namespace PacsNm.Queries;

/// <summary>The options that all queries of a search share.</summary>
internal sealed record SearchOptions
{
    /// <summary>The keys and attributes that the caller adds to each query.</summary>
    public FurtherKeys Further { get; init; } = new(new Dictionary<Dicom.Data.Tag, string>(), []);

    /// <summary>The days of the call; null if it gave none.</summary>
    public DateRange? Dates { get; init; }

    /// <summary>Whether the call wants all days, without a date key.</summary>
    public bool AllDates { get; init; }

    /// <summary>When to divide a range of days.</summary>
    public DateSplitting Splitting { get; init; }

    /// <summary>The modalities that a study must not have.</summary>
    public IReadOnlyList<string> ExcludedModalities { get; init; } = [];

    /// <summary>Whether to look up modalities that the PACS does not return.</summary>
    public bool LooksUpModalities { get; init; } = true;

    /// <summary>The most look-ups at a time.</summary>
    public int ThrottleLimit { get; init; } = 1;

    /// <summary>The most studies to return; 0 for no limit.</summary>
    public int MaximumStudies { get; init; }

    /// <summary>The most queries per input; 0 to derive the limit.</summary>
    public int MaximumQueries { get; init; }

    /// <summary>The character set of answers that do not declare one; null for none.</summary>
    public string? FallbackEncoding { get; init; }

    /// <summary>The day of the search.</summary>
    public DateTime Today { get; init; } = DateTime.Today;
}
