namespace PacsNm.Tables;

/// <summary>A table that is being written. Its memory does not grow with the number of rows.</summary>
internal interface ITableFile : IDisposable
{
    /// <summary>Adds a row, with the cells in the order of the columns.</summary>
    void Add(object?[] row);

    /// <summary>Writes what is left.</summary>
    void Finish();
}
