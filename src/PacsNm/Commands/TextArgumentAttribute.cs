using System.Collections;
using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>
/// Accepts only text from the pipeline. The engine would convert any object to text, and a row of a table is not the UID in it. A row and
/// a found object bind by their properties instead.
/// </summary>
internal sealed class TextArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        IsText(inputData)
            ? inputData
            : throw new ArgumentTransformationMetadataException("This is not text, such as a UID.", new PSInvalidCastException());

    private static bool IsText(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null or IConvertible => true,
        IDictionary => false,
        IEnumerable several => several.Cast<object?>().All(IsText),
        _ => false,
    };
}
