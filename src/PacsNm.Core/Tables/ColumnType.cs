namespace PacsNm.Tables;

/// <summary>The type of the values in a column of a table.</summary>
internal enum ColumnType
{
    /// <summary>Text: string.</summary>
    Text,

    /// <summary>An integer: long.</summary>
    Integer,

    /// <summary>A floating-point number: double.</summary>
    Number,

    /// <summary>A date: DateTime at midnight.</summary>
    Date,

    /// <summary>A time of day: TimeSpan.</summary>
    Time,

    /// <summary>A date with a time, as written in the file: DateTime.</summary>
    DateTime,
}
