using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;

namespace PacsNm.Reporting;

/// <summary>The texts of a support package. None of them holds a patient's data.</summary>
internal static class SupportTexts
{
    /// <summary>The end of a log that is read.</summary>
    private const int MaximumLogBytes = 256 << 10;

    /// <summary>Which software runs where.</summary>
    /// <param name="module">The module.</param>
    /// <param name="powerShell">The engine, by $PSVersionTable.</param>
    /// <param name="tools">DCMTK's programs with their paths and versions; empty where there is none.</param>
    public static IEnumerable<string> Versions(PSModuleInfo? module, string powerShell, IEnumerable<(string Name, string Path, string Version)> tools) =>
    [
        SupportPackage.Line("PacsNm", $"{module?.Version} in {Redaction.Path(module?.ModuleBase ?? "")}"),
        SupportPackage.Line("PowerShell", powerShell),
        SupportPackage.Line(".NET", RuntimeInformation.FrameworkDescription),
        SupportPackage.Line("Operating system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, process {RuntimeInformation.ProcessArchitecture}"),
        SupportPackage.Line("Culture", CultureInfo.CurrentCulture.Name),
        SupportPackage.Line("Time", DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)),
        .. tools.Select(tool => SupportPackage.Line(
            tool.Name,
            tool.Path.Length == 0 ? "not found on the PATH" : $"{(tool.Version.Length == 0 ? "unknown version" : tool.Version)} at {Redaction.Path(tool.Path)}")),
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
            SupportPackage.Line("Outcome", outcome),
            SupportPackage.Line("Reason", Redaction.Path(result.Reason)),
            SupportPackage.Line("What to do", action),
            SupportPackage.Line("TCP and TLS, ms", result.TcpMilliseconds),
            SupportPackage.Line("Association, ms", result.AssociationMilliseconds),
            SupportPackage.Line("C-ECHO, ms", result.EchoMilliseconds),
            SupportPackage.Line("Accepted services", string.Join(", ", result.AcceptedServices)),
            SupportPackage.Line("Maximum PDU length", result.MaximumPduLength),
            SupportPackage.Line("Implementation class", result.ImplementationClassUid),
            SupportPackage.Line("Implementation version", result.ImplementationVersionName),
        ];
        if (result.Details is { } details)
        {
            lines.AddRange(
            [
                "",
                "What the PACS can do, empty where that was not found out:",
                SupportPackage.Line("HonorsModalitiesInStudy", details.HonorsModalitiesInStudy),
                SupportPackage.Line("ReturnsModalitiesInStudy", details.ReturnsModalitiesInStudy),
                SupportPackage.Line("NeedsStudyDate", details.NeedsStudyDate),
                SupportPackage.Line("AnswersImageLevel", details.AnswersImageLevel),
                SupportPackage.Line("AnswerCap", details.AnswerCap),
                "",
                "Presentation contexts:",
                .. details.PresentationContexts.Select(context =>
                    SupportPackage.Line(context.Service, $"{context.Answer} {context.TransferSyntax}{(context.ScpRole is { } role ? $", SCP role {role}" : "")}")),
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
            SupportPackage.Line("Name", redaction.Words(server.Name)),
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
            $"The last {kept.Length} lines. {Redaction.Removed} stands for what could name a patient; {lines.Count - kept.Length} lines that PacsNm did not write are left out.",
            "",
            .. kept,
        ];
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
        SupportPackage.Line("ComputerName", server.ComputerName),
        SupportPackage.Line("Port", server.Port),
        SupportPackage.Line("CalledAETitle", server.CalledAETitle),
        SupportPackage.Line("CallingAETitle", server.CallingAETitle),
        SupportPackage.Line("InformationModel", server.InformationModel),
        SupportPackage.Line("Timeouts, s", $"connect {server.ConnectTimeoutSeconds}, ACSE {server.AcseTimeoutSeconds}, DIMSE {server.DimseTimeoutSeconds}"),
        SupportPackage.Line("UseTls", server.UseTls),
        SupportPackage.Line("SkipCertificateCheck", server.SkipCertificateCheck),
        SupportPackage.Line("CertificateThumbprint", server.CertificateThumbprint),
        SupportPackage.Line("CertificatePath", server.CertificatePath is { } path ? (File.Exists(path) ? "a file" : "a file that is not there") : ""),
        SupportPackage.Line("Retriever", server.Retriever),
        SupportPackage.Line("LocalPort", server.LocalPort),
        SupportPackage.Line("AnswerCap", server.AnswerCap),
    ];
}
