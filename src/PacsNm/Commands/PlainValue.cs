using System.Collections;
using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>Unwraps values from PSObject, because only the cmdlets know this type.</summary>
internal static class PlainValue
{
    /// <summary>Unwraps a value, or the values of a list.</summary>
    public static object? Of(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        object?[] several => OfAll(several),
        var one => one,
    };

    /// <summary>Unwraps the values of a list.</summary>
    public static object?[] OfAll(IEnumerable? values) => [.. (values ?? Array.Empty<object>()).Cast<object?>().Select(Of)];
}
