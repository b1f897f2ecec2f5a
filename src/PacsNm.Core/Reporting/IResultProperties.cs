namespace PacsNm.Reporting;

/// <summary>The properties of a result: of an object, or of a row of a table.</summary>
internal interface IResultProperties
{
    /// <summary>Returns a property as text; empty if it does not exist.</summary>
    string Text(string property);

    /// <summary>Returns a property as a value; null if it does not exist, is empty or cannot be converted.</summary>
    T? Value<T>(string property)
        where T : struct;

    /// <summary>Returns the texts of a list. In a cell of a CSV file, backslashes separate them.</summary>
    IReadOnlyList<string> Texts(string property);
}
