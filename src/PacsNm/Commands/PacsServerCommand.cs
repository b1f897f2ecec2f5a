using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>A cmdlet that talks to a PACS: which one, in whose name, with how much patience.</summary>
public abstract class PacsServerCommand : PacsCommand
{
    private X509Certificate2? _certificate;
    private bool _isSkipTold;

    /// <summary>The PACS, as an object or as AETITLE@host:port. The parameters below change single parts of it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public virtual PacsServer? Server { get; set; }

    /// <summary>The host name or address of the PACS.</summary>
    [Parameter]
    [Alias("PacsHost")]
    [ValidateNotNullOrEmpty]
    public string? ComputerName { get; set; }

    /// <summary>The TCP port of the PACS.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>The AE title of the PACS.</summary>
    [Parameter]
    [Alias("AET")]
    public string? CalledAETitle { get; set; }

    /// <summary>Our own AE title, as the PACS knows it.</summary>
    [Parameter]
    [Alias("LocalAET")]
    public string? CallingAETitle { get; set; }

    /// <summary>The Query/Retrieve information model (PS3.4 C.3).</summary>
    [Parameter]
    public InformationModel InformationModel { get; set; }

    /// <summary>Seconds to wait for the TCP connection, 30 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int ConnectTimeoutSeconds { get; set; }

    /// <summary>Seconds to wait for the answer to an association's request or release (ACSE), 30 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int AcseTimeoutSeconds { get; set; }

    /// <summary>Seconds to wait for a whole DIMSE message, 30 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int DimseTimeoutSeconds { get; set; }

    /// <summary>Speaks TLS 1.2 or later (PS3.15 B).</summary>
    [Parameter]
    public SwitchParameter UseTls { get; set; }

    /// <summary>Our own certificate in the store of the user or the machine, for a PACS that asks for one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Our own certificate with its key, as a PFX file, or in PowerShell 7 a PEM file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <summary>The password of the file.</summary>
    [Parameter]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>Takes any certificate of the PACS: who answers remains unknown.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        CheckAETitle(CalledAETitle, nameof(CalledAETitle));
        CheckAETitle(CallingAETitle, nameof(CallingAETitle));
        try
        {
            _certificate = ClientCertificates.Find(
                CertificateThumbprint,
                CertificatePath is null ? null : GetUnresolvedProviderPathFromPSPath(CertificatePath),
                CertificatePassword);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or NotSupportedException)
        {
            ThrowTerminatingError(ErrorRecords.CertificateUnusable(CertificateThumbprint ?? CertificatePath!, exception));
        }
    }

    /// <summary>The PACS to talk to: what was given, over what the piped object carries, over the default.</summary>
    /// <param name="carried">The server of a piped object.</param>
    private protected PacsServer ResolveServer(PacsServer? carried = null)
    {
        var server = Server ?? carried ?? PacsServer.Default;
        var resolved = server with
        {
            ComputerName = ComputerName ?? server.ComputerName,
            Port = Given(nameof(Port), Port, server.Port),
            CalledAETitle = CalledAETitle ?? server.CalledAETitle,
            CallingAETitle = CallingAETitle ?? server.CallingAETitle,
            InformationModel = Given(nameof(InformationModel), InformationModel, server.InformationModel),
            ConnectTimeoutSeconds = Given(nameof(ConnectTimeoutSeconds), ConnectTimeoutSeconds, server.ConnectTimeoutSeconds),
            AcseTimeoutSeconds = Given(nameof(AcseTimeoutSeconds), AcseTimeoutSeconds, server.AcseTimeoutSeconds),
            DimseTimeoutSeconds = Given(nameof(DimseTimeoutSeconds), DimseTimeoutSeconds, server.DimseTimeoutSeconds),
            UseTls = Given(nameof(UseTls), UseTls.IsPresent, server.UseTls),
            SkipCertificateCheck = Given(nameof(SkipCertificateCheck), SkipCertificateCheck.IsPresent, server.SkipCertificateCheck),
            ClientCertificate = _certificate ?? server.ClientCertificate,
        };
        CheckAETitle(resolved.CalledAETitle, nameof(CalledAETitle));
        CheckAETitle(resolved.CallingAETitle, nameof(CallingAETitle));
        if (resolved is { UseTls: true, SkipCertificateCheck: true } && !_isSkipTold)
        {
            _isSkipTold = true;
            WriteWarning($"The certificate of {resolved} is not checked: whoever answers is taken for it.");
        }

        return resolved;
    }

    /// <summary>Whether all texts are UIDs; an error names the first one that is not.</summary>
    private protected bool AreUids(IEnumerable<string>? uids, string parameter)
    {
        if (uids?.FirstOrDefault(uid => !Uid.IsValid(uid)) is not { } invalid)
            return true;
        var error = ErrorRecords.InvalidUid(parameter, invalid);
        if (MyInvocation.ExpectingInput)
            WriteError(error);
        else
            ThrowTerminatingError(error);
        return false;
    }

    private T Given<T>(string parameter, T value, T otherwise) =>
        MyInvocation.BoundParameters.ContainsKey(parameter) ? value : otherwise;

    private void CheckAETitle(string? title, string parameter)
    {
        if (title is not null && !AETitle.IsValid(title))
            ThrowTerminatingError(ErrorRecords.InvalidAETitle(parameter, title));
    }
}
