using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Servers;

namespace PacsNm;

/// <summary>
/// A PACS and how to talk to it. Text is taken for one: the name of a saved server, or <c>AETITLE@host:port</c>.
/// </summary>
public sealed record PacsServer : IComparable
{
    /// <summary>The PACS of the site that this module was made for: the default until another is given.</summary>
    public static readonly PacsServer Default = new();

    /// <summary>The name that it is saved under; empty where it is not saved.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it is the saved one that is taken where none is named.</summary>
    public bool IsDefault { get; init; }

    /// <summary>A host name or an address.</summary>
    public string ComputerName { get; init; } = "172.19.32.28";

    /// <summary>The TCP port of the PACS.</summary>
    public int Port { get; init; } = 11112;

    /// <summary>The AE title of the PACS.</summary>
    public string CalledAETitle { get; init; } = "EE2006194AMIP";

    /// <summary>Our own AE title.</summary>
    public string CallingAETitle { get; init; } = "ALBIZIA_WG";

    /// <summary>The Query/Retrieve information model (PS3.4 C.3).</summary>
    public InformationModel InformationModel { get; init; } = InformationModel.StudyRoot;

    /// <summary>Seconds to wait for the TCP connection, and again for the TLS handshake on it.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 30;

    /// <summary>Seconds to wait for the answer to an association's request or release (ACSE).</summary>
    public int AcseTimeoutSeconds { get; init; } = 30;

    /// <summary>Seconds to wait for a DIMSE message.</summary>
    public int DimseTimeoutSeconds { get; init; } = 30;

    /// <summary>Whether to speak TLS 1.2 or later (PS3.15 B).</summary>
    public bool UseTls { get; init; }

    /// <summary>Whether any certificate of the PACS is taken.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>How many matches the PACS sends at most; null if that is not known.</summary>
    public int? MaximumMatches { get; init; }

    /// <summary>The former name of MaximumMatches, for scripts and files that have it.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int? AnswerCap
    {
        get => MaximumMatches;
        init => MaximumMatches = value ?? MaximumMatches;
    }

    /// <summary>What retrieves from it, unless a Save cmdlet is told otherwise.</summary>
    public Retriever Retriever { get; init; }

    /// <summary>The port of this machine that the PACS knows by our AE title, for C-MOVE; null if it knows none.</summary>
    public int? LocalPort { get; init; }

    /// <summary>The thumbprint of our own certificate, for a PACS that asks for one; null for none.</summary>
    public string? CertificateThumbprint { get; init => field = NullIfEmpty(value); }

    /// <summary>The file of our own certificate, for a PACS that asks for one; null for none. Its password is not kept.</summary>
    public string? CertificatePath { get; init => field = NullIfEmpty(value); }

    /// <summary>Our own certificate itself, once it was read. Never shown and never saved.</summary>
    internal X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Why this is not a server, where a parameter was given a text that names none; null for a server.</summary>
    internal FormatException? Problem { get; init; }

    /// <summary>Whether our own certificate was read, or none is named.</summary>
    internal bool HasClientCertificate => ClientCertificate is not null || (CertificateThumbprint ?? CertificatePath) is null;

    /// <summary>TLS as the network layer takes it; null for none.</summary>
    internal TlsOptions? Tls => UseTls ? new TlsOptions(ComputerName, ClientCertificate, SkipCertificateCheck) : null;

    /// <summary>The limits as the network layer takes them.</summary>
    internal NetworkTimeouts Timeouts => new()
    {
        Connect = TimeSpan.FromSeconds(ConnectTimeoutSeconds),
        TlsHandshake = TimeSpan.FromSeconds(ConnectTimeoutSeconds),
        Acse = TimeSpan.FromSeconds(AcseTimeoutSeconds),
        Dimse = TimeSpan.FromSeconds(DimseTimeoutSeconds),
    };

    /// <summary>
    /// Reads what a person writes: the name of a saved server, or <c>AETITLE@host:port</c>, the form in which a server is
    /// shown. Of a saved server that has this address all the rest is taken too.
    /// </summary>
    /// <exception cref="FormatException">It is neither, or the file of saved servers is broken.</exception>
    public static PacsServer Parse(string text)
    {
        text = text.Trim();
        if (TryParseAddress(text) is not { } address)
        {
            var saved = ServerFile.Read();
            var names = string.Join(", ", saved.All().Select(server => server.Name));
            return saved.Find(text) ?? throw new FormatException(
                $"'{text}' is not a server. Write AETITLE@host:port, such as PACS@192.0.2.10:104, or the name of a saved server"
                + $" ({(names.Length > 0 ? names : "there is none yet: Set-PacsServer")}).");
        }

        return ServerFile.Read().FindAddress(address) ?? address;
    }

    /// <summary>Orders servers by name, then by address and by our AE title, as Sort-Object and Compare-Object use it.</summary>
    public int CompareTo(object? obj) => string.Compare(SortKey, (obj as PacsServer)?.SortKey, StringComparison.OrdinalIgnoreCase);

    private string SortKey => $"{Name}\n{this}\n{CallingAETitle}";

    /// <summary>Whether a server can be saved under a text.</summary>
    internal static bool IsName(string? text) =>
        text is { Length: > 0 and <= 64 } && text.Trim() == text && !text.Any(c => char.IsControl(c) || c is '@' or '*' or '?' or '[' or ']');

    /// <summary>What comes back from CliXml is empty where it was null.</summary>
    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static PacsServer? TryParseAddress(string text)
    {
        var at = text.IndexOf('@');
        var colon = text.LastIndexOf(':');
        if (at < 1 || colon < at + 2
            || !int.TryParse(text.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            return null;
        }

        return new PacsServer
        {
            CalledAETitle = text.Substring(0, at).Trim(),
            ComputerName = text.Substring(at + 1, colon - at - 1).Trim(' ', '[', ']'),
            Port = port,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{CalledAETitle}@{(ComputerName.Contains(':') ? $"[{ComputerName}]" : ComputerName)}:{Port}";
}
