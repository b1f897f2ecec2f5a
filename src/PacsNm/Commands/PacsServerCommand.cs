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

    /// <summary>What is known of servers that failed in this call.</summary>
    private protected FailedServers Failed { get; } = new();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var path = CertificatePath is null ? null : this.ResolveFileSystemPath(CertificatePath);
        try
        {
            _certificate = ClientCertificates.Find(CertificateThumbprint, path, CertificatePassword);
        }
        catch (Exception exception) when (
            exception is CryptographicException or NotSupportedException || DestinationException.IsFileSystem(exception))
        {
            ThrowTerminatingError(ErrorRecords.CertificateUnusable(CertificateThumbprint ?? path!, exception));
        }
    }

    /// <summary>The PACS to talk to: what was given, over what the piped object carries, over the default.</summary>
    /// <param name="carried">The server of a piped object.</param>
    /// <returns>Null if it cannot be used; the error has been written.</returns>
    private protected PacsServer? ResolveServer(PacsServer? carried = null)
    {
        var server = Server ?? carried ?? Default;
        if (ApplyParts(server) is not { } changed)
            return null;
        var resolved = changed with { ClientCertificate = _certificate ?? server.ClientCertificate };
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

    /// <summary>The objects of -InputObject, which is in the default parameter set: without any nothing was given at all.</summary>
    private protected T[] Inputs<T>(T[]? input)
        where T : PacsMatch
    {
        T[] found = [.. (input ?? []).OfType<T>()];
        if (found.Length == 0)
        {
            Refuse(ErrorRecords.InputMissing(
                input, "There is nothing to do.", "Pipe in what a Find cmdlet gives, or rows with UIDs, or name UIDs."));
        }

        return found;
    }

    /// <summary>UIDs of a parameter, without the spaces around them.</summary>
    /// <returns>Null if one is not a UID; the error has been written.</returns>
    private protected string[]? ReadUids(IEnumerable<string> texts, string parameter)
    {
        string[] uids = [.. texts.Select(text => text?.Trim() ?? "")];
        if (uids.FirstOrDefault(uid => !Uid.IsValid(uid)) is not { } invalid)
            return uids;

        // What is piped may be from a wrong column of a table.
        var isShown = !MyInvocation.ExpectingInput || invalid.All(c => c is '.' or (>= '0' and <= '9'));
        Refuse(ErrorRecords.InvalidUid(parameter, invalid, isShown));
        return null;
    }

    /// <inheritdoc cref="ReadUids"/>
    private protected string? ReadUid(string text, string parameter) => ReadUids([text], parameter)?[0];
}
