using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>A cmdlet that talks to a PACS: which one, in whose name, with how much patience.</summary>
public abstract class PacsServerCommand : ServerPartsCommand
{
    private X509Certificate2? _certificate;
    private PacsServer? _default;
    private bool _isSkipTold;

    /// <summary>Our own certificate in the store of the user or the machine, for a PACS that asks for one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Our own certificate with its key, as a PFX file, or in PowerShell 7 a PEM file.</summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    /// <summary>The password of the file.</summary>
    [Parameter]
    public SecureString? CertificatePassword { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var path = CertificatePath is null ? null : this.ResolveFileSystemPath(CertificatePath);
        try
        {
            _certificate = ClientCertificates.Find(CertificateThumbprint, path, CertificatePassword);
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException || DestinationException.IsFileSystem(exception))
        {
            ThrowTerminatingError(ErrorRecords.CertificateUnusable(CertificateThumbprint ?? path!, exception));
        }
    }

    /// <summary>The PACS to talk to: what was given, over what the piped object carries, over the default.</summary>
    /// <param name="carried">The server of a piped object.</param>
    private protected PacsServer ResolveServer(PacsServer? carried = null)
    {
        var server = Server ?? carried ?? Default;
        var resolved = ApplyParts(server) with { ClientCertificate = _certificate ?? server.ClientCertificate };
        if (resolved is { UseTls: true, SkipCertificateCheck: true } && !_isSkipTold)
        {
            _isSkipTold = true;
            WriteWarning($"The certificate of {resolved} is not checked: whoever answers is taken for it.");
        }

        return resolved;
    }

    /// <summary>Looked up once in a call.</summary>
    private PacsServer Default
    {
        get
        {
            try
            {
                return _default ??= SavedServers.FindDefault();
            }
            catch (FormatException exception)
            {
                ThrowTerminatingError(ErrorRecords.ForServers(exception, SavedServers.Variable));
                throw;
            }
        }
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
}
