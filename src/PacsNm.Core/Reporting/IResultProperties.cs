namespace PacsNm.Reporting;

/// <summary>The properties of a result, which may be an object or the row of a table.</summary>
internal interface IResultProperties
{
    /// <summary>A property as text; empty where there is none.</summary>
    string Text(string property);

    /// <summary>A property as a value; null where it is absent, empty or cannot be converted.</summary>
    T? Value<T>(string property)
        where T : struct;

    /// <summary>The texts of a list. In a cell of a CSV file they are separated by backslashes.</summary>
    IReadOnlyList<string> Texts(string property);
}
