using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Servers;

/// <summary>The file of saved servers in the user's configuration folder. Only its owner can read it.</summary>
internal static class ServerFile
{
    /// <summary>The largest length to read, in bytes. The file is far smaller than this.</summary>
    private const int MaximumLength = 1 << 20;

    private static readonly DataContractJsonSerializer Serializer = new(typeof(SavedServers));

    /// <summary>The path: in the XDG configuration folder, or on Windows in the roaming application data.</summary>
    public static string Path
    {
        get
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
                return System.IO.Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "pacsnm", "servers.json");

            // A relative path must be ignored (XDG Base Directory Specification).
            var folder = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { } named
                && named.StartsWith("/", StringComparison.Ordinal)
                ? named
                : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
            return System.IO.Path.Combine(folder, "pacsnm", "servers.json");
        }
    }

    /// <summary>Reads the file. Without a file there are no servers.</summary>
    /// <exception cref="ServerFileException">The file cannot be read or is damaged.</exception>
    public static SavedServers Read()
    {
        byte[] bytes;
        try
        {
            if (!File.Exists(Path))
                return new SavedServers();
            bytes = new FileInfo(Path).Length <= MaximumLength
                ? new FilePatience().Run(() => File.ReadAllBytes(Path))
                : throw new IOException("It is too long.");
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            throw new ServerFileException($"The file of saved servers '{Path}' cannot be read: {exception.Message}", exception);
        }

        if (TryParse(bytes, out var saved) is { } broken)
            throw Broken(LineOf(bytes, broken), broken);
        if (saved!.FindProblem() is var (name, problem))
            throw Broken(LineOf(bytes, name), new FormatException(problem));
        return saved;
    }

    private static ServerFileException Broken(int line, Exception problem) =>
        new($"The file of saved servers '{Path}' is broken at line {line}: {problem.Message}", problem) { Line = line };

    /// <summary>Parses the content of the file.</summary>
    /// <returns>Why it cannot be parsed; null if it can.</returns>
    private static Exception? TryParse(byte[] bytes, out SavedServers? saved)
    {
        saved = null;
        try
        {
            using var stream = new MemoryStream(bytes);
            saved = Serializer.ReadObject(stream) as SavedServers;

            // The serializer reads a list or a number as an object without members.
            var first = bytes.SkipWhile(one => one is 0xEF or 0xBB or 0xBF or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
            return saved is null || first.FirstOrDefault() != (byte)'{' ? new SerializationException("It holds no object.") : null;
        }
        catch (Exception exception) when (exception is SerializationException or XmlException or FormatException or OverflowException)
        {
            return exception;
        }
    }

    /// <summary>
    /// Finds the line of a problem, which the parser does not report: the first line that gives the same problem without the lines after
    /// it. In a file that was cut off, that is the last line.
    /// </summary>
    private static int LineOf(byte[] bytes, Exception problem)
    {
        var line = 0;
        for (var end = 0; end < bytes.Length; line++)
        {
            var length = Array.IndexOf(bytes, (byte)'\n', end) + 1;
            end = length > 0 ? length : bytes.Length;

            // A control character is not valid JSON.
            if (TryParse([.. bytes.Take(end), 1], out _)?.Message == problem.Message)
                return line + 1;
        }

        return Math.Max(1, line);
    }

    private static int LineOf(byte[] bytes, string name) =>
        Math.Max(1, 1 + Array.FindIndex(Encoding.UTF8.GetString(bytes).Split('\n'), line => line.Contains($"\"{name}\"")));

    /// <summary>Writes the file. It replaces the old file only when it is complete.</summary>
    /// <exception cref="ServerFileException">The file cannot be written. The old file is unchanged.</exception>
    public static void Write(SavedServers saved)
    {
        using var content = new MemoryStream();
        using (var writer = JsonReaderWriterFactory.CreateJsonWriter(
            content, new UTF8Encoding(false), ownsStream: false, indent: true, "  "))
            Serializer.WriteObject(writer, saved);
        content.WriteByte((byte)'\n');
        try
        {
            PrivateFile.Replace(Path, content.ToArray());
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            throw new ServerFileException(
                $"The file of saved servers '{Path}' cannot be written: {DestinationException.Describe(exception)}.", exception);
        }
    }
}

/// <summary>The file of saved servers cannot be read or written. The message says why, and at which line.</summary>
internal sealed class ServerFileException(string message, Exception inner) : FormatException(message, inner)
{
    /// <summary>The line of the problem; null if the file cannot be read or written at all.</summary>
    public int? Line { get; init; }
}
