using System.ComponentModel;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PacsNm.Dicom.Network;

/// <summary>A secure transport connection (PS3.15 B): TLS 1.2 or later.</summary>
/// <param name="TargetHost">The name that the peer's certificate must have.</param>
/// <param name="ClientCertificate">What we show of ourselves, if the peer asks for it.</param>
/// <param name="SkipCertificateCheck">Takes any certificate: who the peer is remains unknown.</param>
public sealed record TlsOptions(string TargetHost, X509Certificate2? ClientCertificate, bool SkipCertificateCheck)
{
    /// <summary>What is spoken, on either end.</summary>
#if NET
    internal const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;
#else
    internal const SslProtocols Protocols = SslProtocols.Tls12;
#endif

    /// <summary>Begins TLS on a connection, as its client.</summary>
    /// <exception cref="PeerUnreachableException">The peer speaks no TLS, or its certificate is not trusted.</exception>
    /// <exception cref="PeerTimeoutException">It said nothing within the limit.</exception>
    internal async Task<Stream> AuthenticateAsync(Stream stream, TimeSpan limit, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, false, SkipCertificateCheck ? (_, _, _, _) => true : null);
        try
        {
            var certificates = new X509CertificateCollection();
            if (ClientCertificate is not null)
                certificates.Add(ClientCertificate);
            var handshake = tls.AuthenticateAsClientAsync(TargetHost, certificates, Protocols, checkCertificateRevocation: false);
            handshake.Forget();
            await handshake.WithinAsync(limit, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (TimeoutException)
        {
            tls.Dispose();
            throw new PeerTimeoutException(NetworkPhase.Connect, limit);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or Win32Exception)
        {
            tls.Dispose();
            throw new PeerUnreachableException($"No TLS with {TargetHost}: {exception.Message}", exception);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }
}
