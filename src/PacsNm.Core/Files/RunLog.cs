using System.Globalization;
using System.Text;

namespace PacsNm.Files;

/// <summary>A log file. One line is appended per event. Several runs can write to it at the same time. It names no patient.</summary>
/// <param name="path">The path of the log file.</param>
internal sealed class RunLog(string path)
{
    /// <summary>Appends a line that begins with the local time and its offset from UTC.</summary>
    /// <exception cref="IOException">The log cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The log cannot be written.</exception>
    public void Write(string text)
    {
        var time = DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

        // A message from a PACS may have line breaks.
        var line = Encoding.UTF8.GetBytes($"{time} {text.Replace("\r", " ").Replace("\n", " ")}\n");
        PrivateFile.Append(path, line);
    }
}
