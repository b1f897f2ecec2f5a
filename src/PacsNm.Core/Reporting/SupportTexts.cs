using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PacsNm.Reporting;

/// <summary>The texts of a support package. None of them holds a patient's data.</summary>
internal static class SupportTexts
{
    /// <summary>The end of a log that is read.</summary>
    private const int MaximumLogBytes = 256 << 10;

    /// <summary>Which software runs where.</summary>
    /// <param name="module">The version of the module and its folder.</param>
    /// <param name="powerShell">The engine, by $PSVersionTable.</param>
    /// <param name="tools">DCMTK's programs with their paths and versions; empty where there is none.</param>
    public static IEnumerable<string> Versions(
        string module,
        string powerShell,
        IEnumerable<(string Name, string Path, string Version)> tools) =>
    [
        Line("PacsNm", module),
        Line("PowerShell", powerShell),
        Line(".NET", RuntimeInformation.FrameworkDescription),
        Line("Operating system", RuntimeInformation.OSDescription),
        Line("Architecture", $"{RuntimeInformation.OSArchitecture}, process {RuntimeInformation.ProcessArchitecture}"),
        Line("Culture", CultureInfo.CurrentCulture.Name),
        Line("Time", DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)),
        .. tools.Select(tool => Line(
            tool.Name,
            tool.Path.Length == 0 ? "not found on the PATH"
            : $"{(tool.Version.Length == 0 ? "unknown version" : tool.Version)} at {Redaction.Path(tool.Path)}")),
    ];

    /// <summary>What a connection test found out.</summary>
    /// <param name="result">As far as it came.</param>
    /// <param name="outcome">Succeeded, or what it ended with.</param>
    /// <param name="action">What to do next; empty for nothing.</param>
    /// <param name="queries">The queries that it sent.</param>
    public static IEnumerable<string> Connection(PacsConnectionResult result, string outcome, string action, IEnumerable<string> queries)
    {
        List<string> lines =
        [
            .. Server(result.Server),
            "",
            Line("Outcome", outcome),
            Line("Reason", Redaction.Path(result.Reason)),
            Line("What to do", action),
            Line("TCP, ms", result.TcpMilliseconds),
            Line("TLS handshake, ms", result.TlsMilliseconds),
            Line("Association, ms", result.AssociationMilliseconds),
            Line("C-ECHO, ms", result.EchoMilliseconds),
            Line("Accepted services", string.Join(", ", result.AcceptedServices)),
            Line("Maximum PDU length", result.MaximumPduLength),
            Line("Implementation class", result.ImplementationClassUid),
            Line("Implementation version", result.ImplementationVersionName),
        ];
        if (result.Details is { } details)
        {
            lines.AddRange(
            [
                "",
                "What the PACS can do, empty where that was not found out:",
                Line("HonorsModalitiesInStudy", details.HonorsModalitiesInStudy),
                Line("ReturnsModalitiesInStudy", details.ReturnsModalitiesInStudy),
                Line("NeedsStudyDate", details.NeedsStudyDate),
                Line("AnswersImageLevel", details.AnswersImageLevel),
                Line("MaximumMatches", details.MaximumMatches),
                "",
                "Presentation contexts:",
                .. details.PresentationContexts.Select(context => Line(
                    context.Service,
                    $"{context.Answer} {context.TransferSyntax}{(context.ScpRole is { } role ? $", SCP role {role}" : "")}")),
            ]);
        }

        return [.. lines, "", "Queries that were sent:", .. queries.Select(Redaction.Visible)];
    }

    /// <summary>The saved servers. A name that is not made of plain words is left out.</summary>
    public static IEnumerable<string> Servers(IReadOnlyList<PacsServer> servers, Redaction redaction) => servers.Count == 0
        ? ["No server is saved."]
        : servers.SelectMany((server, index) => (string[])
        [
            $"Server {index + 1}{(server.IsDefault ? ", the default" : "")}",
            Line("Name", redaction.Words(server.Name)),
            .. Server(server),
            "",
        ]);

    /// <summary>The end of a log, by lines of this module alone.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static IEnumerable<string> Log(string path, Redaction redaction)
    {
        var lines = Tail(path);
        string[] kept = [.. lines.Select(redaction.Line).OfType<string>()];
        return
        [
            $"The last {kept.Length} lines. {Redaction.Removed} stands for what could name a patient.",
            $"Left out: {lines.Count - kept.Length} lines that PacsNm did not write.",
            "",
            .. kept,
        ];
    }

    /// <summary>A line with a name and a value.</summary>
    public static string Line(string name, object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return $"{name,-26}{Redaction.Visible(text)}".TrimEnd();
    }

    private static List<string> Tail(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var isCut = stream.Length > MaximumLogBytes;
        if (isCut)
            stream.Seek(-MaximumLogBytes, SeekOrigin.End);
        var content = new byte[MaximumLogBytes];
        var length = 0;
        while (length < content.Length && stream.Read(content, length, content.Length - length) is > 0 and var count)
            length += count;
        List<string> lines = [.. Encoding.UTF8.GetString(content, 0, length).Split(['\n'], StringSplitOptions.RemoveEmptyEntries)];

        // The first one is the end of a line.
        if (isCut && lines.Count > 0)
            lines.RemoveAt(0);
        return lines;
    }

    private static IEnumerable<string> Server(PacsServer server) =>
    [
        Line("ComputerName", server.ComputerName),
        Line("Port", server.Port),
        Line("CalledAETitle", server.CalledAETitle),
        Line("CallingAETitle", server.CallingAETitle),
        Line("InformationModel", server.InformationModel),
        Line("ConnectTimeoutSeconds", server.ConnectTimeoutSeconds),
        Line("AcseTimeoutSeconds", server.AcseTimeoutSeconds),
        Line("DimseTimeoutSeconds", server.DimseTimeoutSeconds),
        Line("UseTls", server.UseTls),
        Line("SkipCertificateCheck", server.SkipCertificateCheck),
        Line("CertificateThumbprint", server.CertificateThumbprint),
        Line("CertificatePath", server.CertificatePath is not { } path ? "" : File.Exists(path) ? "a file" : "a file that is not there"),
        Line("Retriever", server.Retriever),
        Line("LocalPort", server.LocalPort),
        Line("MaximumMatches", server.MaximumMatches),
    ];
}
