using PacsNm.Dicom.Data;
using PacsNm.Dicom.Services;

namespace PacsNm.GetScu;

/// <summary>The arguments of getscu that the module uses. Any other one is an error, as it is for getscu.</summary>
internal sealed class Options
{
    private Options()
    {
    }

    public InformationModel Model { get; private set; } = InformationModel.PatientRoot;

    public string CallingAETitle { get; private set; } = "GETSCU";

    public string CalledAETitle { get; private set; } = "ANY-SCP";

    public string Folder { get; private set; } = ".";

    public string Host { get; private set; } = "";

    public int Port { get; private set; }

    public bool IsVerbose { get; private set; }

    /// <summary>Whether received objects are to be written as they come: +B.</summary>
    public bool IsBitPreserving { get; private set; }

    public TimeSpan AcseTimeout { get; private set; } = TimeSpan.FromSeconds(30);

    public TimeSpan DimseTimeout { get; private set; } = TimeSpan.FromMinutes(10);

    public Dataset Identifier { get; } = new();

    /// <exception cref="FormatException">An argument is not known, or has no valid value.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        var plain = new List<string>();
        for (var at = 0; at < arguments.Length; at++)
        {
            string Next() => ++at < arguments.Length ? arguments[at] : throw new FormatException("An argument has no value.");
            switch (arguments[at])
            {
                case "-S":
                    options.Model = InformationModel.StudyRoot;
                    break;
                case "-P":
                    options.Model = InformationModel.PatientRoot;
                    break;
                case "-v":
                    options.IsVerbose = true;
                    break;
                case "+B":
                    options.IsBitPreserving = true;
                    break;
                case "-aet":
                    options.CallingAETitle = Next();
                    break;
                case "-aec":
                    options.CalledAETitle = Next();
                    break;
                case "-od":
                    options.Folder = Next();
                    break;
                case "-to":
                case "-pdu":
                    _ = NumberOf(Next());
                    break;
                case "-ta":
                    options.AcseTimeout = TimeSpan.FromSeconds(NumberOf(Next()));
                    break;
                case "-td":
                    options.DimseTimeout = TimeSpan.FromSeconds(NumberOf(Next()));
                    break;
                case "-k":
                    options.AddKey(Next());
                    break;
                case ['+', 'x', _]:
                    // One more transfer syntax. This program proposes all of them anyway.
                    break;
                case ['-' or '+', ..] unknown:
                    throw new FormatException($"Unknown option {unknown}");
                case var word:
                    plain.Add(word);
                    break;
            }
        }

        if (plain.Count != 2)
            throw new FormatException($"Not a host and a port: {string.Join(" ", plain)}");
        (options.Host, options.Port) = (plain[0], NumberOf(plain[1]));
        return options;
    }

    private static int NumberOf(string text) =>
        int.TryParse(text, out var number) ? number : throw new FormatException($"{text} is no number");

    private void AddKey(string text)
    {
        var (keyword, value) = text.Split('=', 2) is [var left, var right] ? (left, right) : throw new FormatException($"No value: {text}");
        if (!DataDictionary.TryGetEntry(keyword, out var entry))
            throw new FormatException($"Unknown keyword {keyword}");
        if (!value.All(char.IsAscii))
            Identifier.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        Identifier.Set(entry.Tag, value);
    }
}
