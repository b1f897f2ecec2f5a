using System.Globalization;
using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>Accepts a number of associations or the word Auto, which becomes <see cref="Auto"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ThrottleLimitArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>The number that stands for Auto.</summary>
    public const int Auto = 0;

    /// <summary>The most associations.</summary>
    public const int Maximum = 16;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is string text && text.Trim().Equals(nameof(Auto), StringComparison.OrdinalIgnoreCase))
            return Auto;
        var isNumber = int.TryParse($"{value}".Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number is >= 1 and <= Maximum
            ? number
            : throw new ArgumentTransformationMetadataException($"'{value}' is not Auto or a number from 1 to {Maximum}.");
    }
}
