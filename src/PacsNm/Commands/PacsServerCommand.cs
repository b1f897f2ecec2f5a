using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Queries;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>The base class of cmdlets that connect to a PACS. It resolves the server and its client certificate.</summary>
public abstract class PacsServerCommand : ServerParameterCommand
{
    private readonly Dictionary<(string?, string?), X509Certificate2> _certificates = [];
    private PacsServer? _default;
    private bool _isSkipTold;

    /// <summary>
    /// The password of the certificate file: a SecureString, for example from Get-Secret or Read-Host -AsSecureString, or a PSCredential.
    /// It is never saved.
    /// </summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>The servers that failed in this call.</summary>
    private protected FailedServers Failed { get; } = new();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // A certificate that does not exist is reported before anything is done.
        if (TryFindCertificate(ApplyCertificate(new PacsServer()), out _) is { } problem)
            ThrowTerminatingError(problem);
    }

    /// <summary>Resolves the PACS. The parameters take precedence over the server of the piped object, and that over the default.</summary>
    /// <param name="carried">The server of a piped object.</param>
    /// <returns>The server; null if it cannot be used. The error has been written then.</returns>
    private protected PacsServer? ResolveServer(PacsServer? carried = null)
    {
        if (TryResolveServer(carried, out var server) is { } problem)
        {
            if (Server is null && carried is null)
                ThrowTerminatingError(problem);
            Refuse(problem);
            return null;
        }

        if (server is { UseTls: true, SkipCertificateCheck: true } && !_isSkipTold)
        {
            _isSkipTold = true;
            WriteWarning($"The certificate of {server} is not checked, so another computer could answer in its place.");
        }

        return server;
    }

    /// <summary>Resolves the PACS for a caller that handles the error itself.</summary>
    /// <returns>The error; null if the server can be used.</returns>
    private protected ErrorRecord? TryResolveServer(PacsServer? carried, out PacsServer? server)
    {
        server = null;
        try
        {
            if (TryApplyParts(Server ?? carried ?? (_default ??= SavedServers.FindDefault()), out var changed) is { } problem)
                return problem;
            server = changed;
        }
        catch (FormatException exception)
        {
            return ErrorRecords.ForServers(exception, SavedServers.Variable);
        }

        if (!server.UseTls || server.HasClientCertificate)
            return null;
        if (TryFindCertificate(server, out var certificate) is { } unusable)
            return unusable;
        server = server with { ClientCertificate = certificate };
        return null;
    }

    /// <summary>Finds the client certificate of a server. Each certificate is searched for only once per call.</summary>
    /// <returns>The error; null if there is none.</returns>
    private protected ErrorRecord? TryFindCertificate(PacsServer server, out X509Certificate2? certificate)
    {
        var (thumbprint, path) = (server.CertificateThumbprint, server.CertificatePath);
        certificate = null;
        if ((thumbprint ?? path) is not { } name || _certificates.TryGetValue((thumbprint, path), out certificate))
            return null;

        try
        {
            _certificates[(thumbprint, path)] = certificate = ClientCertificates.Find(thumbprint, path, CertificatePassword)!;
            return null;
        }
        catch (Exception exception) when (
            exception is CryptographicException or NotSupportedException || FileFailure.Is(exception))
        {
            return ErrorRecords.CertificateUnusable(name, exception);
        }
    }

    /// <summary>The objects of -InputObject. It is in the default parameter set, so an empty value means that no input was given.</summary>
    private protected T[] Inputs<T>(T[]? input)
        where T : PacsMatch
    {
        T[] found = [.. (input ?? []).OfType<T>()];
        if (found.Length == 0)
        {
            Refuse(ErrorRecords.InputMissing(
                input, "There is nothing to do.", "Pipe in the objects of a Find cmdlet or rows with UIDs, or give UIDs."));
        }

        return found;
    }

    /// <summary>Reads the UIDs of a parameter, without surrounding spaces.</summary>
    /// <returns>The UIDs; null if a text is not a UID. The error has been written then.</returns>
    private protected string[]? ReadUids(IEnumerable<string> texts, string parameter)
    {
        string[] uids = [.. texts.Select(text => text?.Trim() ?? "")];
        if (uids.FirstOrDefault(uid => !Uid.IsLikely(uid)) is not { } invalid)
            return uids;

        // Pipeline input may come from the wrong column of a table.
        var isShown = !MyInvocation.ExpectingInput || invalid.All(c => c is '.' or (>= '0' and <= '9'));
        Refuse(ErrorRecords.InvalidUid(parameter, invalid, isShown));
        return null;
    }

    /// <inheritdoc cref="ReadUids"/>
    private protected string? ReadUid(string text, string parameter) => ReadUids([text], parameter)?[0];
}
