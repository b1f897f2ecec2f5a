namespace PacsNm.Dicom.Data;

/// <summary>A transfer syntax (PS3.5 10, annex A).</summary>
/// <param name="Uid">The UID.</param>
/// <param name="Name">The name in PS3.6 annex A; the UID if PS3.6 does not define it.</param>
/// <param name="Keyword">The keyword in PS3.6 annex A; empty if PS3.6 does not define it.</param>
/// <param name="IsExplicitVR">Whether each element contains its value representation.</param>
/// <param name="IsBigEndian">Whether numbers are big endian.</param>
/// <param name="IsEncapsulated">Whether pixel data is in fragments (PS3.5 A.4).</param>
/// <param name="IsDeflated">Whether the whole dataset is deflated (PS3.5 A.5).</param>
/// <param name="IsForStorage">
/// Whether objects are stored in it. False for the transfer syntaxes of real-time video (PS3.22), e-mail and XML.
/// </param>
public sealed record TransferSyntax(
    string Uid,
    string Name,
    string Keyword,
    bool IsExplicitVR = true,
    bool IsBigEndian = false,
    bool IsEncapsulated = false,
    bool IsDeflated = false,
    bool IsForStorage = true)
{
    /// <summary>The root of all UIDs that DICOM assigns (PS3.5 9.2).</summary>
    private const string StandardRoot = "1.2.840.10008.";

    private static readonly Lazy<Dictionary<string, TransferSyntax>> Known = new(Load);

    /// <summary>Implicit VR Little Endian, which every peer supports (PS3.5 A.1).</summary>
    public static readonly TransferSyntax ImplicitVRLittleEndian = Known.Value["1.2.840.10008.1.2"];

    /// <summary>Explicit VR Little Endian (PS3.5 A.2).</summary>
    public static readonly TransferSyntax ExplicitVRLittleEndian = Known.Value["1.2.840.10008.1.2.1"];

    /// <summary>Deflated Explicit VR Little Endian (PS3.5 A.5).</summary>
    public static readonly TransferSyntax DeflatedExplicitVRLittleEndian = Known.Value["1.2.840.10008.1.2.1.99"];

    /// <summary>Explicit VR Big Endian, retired (PS3.5 2006, A.3).</summary>
    public static readonly TransferSyntax ExplicitVRBigEndian = Known.Value["1.2.840.10008.1.2.2"];

    /// <summary>All of PS3.6 annex A, in the order of the table, including retired syntaxes, which old archives contain.</summary>
    public static IReadOnlyCollection<TransferSyntax> All => Known.Value.Values;

    /// <summary>
    /// Whether the transfer syntax is private. Only its owner knows the encoding of its datasets. The other properties are then a guess
    /// that fits most private syntaxes: explicit VR little endian, encapsulated.
    /// </summary>
    public bool IsPrivate => !Uid.StartsWith(StandardRoot, StringComparison.Ordinal);

    /// <summary>
    /// Returns the transfer syntax of a UID. An unknown UID with the root of the standard is treated as explicit VR little endian with
    /// encapsulated pixel data, like nearly every transfer syntax since 1993. For other UIDs see <see cref="IsPrivate"/>.
    /// </summary>
    public static TransferSyntax Find(string uid) =>
        Known.Value.TryGetValue(uid, out var syntax) ? syntax : new TransferSyntax(uid, uid, "", IsEncapsulated: true);

    /// <summary>Parses a UID, or a keyword or name of PS3.6 annex A, ignoring case.</summary>
    public static bool TryParse(string text, out TransferSyntax syntax)
    {
        text = text.Trim();
        syntax = Data.Uid.IsValid(text) ? Find(text) : All.FirstOrDefault(IsNamed)!;
        return syntax is not null;

        bool IsNamed(TransferSyntax known) =>
            known.Keyword.Equals(text, StringComparison.OrdinalIgnoreCase) || known.Name.Equals(text, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// Reads transfer-syntaxes.tsv: UID, keyword, name, and the letters I (implicit VR), B (big endian), E (encapsulated),
    /// D (deflated) and N (not for storage).
    /// </summary>
    private static Dictionary<string, TransferSyntax> Load()
    {
        using var stream = typeof(TransferSyntax).Assembly.GetManifestResourceStream("transfer-syntaxes.tsv")!;
        using var reader = new StreamReader(stream);
        var known = new Dictionary<string, TransferSyntax>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            bool Has(char letter) => fields[3].IndexOf(letter) >= 0;
            known[fields[0]] = new TransferSyntax(fields[0], fields[2], fields[1], !Has('I'), Has('B'), Has('E'), Has('D'), !Has('N'));
        }

        return known;
    }
}
