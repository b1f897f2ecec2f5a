using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace PacsNm;

/// <summary>Several values, which a cell of a CSV file shows as DICOM writes them: with backslashes between.</summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T> : ReadOnlyCollection<T>
{
    internal ValueList(T[] values)
        : base(values)
    {
    }

    /// <summary>The values with backslashes between.</summary>
    public override string ToString() => string.Join("\\", this);
}

/// <summary>Makes lists of values.</summary>
public static class ValueList
{
    /// <summary>A list of some values.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> values) => new(values.ToArray());
}
