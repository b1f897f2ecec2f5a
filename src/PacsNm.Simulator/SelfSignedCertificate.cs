using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PacsNm.Simulator;

/// <summary>A certificate for 127.0.0.1 that no computer trusts.</summary>
internal static class SelfSignedCertificate
{
    /// <summary>Creates a certificate that is valid for one day.</summary>
    public static X509Certificate2 Create()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=PacsNm practice PACS", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));

        // For TLS, Windows does not accept a key that exists only in memory.
        return new X509Certificate2(certificate.Export(X509ContentType.Pfx));
    }
}
