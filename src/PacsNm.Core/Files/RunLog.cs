using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PacsNm.Files;

/// <summary>A file that a line an event is appended to, by one run or by several at a time. It names no patient.</summary>
/// <param name="path">The file.</param>
internal sealed class RunLog(string path)
{
    /// <summary>How long another run may have the file open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Appends a line with the local time and its offset.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(string text)
    {
        var time = DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

        // One line an event, whatever a PACS put into its message.
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
