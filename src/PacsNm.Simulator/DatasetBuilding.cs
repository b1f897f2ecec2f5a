using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Builds datasets from the keywords of PS3.6.</summary>
internal static class DatasetBuilding
{
    /// <summary>Sets a text. A backslash separates values.</summary>
    /// <exception cref="ArgumentException">PS3.6 does not define the keyword.</exception>
    public static Dataset With(this Dataset dataset, string keyword, string value)
    {
        dataset.Set(TagOf(keyword), value);
        return dataset;
    }

    /// <summary>Sets 16-bit numbers.</summary>
    public static Dataset With(this Dataset dataset, string keyword, params ushort[] values)
    {
        var bytes = new byte[2 * values.Length];
        for (var index = 0; index < values.Length; index++)
            (bytes[2 * index], bytes[(2 * index) + 1]) = ((byte)values[index], (byte)(values[index] >> 8));
        dataset.Set(TagOf(keyword), DataDictionary.GetVR(TagOf(keyword)), bytes);
        return dataset;
    }

    /// <summary>Sets a sequence.</summary>
    public static Dataset With(this Dataset dataset, string keyword, params Dataset[] items)
    {
        dataset.SetItems(TagOf(keyword), items);
        return dataset;
    }

    /// <summary>Sets tags (VR AT), given by their keywords.</summary>
    public static Dataset WithTags(this Dataset dataset, string keyword, params string[] keywords) =>
        dataset.With(keyword, [.. keywords.Select(TagOf).SelectMany(tag => new[] { tag.Group, tag.Element })]);

    /// <summary>Copies all elements of another dataset.</summary>
    public static Dataset With(this Dataset dataset, IEnumerable<Element> elements)
    {
        foreach (var element in elements)
            dataset.Set(element);
        return dataset;
    }

    /// <summary>Creates the item of a code sequence (PS3.3 8.8).</summary>
    public static Dataset Code(string value, string scheme, string meaning) => new Dataset()
        .With("CodeValue", value)
        .With("CodingSchemeDesignator", scheme)
        .With("CodeMeaning", meaning);

    private static Tag TagOf(string keyword) => DataDictionary.TryGetEntry(keyword, out var entry)
        ? entry.Tag
        : throw new ArgumentException($"PS3.6 has no attribute '{keyword}'.", nameof(keyword));
}
