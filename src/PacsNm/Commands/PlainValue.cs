using System.Collections;
using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>Takes the engine's wrappers off a value: nothing below the cmdlets knows PSObject.</summary>
internal static class PlainValue
{
    /// <summary>The value, or the values of a list.</summary>
    public static object? Of(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        object?[] several => OfAll(several),
        var one => one,
    };

    /// <summary>The values of a list.</summary>
    public static object?[] OfAll(IEnumerable? values) => [.. (values ?? Array.Empty<object>()).Cast<object?>().Select(Of)];
}
