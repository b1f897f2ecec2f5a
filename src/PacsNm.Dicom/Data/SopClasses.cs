namespace PacsNm.Dicom.Data;

/// <summary>
/// The names of SOP classes (PS3.4 annex B and C, PS3.6 annex A). The facts in sop-classes.tsv were taken from DCMTK's
/// list of UIDs.
/// </summary>
public static class SopClasses
{
    private static readonly Lazy<Dictionary<string, string>> Names = new(Load);

    /// <summary>The name of a SOP class; its UID where the standard has no such class.</summary>
    public static string NameOf(string uid) => Names.Value.TryGetValue(uid, out var name) ? name : uid;

    private static Dictionary<string, string> Load()
    {
        using var stream = typeof(SopClasses).Assembly.GetManifestResourceStream("sop-classes.tsv")!;
        using var reader = new StreamReader(stream);
        var names = new Dictionary<string, string>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            names[fields[0]] = fields[1];
        }

        return names;
    }
}
