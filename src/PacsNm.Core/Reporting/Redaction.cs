using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;

namespace PacsNm.Reporting;

/// <summary>
/// Removes text that may name a patient. It keeps only what is known to be harmless: UIDs, short numbers, status codes, addresses of
/// servers, and the words of this module's own help.
/// </summary>
/// <param name="vocabulary">Texts whose words are kept.</param>
/// <param name="servers">Servers whose addresses are kept.</param>
internal sealed class Redaction(IEnumerable<string> vocabulary, IEnumerable<PacsServer> servers)
{
    /// <summary>Replaces the text that was removed.</summary>
    public const string Removed = "[...]";

    /// <summary>The most digits of a number that is kept. A longer number may be a Patient ID, unless a unit follows it.</summary>
    private const int MostDigits = 4;

    /// <summary>Words of errors and log lines that do not occur in the help.</summary>
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

    /// <summary>Matches the time at the start of a log line that this module or the nightly script wrote.</summary>
    private static readonly Regex LogLine = new(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)?(?= )", RegexOptions.CultureInvariant);

    private static readonly Regex Word = new("^-?[A-Za-z]+(-[A-Za-z]+)*$", RegexOptions.CultureInvariant);
    private static readonly Regex Number = new(@"^-?\d+(\.\d+)?%?$", RegexOptions.CultureInvariant);
    private static readonly Regex Status = new("^0x[0-9A-Fa-f]{1,8}$", RegexOptions.CultureInvariant);

    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private readonly HashSet<string> _words = new(
        vocabulary.Append(Messages).SelectMany(Split).Select(word => word.Trim(Punctuation)).Where(word => Word.IsMatch(word)),
        StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _addresses = [.. servers.Select(server => $"{server}")];

    /// <summary>Redacts a line of a log; null if neither this module nor the nightly script wrote it.</summary>
    public string? Line(string line)
    {
        var time = LogLine.Match(line);
        return time.Success ? $"{time.Value} {Words(line.Substring(time.Length))}" : null;
    }

    /// <summary>Redacts text: each run of words that may name a patient becomes <see cref="Removed"/>.</summary>
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

    /// <summary>Replaces the user's own folder in a path with a tilde, because its name is the user's.</summary>
    public static string Path(string path) =>
        Home.Length > 1
            ? Regex.Replace(
                path, Regex.Escape(Home) + @"(?=[/\\]|\b|$)", "~", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
            : path;

    private bool IsHarmless(string word, string next) =>
        word.Length == 0
        || _words.Contains(word)
        || Status.IsMatch(word)
        || (Number.IsMatch(word) && (word.Count(char.IsDigit) <= MostDigits || Units.Contains(next)))
        || (word.Count(character => character == '.') > 1 && Uid.IsValid(word))
        || _addresses.Contains(word);

    private static string[] Split(string text) => text.Split(Space, StringSplitOptions.RemoveEmptyEntries);
}
