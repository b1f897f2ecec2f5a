using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PacsNm.Tests.Peers;

/// <summary>Certificates of a server and a client, each signed by itself, as PEM files, the client's as PFX too.</summary>
public sealed class TestCertificates : IDisposable
{
    /// <summary>The password of the PFX file.</summary>
    public const string Password = "only for tests";

    private readonly string _folder = Directory.CreateTempSubdirectory("pacsnm-tls-").FullName;

    public TestCertificates()
    {
        using var server = Write("server");
        using var client = Write("client");
        File.WriteAllBytes(ClientPfx, client.Export(X509ContentType.Pfx, Password));
        File.WriteAllText(ClientPem, File.ReadAllText(ClientCertificate) + "\n" + File.ReadAllText(ClientKey));
    }

    public string ServerKey => Path.Combine(_folder, "server-key.pem");

    public string ServerCertificate => Path.Combine(_folder, "server.pem");

    public string ClientKey => Path.Combine(_folder, "client-key.pem");

    public string ClientCertificate => Path.Combine(_folder, "client.pem");

    public string ClientPfx => Path.Combine(_folder, "client.pfx");

    /// <summary>Certificate and key in one file.</summary>
    public string ClientPem => Path.Combine(_folder, "client-both.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private X509Certificate2 Write(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN=pacsnm test {name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, name + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, name + "-key.pem"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
