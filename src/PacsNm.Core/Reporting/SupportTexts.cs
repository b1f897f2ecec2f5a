using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PacsNm.Dicom.Data;

namespace PacsNm.Reporting;

/// <summary>The texts of a support package. They hold no patient's data.</summary>
internal static class SupportTexts
{
    /// <summary>The most bytes that are read from the end of a log.</summary>
    private const int MaximumLogBytes = 256 << 10;

    /// <summary>The versions of the software and the system.</summary>
    /// <param name="module">The version and the folder of the module.</param>
    /// <param name="powerShell">The version of PowerShell, from $PSVersionTable.</param>
    /// <param name="tools">DCMTK's programs with their paths and versions; a path is empty if the program was not found.</param>
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

    /// <summary>The result of a connection test.</summary>
    /// <param name="result">The result, possibly of a test that ended early.</param>
    /// <param name="outcome">Succeeded, or the error that ended the test.</param>
    /// <param name="action">What to do next; empty for nothing.</param>
    /// <param name="queries">The queries that the test sent.</param>
    public static IEnumerable<string> Connection(PacsConnectionResult result, string outcome, string action, IEnumerable<string> queries)
    {
        List<string> lines =
        [
            .. Server(result.Server),
            "",
            Line("Outcome", outcome),
            Line("Reason", Redaction.Path(result.Reason)),
            Line("What to do", action),
            Line("Name resolution, ms", result.NameResolutionMilliseconds),
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
                "What the PACS and the connection can do (empty if the test did not show it):",
                Line("HonorsModalitiesInStudy", details.HonorsModalitiesInStudy),
                Line("ReturnsModalitiesInStudy", details.ReturnsModalitiesInStudy),
                Line("NeedsStudyDate", details.NeedsStudyDate),
                Line("AnswersImageLevel", details.AnswersImageLevel),
                Line("MaximumMatches", details.MaximumMatches),
                Line("QuickAcknowledgement", details.QuickAcknowledgement),
                "",
                "Presentation contexts:",
                .. details.PresentationContexts.Select(context => Line(
                    context.Service,
                    $"{context.Answer} {context.TransferSyntax}{(context.ScpRole is { } role ? $", SCP role {role}" : "")}")),
            ]);
        }

        return [.. lines, "", "Queries that were sent:", .. queries.Select(ControlCharacters.Remove)];
    }

    /// <summary>The saved servers. A name that is not made of common words is removed.</summary>
    public static IEnumerable<string> Servers(IReadOnlyList<PacsServer> servers, Redaction redaction) => servers.Count == 0
        ? ["No server is saved."]
        : servers.SelectMany((server, index) => (string[])
        [
            $"Server {index + 1}{(server.IsDefault ? ", the default" : "")}",
            Line("Name", redaction.Words(server.Name)),
            .. Server(server),
            "",
        ]);

    /// <summary>The end of a log. Lines that this module did not write are left out.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The log cannot be read.</exception>
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

    /// <summary>Formats a name and a value as one line.</summary>
    public static string Line(string name, object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return $"{name,-26}{ControlCharacters.Remove(text)}".TrimEnd();
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

        // The first line is incomplete.
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
