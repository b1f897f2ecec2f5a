using System.Collections;
using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>
/// Allows objects as the value of a path parameter: output of Get-Item and Get-ChildItem, and other objects with a path in a property.
/// Their paths are literal. Text is not changed.
/// </summary>
/// <param name="properties">The properties to look in; the first existing one is used. The default is PSPath and FullName.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemPathAttribute(params string[] properties) : ArgumentTransformationAttribute
{
    private readonly string[] _properties = properties.Length > 0 ? properties : ["PSPath", "FullName"];

    /// <summary>Whether the parameter accepts patterns, so that a literal path must be escaped.</summary>
    public bool IsPattern { get; init; }

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is IList list
            ? list.Cast<object>().SelectMany(PathsOf).ToArray()
            : PathsOf(inputData) is [var path] ? path : Array.Empty<string>();
    }

    /// <summary>The path of an object; the object itself if it has no such property; nothing if the property is empty.</summary>
    private object[] PathsOf(object? item)
    {
        if (item is null or string or PSObject { BaseObject: string })
            return [item!];
        var found = PSObject.AsPSObject(item).Properties;
        if (_properties.Select(name => found[name]).FirstOrDefault(property => property is not null) is not { } path)
            return [item];
        var text = $"{path.Value}";
        return text.Length == 0 ? [] : [IsPattern ? FileSystemPath.Escape(text) : text];
    }
}
