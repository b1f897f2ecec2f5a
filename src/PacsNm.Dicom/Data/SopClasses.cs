namespace PacsNm.Dicom.Data;

/// <summary>
/// SOP classes (PS3.4 annex B and C, PS3.6 annex A): their names, and the prefixes that DCMTK's tools give to files of
/// them. The facts in sop-classes.tsv were taken from DCMTK's lists of UIDs.
/// </summary>
public static class SopClasses
{
    /// <summary>Parts of the names of classes with pixel data. Maps, segmentations and doses are compressed as images are.</summary>
    private static readonly string[] OfImages =
        ["Image Storage", "Segmentation Storage", "Map Storage", "Dose Storage", "Volume Storage", "Bscan"];

    private static readonly Lazy<Dictionary<string, (string Name, string? Prefix)>> Known = new(Load);

    /// <summary>The UIDs of the classes that DCMTK's tools store.</summary>
    public static IEnumerable<string> Storage => Known.Value.Where(known => known.Value.Prefix is not null).Select(known => known.Key);

    /// <summary>The name of a SOP class; its UID if it is not in the standard.</summary>
    public static string NameOf(string uid) => Known.Value.TryGetValue(uid, out var known) ? known.Name : uid;

    /// <summary>The prefix of file names in DCMTK's tools, such as NM; UNKNOWN for classes that they do not know.</summary>
    public static string FilePrefixOf(string? uid) =>
        uid is not null && Known.Value.TryGetValue(uid, out var known) && known.Prefix is { } prefix ? prefix : "UNKNOWN";

    /// <summary>Whether instances of a class may have pixel data. True for a class that is not in the standard.</summary>
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
