using System.ComponentModel;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PacsNm.Dicom.Network;

/// <summary>A secure transport connection (PS3.15 B): TLS 1.2 or later.</summary>
/// <param name="TargetHost">The name that the certificate of the peer must have.</param>
/// <param name="ClientCertificate">Our own certificate, in case the peer requests one; null if we have none.</param>
/// <param name="SkipCertificateCheck">Whether any certificate is accepted. The peer is then not authenticated.</param>
public sealed record TlsOptions(string TargetHost, X509Certificate2? ClientCertificate, bool SkipCertificateCheck)
{
    /// <summary>The protocol versions of both ends.</summary>
#if NET
    internal const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;
#else
    internal const SslProtocols Protocols = SslProtocols.Tls12;
#endif

    /// <summary>Starts TLS as the client.</summary>
    /// <exception cref="PeerUnreachableException">The peer does not use TLS, or its certificate is not trusted.</exception>
    /// <exception cref="PeerTimeoutException">The peer did not answer within the limit.</exception>
    internal Task<Stream> AuthenticateAsync(Stream stream, TimeSpan limit, CancellationToken cancellationToken)
    {
        var certificates = new X509CertificateCollection();
        if (ClientCertificate is not null)
            certificates.Add(ClientCertificate);
        return AuthenticateAsync(
            new SslStream(stream, false, SkipCertificateCheck ? (_, _, _, _) => true : null),
            tls => tls.AuthenticateAsClientAsync(TargetHost, certificates, Protocols, checkCertificateRevocation: false),
            TargetHost,
            limit,
            cancellationToken);
    }

    /// <summary>Starts TLS as the server without requesting a client certificate.</summary>
    /// <exception cref="PeerUnreachableException">The peer does not use TLS.</exception>
    /// <exception cref="PeerTimeoutException">The peer did not answer within the limit.</exception>
    internal static Task<Stream> AuthenticateAsServerAsync(
        Stream stream,
        X509Certificate2 certificate,
        TimeSpan limit,
        CancellationToken cancellationToken) =>
        AuthenticateAsync(
            new SslStream(stream),
            tls => tls.AuthenticateAsServerAsync(certificate, false, Protocols, false),
            "the client",
            limit,
            cancellationToken);

    private static async Task<Stream> AuthenticateAsync(
        SslStream tls,
        Func<SslStream, Task> shakeHands,
        string peer,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        try
        {
            var handshake = shakeHands(tls);
            handshake.Forget();
            await handshake.WithinAsync(limit, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (TimeoutException)
        {
            tls.Dispose();
            throw new PeerTimeoutException(NetworkPhase.TlsHandshake, limit);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or Win32Exception)
        {
            tls.Dispose();
            throw new PeerUnreachableException(
                NetworkPhase.TlsHandshake, $"The TLS handshake with {peer} failed: {exception.Message}", exception);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }
}
