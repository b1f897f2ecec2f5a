using System.Globalization;
using System.Text.Json;

namespace PacsNm.Tests.Peers;

/// <summary>The values of a DICOM file as dcm2json prints them.</summary>
internal static class JsonFile
{
    private static readonly Lazy<Dictionary<string, string>> Keywords = new(ReadDictionary);

    /// <summary>
    /// The values of each attribute by its path, in all items of its sequences: those with a keyword in DCMTK's dictionary, before the pixel
    /// data, that are not binary and not empty.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Read(string file)
    {
        // dcm2json prints no file with compressed pixel data.
        using var varied = new VariedFiles();
        var copy = varied.Add(file);
        Dcmtk.TryRun("dcmodify", "-nb", "-ea", "(7fe0,0010)", copy);
        using var json = JsonDocument.Parse(Dcmtk.Run("dcm2json", copy));
        var values = new Dictionary<string, List<string>>();
        Add(values, "", json.RootElement);
        return values.Where(pair => pair.Value.Count > 0).ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
    }

    private static void Add(Dictionary<string, List<string>> values, string prefix, JsonElement dataset)
    {
        foreach (var attribute in dataset.EnumerateObject())
        {
            var vr = attribute.Value.GetProperty("vr").GetString()!;
            if (!Keywords.Value.TryGetValue(attribute.Name, out var keyword) || vr[0] == 'O' || vr == "UN"
                || !attribute.Value.TryGetProperty("Value", out var found))
            {
                continue;
            }

            foreach (var value in found.EnumerateArray())
            {
                if (vr == "SQ")
                {
                    Add(values, $"{prefix}{keyword}[*].", value);
                    continue;
                }

                if (!values.TryGetValue(prefix + keyword, out var texts))
                    values[prefix + keyword] = texts = [];
                if (TextOf(vr, value) is { Length: > 0 } text)
                    texts.Add(text);
            }
        }
    }

    private static string TextOf(string vr, JsonElement value) => (vr, value.ValueKind) switch
    {
        (_, JsonValueKind.Null) => "",
        ("PN", _) => string.Join("=", new[] { "Alphabetic", "Ideographic", "Phonetic" }
            .Select(group => value.TryGetProperty(group, out var name) ? name.GetString() : "")).TrimEnd('='),
        (_, JsonValueKind.Number) => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        ("DS", _) => double.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        ("IS", _) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        ("TM", _) => WithoutZeros(value.GetString()!.Replace(":", "", StringComparison.Ordinal).Trim()),
        ("DA", _) => value.GetString()!.Replace(".", "", StringComparison.Ordinal).Trim(),
        ("AT", _) => $"({value.GetString()![..4]},{value.GetString()![4..]})".ToUpperInvariant(),
        _ => value.GetString()!.Trim(),
    };

    private static string WithoutZeros(string time) =>
        time.Contains('.', StringComparison.Ordinal) ? time.TrimEnd('0').TrimEnd('.') : time.PadRight(6, '0');

    /// <summary>DCMTK's own list of tags and keywords.</summary>
    private static Dictionary<string, string> ReadDictionary()
    {
        var path = Directory.EnumerateDirectories("/usr/share", "*dcmtk*")
            .SelectMany(folder => Directory.EnumerateFiles(folder, "dicom.dic")).First();
        return File.ReadLines(path).Select(line => line.Split('\t'))
            .Where(fields => fields is [{ Length: 11 }, _, _, ..] && fields[0][0] == '(')
            .GroupBy(fields => fields[0].Trim('(', ')').Replace(",", "", StringComparison.Ordinal).ToUpperInvariant())
            .ToDictionary(same => same.Key, same => same.First()[2]);
    }
}
