namespace PacsNm.Dicom.Data;

/// <summary>
/// The names of SOP classes (PS3.4 annexes B and C, PS3.6 annex A), and the prefixes that DCMTK's tools use for the names of their
/// files. The facts in sop-classes.tsv come from DCMTK's lists of UIDs.
/// </summary>
public static class SopClasses
{
    /// <summary>Parts of the names of classes with pixel data. Maps, segmentations and doses are compressed like images.</summary>
    private static readonly string[] OfImages =
        ["Image Storage", "Segmentation Storage", "Map Storage", "Dose Storage", "Volume Storage", "Bscan"];

    private static readonly Lazy<Dictionary<string, (string Name, string? Prefix)>> Known = new(Load);

    /// <summary>The UIDs of the classes that DCMTK's tools store.</summary>
    public static IEnumerable<string> Storage => Known.Value.Where(known => known.Value.Prefix is not null).Select(known => known.Key);

    /// <summary>The name of a SOP class; the UID if the standard does not define it.</summary>
    public static string NameOf(string uid) => Known.Value.TryGetValue(uid, out var known) ? known.Name : uid;

    /// <summary>The prefix that DCMTK's tools use for file names, such as NM; UNKNOWN for classes that they do not know.</summary>
    public static string FilePrefixOf(string? uid) =>
        uid is not null && Known.Value.TryGetValue(uid, out var known) && known.Prefix is { } prefix ? prefix : "UNKNOWN";

    /// <summary>Whether instances of a class may have pixel data. True for a class that the standard does not define.</summary>
    public static bool MayBeImage(string? uid) =>
        uid is null || !Known.Value.TryGetValue(uid, out var known) || Array.Exists(OfImages, known.Name.Contains);

    private static Dictionary<string, (string Name, string? Prefix)> Load()
    {
        using var stream = typeof(SopClasses).Assembly.GetManifestResourceStream("sop-classes.tsv")!;
        using var reader = new StreamReader(stream);
        var known = new Dictionary<string, (string Name, string? Prefix)>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            known[fields[0]] = (fields[1], fields.Length > 2 ? fields[2] : null);
        }

        return known;
    }
}
