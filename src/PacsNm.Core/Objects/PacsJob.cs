namespace PacsNm;

/// <summary>A job: a list of rows, or a daily search, and what became of it.</summary>
public sealed record PacsJob
{
    /// <summary>The name of the job.</summary>
    public required string Name { get; init; }

    /// <summary>The folder that it saves to.</summary>
    public required string Path { get; init; }

    /// <summary>The PACS.</summary>
    public required PacsServer Server { get; init; }

    /// <summary>For a job without a list: the days before the last search that each run searches again. 0 for a job with a list.</summary>
    public int LastDays { get; init; }

    /// <summary>The modalities of the series that it retrieves; empty for all.</summary>
    public ValueList<string> Modality { get; init; } = [];

    /// <summary>When it was made.</summary>
    public DateTime Created { get; init; }

    /// <summary>The number of rows. It is the sum of the numbers of all outcomes.</summary>
    public int Rows { get; init; }

    /// <summary>The rows that wait for their turn.</summary>
    public int Pending { get; init; }

    /// <summary>The rows that are complete.</summary>
    public int Complete { get; init; }

    /// <summary>The rows of which some instances are missing.</summary>
    public int Partial { get; init; }

    /// <summary>The rows for which the PACS sent no objects.</summary>
    public int Empty { get; init; }

    /// <summary>The rows that the PACS has offline or not available.</summary>
    public int Unavailable { get; init; }

    /// <summary>The rows that failed.</summary>
    public int Failed { get; init; }

    /// <summary>The rows that match no study.</summary>
    public int NotFound { get; init; }

    /// <summary>The rows that match too many studies.</summary>
    public int Ambiguous { get; init; }

    /// <summary>The rows that ask for the same as another row.</summary>
    public int Duplicate { get; init; }

    /// <summary>The rows of which no query can be made.</summary>
    public int Invalid { get; init; }

    /// <summary>The rows that a later pass retrieves.</summary>
    public int Postponed { get; init; }

    /// <summary>The rows that later runs do: those that wait for their turn or for another attempt.</summary>
    public int Left { get; init; }

    /// <summary>The size of the files that were received, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>When a row last had an outcome; null if none has.</summary>
    public DateTime? LastActivity { get; init; }

    /// <summary>The rows per hour in the last hour of activity; null if unknown.</summary>
    public double? RowsPerHour { get; init; }

    /// <summary>The time that the rows that are not final need at this rate, without waits and hours; null if unknown.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>When the next row that did not succeed is tried again; null if none is.</summary>
    public DateTime? NextRetry { get; init; }

    /// <summary>Returns the name of the job.</summary>
    public override string ToString() => Name;
}
