using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Queries;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>A cmdlet that talks to a PACS: which one, in whose name, with how much patience.</summary>
public abstract class PacsServerCommand : ServerParameterCommand
{
    private readonly Dictionary<(string?, string?), X509Certificate2> _certificates = [];
    private PacsServer? _default;
    private bool _isSkipTold;

    /// <summary>
    /// The password of the certificate's file: a SecureString, as Get-Secret and Read-Host -AsSecureString give it, or a
    /// PSCredential. It is never saved.
    /// </summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? CertificatePassword { get; set; }

    /// <summary>What is known of servers that failed in this call.</summary>
    private protected FailedServers Failed { get; } = new();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();

        // A certificate that is named and not there is told before anything is done.
        if (TryFindCertificate(ApplyCertificate(new PacsServer()), out _) is { } problem)
            ThrowTerminatingError(problem);
    }

    /// <summary>The PACS to talk to: what was given, over what the piped object carries, over the default.</summary>
    /// <param name="carried">The server of a piped object.</param>
    /// <returns>Null if it cannot be used; the error has been written.</returns>
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
            WriteWarning($"The certificate of {server} is not checked: whoever answers is taken for it.");
        }

        return server;
    }

    /// <summary>The same, for a caller that does something else about an error.</summary>
    /// <returns>Why it cannot be used; null if it can.</returns>
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

    /// <summary>Finds our own certificate that a server names, once in a call.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    private ErrorRecord? TryFindCertificate(PacsServer server, out X509Certificate2? certificate)
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
        if (uids.FirstOrDefault(uid => !Uid.IsLikely(uid)) is not { } invalid)
            return uids;

        // What is piped may be from a wrong column of a table.
        var isShown = !MyInvocation.ExpectingInput || invalid.All(c => c is '.' or (>= '0' and <= '9'));
        Refuse(ErrorRecords.InvalidUid(parameter, invalid, isShown));
        return null;
    }

    /// <inheritdoc cref="ReadUids"/>
    private protected string? ReadUid(string text, string parameter) => ReadUids([text], parameter)?[0];
}
