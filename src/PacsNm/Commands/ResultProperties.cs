using System.Collections;
using System.Management.Automation;
using PacsNm.Reporting;

namespace PacsNm.Commands;

/// <summary>The properties of a pipeline object.</summary>
internal sealed class ResultProperties(PSObject result) : IResultProperties
{
    // After serialization, only the PSObject has the name of an enumeration's value. Its base object is a number.
    /// <inheritdoc/>
    public string Text(string property) => $"{result.Properties[property]?.Value}";

    /// <inheritdoc/>
    public T? Value<T>(string property)
        where T : struct
    {
        var value = result.Properties[property]?.Value;
        return Text(property).Length > 0 && LanguagePrimitives.TryConvertTo<T>(value, out var converted) ? converted : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Texts(string property) => PlainValue.Of(result.Properties[property]?.Value) switch
    {
        null or "" => [],
        string text => text.Split('\\'),
        IEnumerable list => [.. list.Cast<object>().Select(item => $"{item}")],
        var other => [$"{other}"],
    };
}
