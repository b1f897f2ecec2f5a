using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PacsNm.Queries;

/// <summary>Finds the certificate of this client.</summary>
internal static class ClientCertificates
{
    /// <summary>Finds a certificate by its thumbprint, or reads it from a file.</summary>
    /// <returns>The certificate; null if neither was given.</returns>
    /// <exception cref="CryptographicException">The certificate was not found, or it has no private key.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static X509Certificate2? Find(string? thumbprint, string? path, SecureString? password)
    {
        if (thumbprint is null && path is null)
            return null;
        var certificate = thumbprint is not null ? FromStore(thumbprint) : FromFile(path!, password);
        return certificate is { HasPrivateKey: true }
            ? certificate
            : throw new CryptographicException("There is no such certificate, or it has no private key.");
    }

    private static X509Certificate2? FromStore(string thumbprint)
    {
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // This system does not have the store.
                continue;
            }

            var digits = string.Concat(thumbprint.Where(Uri.IsHexDigit));
            var found = store.Certificates.Find(X509FindType.FindByThumbprint, digits, validOnly: false);
            if (found.Count > 0)
                return found[0];
        }

        return null;
    }

    private static X509Certificate2 FromFile(string path, SecureString? password)
    {
        // The platform's own message about a missing file is hard to understand.
        if (!File.Exists(path))
            throw new FileNotFoundException();
        var isPem = path.EndsWith(".pem", StringComparison.OrdinalIgnoreCase);
#if NET
        if (isPem)
        {
            using var pem = password is null
                ? X509Certificate2.CreateFromPemFile(path)
                : X509Certificate2.CreateFromEncryptedPemFile(path, new System.Net.NetworkCredential("", password).Password);

            // Windows cannot use a key that exists only in memory for TLS.
            return new X509Certificate2(pem.Export(X509ContentType.Pfx));
        }
#else
        if (isPem)
            throw new NotSupportedException("Windows PowerShell cannot read PEM files: give a PFX file.");
#endif
        return new X509Certificate2(path, password);
    }
}
