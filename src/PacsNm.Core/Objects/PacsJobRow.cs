namespace PacsNm;

/// <summary>A row of a job and its outcome. The cells of the row are further properties of the object.</summary>
public sealed record PacsJobRow
{
    /// <summary>The number of the row, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>The outcome.</summary>
    public JobOutcome Outcome { get; init; }

    /// <summary>Study Instance UIDs (0020,000D) of the studies that match the row.</summary>
    public ValueList<string> Studies { get; init; } = [];

    /// <summary>The number of instances that were expected; null if unknown.</summary>
    public int? Expected { get; init; }

    /// <summary>The number of instances that are in the archive.</summary>
    public int Present { get; init; }

    /// <summary>How often the row was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When the outcome was recorded; null if there is none.</summary>
    public DateTime? Time { get; init; }

    /// <summary>When the row may be tried again; null if the outcome is final or the row may be tried at any time.</summary>
    public DateTime? NotBefore { get; init; }

    /// <summary>What was selected, and why the row is not complete; empty for a whole study that is complete.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Returns the number of the row and the outcome.</summary>
    public override string ToString() => $"Row {Row}: {Outcome}";
}
