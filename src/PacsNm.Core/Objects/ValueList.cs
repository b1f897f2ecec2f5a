using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace PacsNm;

/// <summary>A list of values. As text, for example in a CSV file, the values are separated by backslashes, as in DICOM.</summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T> : ReadOnlyCollection<T>
{
    internal ValueList(T[] values)
        : base(values)
    {
    }

    /// <summary>Returns the values, separated by backslashes.</summary>
    public override string ToString() => string.Join("\\", this);
}

/// <summary>Creates lists of values.</summary>
public static class ValueList
{
    /// <summary>Creates a list from values.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> values) => new(values.ToArray());
}
