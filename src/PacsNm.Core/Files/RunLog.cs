using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PacsNm.Files;

/// <summary>A log file. One line is appended per event. Several runs can write to it at the same time. It names no patient.</summary>
/// <param name="path">The path of the log file.</param>
internal sealed class RunLog(string path)
{
    /// <summary>How long to wait while another run has the file open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Appends a line that begins with the local time and its offset from UTC.</summary>
    /// <exception cref="IOException">The log cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The log cannot be written.</exception>
    public void Write(string text)
    {
        var time = DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

        // A message from a PACS may have line breaks.
        var line = Encoding.UTF8.GetBytes($"{time} {text.Replace("\r", " ").Replace("\n", " ")}\n");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var stream = PrivateFile.Open(path, FileMode.Append, FileShare.Read);
                stream.Write(line, 0, line.Length);
                return;
            }
            catch (IOException exception) when (FileInUse.Is(exception) && waited.Elapsed < Patience)
            {
                Thread.Sleep(10);
            }
        }
    }
}
