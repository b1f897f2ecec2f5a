namespace PacsNm.Tables;

/// <summary>What a row of a table describes.</summary>
public enum TableLevel
{
    /// <summary>A file.</summary>
    Instance,

    /// <summary>All files of a series.</summary>
    Series,

    /// <summary>All files of a study.</summary>
    Study,
}
