using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm;

/// <summary>A PACS and how to talk to it. Text of the form <c>AETITLE@host:port</c> is taken for one.</summary>
public sealed record PacsServer
{
    /// <summary>The PACS of the site that this module was made for: the default until another is given.</summary>
    public static readonly PacsServer Default = new();

    /// <summary>Makes one with the defaults.</summary>
    public PacsServer()
    {
    }

    /// <summary>Makes one from <c>AETITLE@host:port</c>, the form in which it is shown.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public PacsServer(string text)
    {
        var at = text.IndexOf('@');
        var colon = text.LastIndexOf(':');
        if (at < 1 || colon < at + 2
            || !int.TryParse(text.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            throw new FormatException($"'{text}' is no server. Write AETITLE@host:port, such as PACS@192.0.2.10:104.");
        }

        CalledAETitle = text.Substring(0, at);
        ComputerName = text.Substring(at + 1, colon - at - 1).Trim('[', ']');
        Port = port;
    }

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

    /// <summary>Seconds to wait for the TCP connection.</summary>
    public int ConnectTimeoutSeconds { get; init; } = 30;

    /// <summary>Seconds to wait for the answer to an association's request or release (ACSE).</summary>
    public int AcseTimeoutSeconds { get; init; } = 30;

    /// <summary>Seconds to wait for a DIMSE message.</summary>
    public int DimseTimeoutSeconds { get; init; } = 30;

    /// <summary>Whether to speak TLS 1.2 or later (PS3.15 B).</summary>
    public bool UseTls { get; init; }

    /// <summary>Whether any certificate of the PACS is taken.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>What retrieves from it, where -Retriever does not say.</summary>
    public Retriever Retriever { get; init; }

    /// <summary>How many matches the PACS sends at most; null if that is not known.</summary>
    public int? AnswerCap { get; init; }

    /// <summary>Our own certificate, for a PACS that asks for one. Never shown and never saved.</summary>
    internal X509Certificate2? ClientCertificate { get; init; }

    /// <summary>TLS as the network layer takes it; null for none.</summary>
    internal TlsOptions? Tls => UseTls ? new TlsOptions(ComputerName, ClientCertificate, SkipCertificateCheck) : null;

    /// <summary>The limits as the network layer takes them.</summary>
    internal NetworkTimeouts Timeouts => new()
    {
        Connect = TimeSpan.FromSeconds(ConnectTimeoutSeconds),
        Acse = TimeSpan.FromSeconds(AcseTimeoutSeconds),
        Dimse = TimeSpan.FromSeconds(DimseTimeoutSeconds),
    };


    /// <inheritdoc/>
    public override string ToString() => $"{CalledAETitle}@{(ComputerName.Contains(':') ? $"[{ComputerName}]" : ComputerName)}:{Port}";
}
