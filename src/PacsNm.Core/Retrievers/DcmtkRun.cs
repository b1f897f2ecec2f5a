using System.ComponentModel;
using System.Globalization;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Processes;

namespace PacsNm.Retrievers;

/// <summary>Runs getscu and movescu. Their exit codes say nothing; what they write says why something failed.</summary>
internal static class DcmtkRun
{
    /// <summary>Lines of output that are kept.</summary>
    private const int KeptLines = 20;

    /// <summary>How long a program that was asked to end may take before it is ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>The options that all of them share.</summary>
    /// <param name="run">What is to be done.</param>
    /// <param name="idle">How long the program waits for a message.</param>
    /// <param name="isVerbose">Whether it tells of each object; of errors it always does.</param>
    public static List<string> CommonOptions(RetrieverRun run, TimeSpan idle, bool isVerbose) =>
    [
        .. isVerbose ? new[] { "-v" } : [],
        run.Server.InformationModel == InformationModel.PatientRoot ? "-P" : "-S",
        "-aet", run.Server.CallingAETitle,
        "-aec", run.Server.CalledAETitle,
        "-to", Text(run.Server.ConnectTimeoutSeconds),
        "-ta", Text(run.Server.AcseTimeoutSeconds),
        "-td", Text((int)Math.Ceiling(idle.TotalSeconds)),
        "-pdu", Text(Pdu.DefaultMaximumLength),
        "-od", run.Folder,
        .. run.Request.Keys.SelectMany(key => new[] { "-k", $"{key.Keyword}={key.Value}" }),
        .. run.Option is null ? Array.Empty<string>() : [run.Option],
    ];

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its complaints.</returns>
    /// <exception cref="OperationCanceledException">It was ended: asked to first, then made to.</exception>
    /// <exception cref="RetrieverUnusableException">It cannot be run.</exception>
    public static async Task<IReadOnlyCollection<string>> RunAsync(
        string path,
        IEnumerable<string> arguments,
        Action<string> log,
        CancellationToken cancellationToken)
    {
        var complaints = new Queue<string>();
        using var kill = new CancellationTokenSource();
        using var registration = cancellationToken.Register(() => kill.CancelAfter(Grace));
        var run = new ProgramRun(path, arguments)
        {
            Environment = new Dictionary<string, string?> { ["TCP_NODELAY"] = "1" },
            ErrorLine = written =>
            {
                // It repeats what the PACS says.
                var line = ControlCharacters.Remove(written);
                log(line);
                Keep(complaints, line);
            },
        };
        try
        {
            await run.ExecuteAsync(cancellationToken, kill.Token).ConfigureAwait(false);
            return complaints;
        }
        catch (Win32Exception exception)
        {
            throw new RetrieverUnusableException(path, exception);
        }
    }

    /// <summary>A number as an argument.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Keeps errors, and the statuses that are written as warnings.</summary>
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

/// <summary>A program is there and cannot be run.</summary>
internal sealed class RetrieverUnusableException(string path, Exception inner)
    : Exception($"'{path}' cannot be run: {inner.Message}", inner)
{
    /// <summary>Its name.</summary>
    public string Tool { get; } = Path.GetFileNameWithoutExtension(path);
}
