using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Servers;

namespace PacsNm;

/// <summary>
/// The address of a PACS and the settings to use with it. It converts from text: the name of a saved server, or <c>AETITLE@host:port</c>.
/// </summary>
public sealed record PacsServer : IComparable
{
    /// <summary>The PACS of the site that PacsNm was made for. It is used until a default is saved.</summary>
    public static readonly PacsServer Default = new();

    /// <summary>The name of the saved server; empty if it is not saved.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it is the saved default.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The host name or IP address of the PACS.</summary>
    public string ComputerName { get; init; } = SiteDefaults.ComputerName;

    /// <summary>The TCP port of the PACS.</summary>
    public int Port { get; init; } = SiteDefaults.Port;

    /// <summary>The AE title of the PACS.</summary>
    public string CalledAETitle { get; init; } = SiteDefaults.CalledAETitle;

    /// <summary>The AE title of this client.</summary>
    public string CallingAETitle { get; init; } = SiteDefaults.CallingAETitle;

    /// <summary>The Query/Retrieve information model (PS3.4 C.3).</summary>
    public InformationModel InformationModel { get; init; } = InformationModel.StudyRoot;

    /// <summary>The time limit in seconds for each of the look-up of the host name, the TCP connection and the TLS handshake.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 30;

    /// <summary>The time limit for the answer to an association or release request (ACSE), in seconds.</summary>
    public int AcseTimeoutSeconds { get; init; } = 30;

    /// <summary>The time limit for a DIMSE message, in seconds.</summary>
    public int DimseTimeoutSeconds { get; init; } = 30;

    /// <summary>Whether to use TLS 1.2 or later (PS3.15 B).</summary>
    public bool UseTls { get; init; }

    /// <summary>Whether to accept any certificate of the PACS.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>The most matches that the PACS sends; null if unknown.</summary>
    public int? MaximumMatches { get; init; }

    /// <summary>The former name of MaximumMatches, for existing scripts and files.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int? AnswerCap
    {
        get => MaximumMatches;
        init => MaximumMatches = value ?? MaximumMatches;
    }

    /// <summary>The retriever that Save cmdlets use by default.</summary>
    public Retriever Retriever { get; init; }

    /// <summary>The TCP port of this computer that the PACS knows by our AE title, for C-MOVE; null if it knows none.</summary>
    public int? LocalPort { get; init; }

    /// <summary>The thumbprint of the client certificate, for a PACS that requires one; null for none.</summary>
    public string? CertificateThumbprint { get; init => field = NullIfEmpty(value); }

    /// <summary>The path of the client certificate, for a PACS that requires one; null for none. Its password is not stored.</summary>
    public string? CertificatePath { get; init => field = NullIfEmpty(value); }

    /// <summary>
    /// The hours in which studies may be retrieved, separated by semicolons, such as <c>19:00-06:00; Sat-Sun</c>; empty for always.
    /// </summary>
    public string ActiveHours { get; init => field = value ?? ""; } = "";

    /// <summary>The most associations with the PACS that a retrieval uses; 0 for no limit but its own.</summary>
    public int MaxAssociations { get; init; }

    /// <summary>The rate at which the PACS may send, in bytes per second over all associations of a call; 0 for no limit.</summary>
    public long MaxBytesPerSecond { get; init; }

    /// <summary>The client certificate, after it was read. It is never shown or saved.</summary>
    internal X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Why the text of a parameter does not name a server; null for a valid server.</summary>
    internal FormatException? Problem { get; init; }

    /// <summary>Whether the client certificate was read, or none is needed.</summary>
    internal bool HasClientCertificate => ClientCertificate is not null || (CertificateThumbprint ?? CertificatePath) is null;

    /// <summary>The TLS options for the network layer; null without TLS.</summary>
    internal TlsOptions? Tls => UseTls ? new TlsOptions(ComputerName, ClientCertificate, SkipCertificateCheck) : null;

    /// <summary>The time limits for the network layer.</summary>
    internal NetworkTimeouts Timeouts => new()
    {
        NameResolution = TimeSpan.FromSeconds(ConnectTimeoutSeconds),
        Connect = TimeSpan.FromSeconds(ConnectTimeoutSeconds),
        TlsHandshake = TimeSpan.FromSeconds(ConnectTimeoutSeconds),
        Acse = TimeSpan.FromSeconds(AcseTimeoutSeconds),
        Dimse = TimeSpan.FromSeconds(DimseTimeoutSeconds),
    };

    /// <summary>
    /// Parses the name of a saved server, or <c>AETITLE@host:port</c>, which is also the text form of a server. If a saved server has this
    /// address, its other settings are used too.
    /// </summary>
    /// <exception cref="FormatException">The text is neither, or the file of saved servers is damaged.</exception>
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

    /// <summary>Orders servers by name, then by address and AE title, for Sort-Object and Compare-Object.</summary>
    public int CompareTo(object? obj) => string.Compare(SortKey, (obj as PacsServer)?.SortKey, StringComparison.OrdinalIgnoreCase);

    private string SortKey => $"{Name}\n{this}\n{CallingAETitle}";

    /// <summary>Whether a text is a valid name for a saved server.</summary>
    internal static bool IsName(string? text) =>
        text is { Length: > 0 and <= 64 }
            && text.Trim() == text
            && !text.Any(c => char.IsControl(c) || c is '@' or '*' or '?' or '[' or ']');

    /// <summary>CliXml restores null as an empty text.</summary>
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
