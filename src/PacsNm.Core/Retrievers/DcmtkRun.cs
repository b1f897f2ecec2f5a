using System.ComponentModel;
using System.Globalization;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Processes;

namespace PacsNm.Retrievers;

/// <summary>Runs getscu and movescu. Their exit codes say nothing, so their output shows why something failed.</summary>
internal static class DcmtkRun
{
    /// <summary>The most lines of output to keep.</summary>
    private const int KeptLines = 20;

    /// <summary>How long a program may take to end after a request, before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>The options that getscu and movescu share.</summary>
    /// <param name="run">What to retrieve.</param>
    /// <param name="idle">How long the program waits for a message.</param>
    /// <param name="isVerbose">Whether the program reports each object. It always reports errors.</param>
    public static List<string> CommonOptions(RetrieverRun run, TimeSpan idle, bool isVerbose) =>
    [
        .. isVerbose ? new[] { "-v" } : [],
        run.Server.InformationModel == InformationModel.PatientRoot ? "-P" : "-S",
        "-aet", run.Server.CallingAETitle,
        "-aec", run.Server.CalledAETitle,
        "-to", Text(run.Server.ConnectTimeoutSeconds),
        "-ta", Text(AcseSeconds(run.Server)),
        "-td", Text((int)Math.Ceiling(idle.TotalSeconds)),
        "-pdu", Text(Pdu.DefaultMaximumLength),

        // On Windows, programs that do not use Unicode cannot open every path. The folder is the program's working directory.
        "-od", ".",
        .. run.Request.Keys.SelectMany(key => new[] { "-k", $"{key.Keyword}={key.Value}" }),
        .. run.Option is null ? Array.Empty<string>() : [run.Option],
    ];

    /// <summary>
    /// How long a program waits for its association. Behind the relay, this includes the whole way to the PACS, whose failure the relay
    /// must report before the program gives up.
    /// </summary>
    private static int AcseSeconds(PacsServer server)
    {
        var limits = server.Timeouts;
        return (int)Math.Ceiling((limits.NameResolution + limits.Connect + limits.TlsHandshake + limits.Acse).TotalSeconds) + 1;
    }

    /// <summary>Runs a program until it ends.</summary>
    /// <returns>The errors and statuses that it wrote.</returns>
    /// <exception cref="OperationCanceledException">The program was ended: first by a request, then by a kill.</exception>
    /// <exception cref="RetrieverUnusableException">The program cannot be run.</exception>
    /// <param name="path">The path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="retrieval">What to retrieve, and the folder to start in.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public static async Task<IReadOnlyCollection<string>> RunAsync(
        string path,
        IEnumerable<string> arguments,
        RetrieverRun retrieval,
        CancellationToken cancellationToken)
    {
        var complaints = new Queue<string>();
        using var kill = new CancellationTokenSource();
        using var registration = cancellationToken.Register(() => kill.CancelAfter(Grace));
        var run = new ProgramRun(path, arguments)
        {
            WorkingDirectory = WithoutPrefix(retrieval.Folder),
            Environment = new Dictionary<string, string?> { ["TCP_NODELAY"] = "1" },
            ErrorLine = written =>
            {
                // The program repeats text of the PACS.
                var line = ControlCharacters.Remove(written);
                retrieval.Log(line);
                Keep(complaints, line);
            },
        };
        try
        {
            await run.ExecuteAsync(cancellationToken, kill.Token).ConfigureAwait(false);
            return complaints;
        }
        catch (Win32Exception exception) when (!Directory.Exists(retrieval.Folder))
        {
            throw new DirectoryNotFoundException("The staging folder does not exist any more.", exception);
        }
        catch (Win32Exception exception)
        {
            throw new RetrieverUnusableException(path, exception);
        }
    }

    /// <summary>Determines from its output how a program ended that no observer watched.</summary>
    /// <param name="program">The name of the program.</param>
    /// <param name="operation">C-GET or C-MOVE.</param>
    /// <param name="complaints">The errors and statuses that it wrote.</param>
    public static RetrieverOutcome OutcomeOf(string program, string operation, IReadOnlyCollection<string> complaints) =>
        complaints.Count == 0 ? RetrieverOutcome.Success with { Operation = operation }
        : DcmtkStatus.Find(complaints) is { } status ? new RetrieverOutcome(RetrieveEnd.Status) { Operation = operation, Status = status }
        : FailureOf(program, complaints) with { Operation = operation };

    /// <summary>Makes the outcome of a failure that only the program's output shows.</summary>
    public static RetrieverOutcome FailureOf(string program, IReadOnlyCollection<string> complaints) =>
        new(RetrieveEnd.ProgramFailure) { ProgramText = $"{program}: {string.Join(" ", complaints)}" };

    /// <summary>Whether a line of output reports an object that arrived.</summary>
    public static bool IsObject(string line) => line.Contains("Received C-STORE Request") || line.Contains("Received Store Request");

    /// <summary>Removes the prefix \\?\ of a path on Windows. A program cannot start in such a folder.</summary>
    private static string WithoutPrefix(string folder) =>
        folder.StartsWith(@"\\?\", StringComparison.Ordinal) && !folder.StartsWith(@"\\?\UNC\", StringComparison.OrdinalIgnoreCase)
            ? folder.Substring(4)
            : folder;

    /// <summary>Formats a number as an argument.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a line is an error, or a status that is written as a warning.</summary>
    private static void Keep(Queue<string> complaints, string line)
    {
        if (!line.StartsWith("E: ", StringComparison.Ordinal) && !line.StartsWith("F: ", StringComparison.Ordinal)
            && !line.StartsWith("W: DIMSE status is", StringComparison.Ordinal)
            && !line.StartsWith("W: Move response with", StringComparison.Ordinal))
        {
            return;
        }

        if (complaints.Count == KeptLines)
            complaints.Dequeue();
        complaints.Enqueue(line.Substring(3).Trim());
    }
}

/// <summary>A program exists and cannot be run.</summary>
internal sealed class RetrieverUnusableException(string path, Exception inner)
    : Exception($"'{path}' cannot be run: {inner.Message}", inner)
{
    /// <summary>The name of the program.</summary>
    public string Tool { get; } = Path.GetFileNameWithoutExtension(path);
}
