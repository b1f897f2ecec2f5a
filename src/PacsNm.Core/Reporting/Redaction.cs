using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;

namespace PacsNm.Reporting;

/// <summary>
/// Takes out of text what could name a patient. It keeps what is known to be harmless and replaces everything else: UIDs, numbers,
/// statuses, addresses of servers, and the words of this module's own help. A name, an ID or a path is none of them.
/// </summary>
/// <param name="vocabulary">Texts whose words are kept.</param>
/// <param name="servers">Servers whose addresses are kept.</param>
internal sealed class Redaction(IEnumerable<string> vocabulary, IEnumerable<PacsServer> servers)
{
    /// <summary>What stands in place of what was taken out.</summary>
    public const string Removed = "[...]";

    /// <summary>A number of more digits could be a Patient ID, unless a unit stands behind it.</summary>
    private const int MostDigits = 4;

    /// <summary>Words of errors and log lines that the help does not happen to have.</summary>
    private const string Messages = """
        A-ABORT A-ASSOCIATE A-ASSOCIATE-RJ C-ECHO C-FIND C-GET C-MOVE C-STORE Nagle SCP SCU SOP TCP TLS aborted accepted access
        allow allowed already announces application argument authorized begins being both bound brace bytes called client closed
        closes complete congestion connections context dataset denied due duplicate element everybody exceeded exit code failure
        failures final fragment happens identifier incomplete instances invalid invocation item items job lies limitation local
        maximum middle missing mistyped move off operation peer pending perform present presentation processing proposed
        protocol put reaches readable received recognized refused register rejected released report reserved resource resources
        retrieved role running selection served should source staging status stopped studies study sub-operations supported
        temporary time timeout twice unable unrecognized vendor warning while
        """;

    private static readonly char[] Punctuation = ['\'', '"', '`', '(', ')', '[', ']', '{', '}', ',', '.', ';', ':', '!', '?'];
    private static readonly char[] Space = [' ', '\t', '\r', '\n'];
    private static readonly HashSet<string> Units = ["bytes", "s", "ms", "MB", "kB", "GB", "MB/s"];

    /// <summary>A line of a log that this module or the nightly script wrote.</summary>
    private static readonly Regex LogLine = new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)?(?= )", RegexOptions.CultureInvariant);

    private static readonly Regex Word = new("^-?[A-Za-z]+(-[A-Za-z]+)*$", RegexOptions.CultureInvariant);
    private static readonly Regex Number = new(@"^-?\d+(\.\d+)?%?$", RegexOptions.CultureInvariant);
    private static readonly Regex Status = new("^0x[0-9A-Fa-f]{1,8}$", RegexOptions.CultureInvariant);

    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private readonly HashSet<string> _words = new(
        vocabulary.Append(Messages).SelectMany(Split).Select(word => word.Trim(Punctuation)).Where(word => Word.IsMatch(word)),
        StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _addresses = [.. servers.Select(server => $"{server}")];

    /// <summary>A line of a log; null where neither this module nor the nightly script writes such lines.</summary>
    public string? Line(string line)
    {
        var time = LogLine.Match(line);
        return time.Success ? $"{time.Value} {Words(line.Substring(time.Length))}" : null;
    }

    /// <summary>Text of which only harmless words are kept.</summary>
    public string Words(string text)
    {
        var words = Split(text);
        var kept = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var isKept = IsHarmless(words[i].Trim(Punctuation), i + 1 < words.Length ? words[i + 1].Trim(Punctuation) : "");
            if (isKept)
                kept.Add(words[i]);
            else if (kept.Count == 0 || kept[kept.Count - 1] != Removed)
                kept.Add(Removed);
        }

        return string.Join(" ", kept);
    }

    /// <summary>Text that may come from a PACS, without characters that a terminal or an editor would obey.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var category = char.GetUnicodeCategory(character);
            var isObeyed = category is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            visible.Append(isObeyed ? ' ' : character);
        }

        return visible.ToString().Trim();
    }

    /// <summary>A path with a tilde in place of the user's own folder, whose name is the user's.</summary>
    public static string Path(string path) =>
        Home.Length > 1 ? Regex.Replace(path, Regex.Escape(Home) + @"(?=[/\\]|\b|$)", "~", RegexOptions.IgnoreCase) : path;

    private bool IsHarmless(string word, string next) =>
        word.Length == 0
        || _words.Contains(word)
        || Status.IsMatch(word)
        || (Number.IsMatch(word) && (word.Count(char.IsDigit) <= MostDigits || Units.Contains(next)))
        || (word.Count(character => character == '.') > 1 && Uid.IsValid(word))
        || _addresses.Contains(word);

    private static string[] Split(string text) => text.Split(Space, StringSplitOptions.RemoveEmptyEntries);
}
