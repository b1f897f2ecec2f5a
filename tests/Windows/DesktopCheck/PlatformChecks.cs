using System.Security;
using System.Text;
using PacsNm.Dicom.Data;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Servers;

namespace PacsNm.DesktopCheck;

/// <summary>What the net472 build does in another way than the net8.0 build.</summary>
internal static class PlatformChecks
{
    public static void Run(Checks checks, string folder)
    {
        checks.That("a file is replaced, and one that must not be is left", () => ReplaceFile(folder));
        checks.That("files are brought to stable storage", () => StableStorage.Flush(folder, []));
        checks.That("servers are saved and read", SaveServer);
        checks.That("a PFX file is read, and a PEM file is refused with a reason", () => ReadCertificates(folder));
        checks.That("text is decoded in the character sets of PS3.3 C.12.1.1.2", DecodeText);
    }

    private static void ReplaceFile(string folder)
    {
        var path = Path.Combine(folder, "replaced.txt");
        PrivateFile.Replace(path, [1]);
        PrivateFile.Replace(path, [2]);
        Checks.Equal((byte)2, File.ReadAllBytes(path).Single(), "Content");
        try
        {
            PrivateFile.Replace(path, [3], mayReplace: false);
        }
        catch (IOException)
        {
            Checks.Equal((byte)2, File.ReadAllBytes(path).Single(), "Content");
            Checks.Equal(1, Directory.GetFiles(folder, "replaced*").Length, "Files");
            return;
        }

        throw new InvalidOperationException("It was replaced.");
    }

    private static void SaveServer()
    {
        var saved = ServerFile.Read();
        saved.Set(new PacsServer { Name = "desktop", ComputerName = "127.0.0.1", Port = 104 });
        ServerFile.Write(saved);
        ServerFile.Write(saved);
        Checks.Equal(104, PacsServer.Parse("desktop").Port, "Port");
    }

    private static void ReadCertificates(string folder)
    {
        using var password = new SecureString();
        foreach (var character in "only for tests")
            password.AppendChar(character);
        var shared = Path.GetDirectoryName(folder)!;
        var certificate = ClientCertificates.Find(null, Path.Combine(shared, "client.pfx"), password);
        Checks.Equal(true, certificate!.HasPrivateKey, "Private key");
        try
        {
            ClientCertificates.Find(null, Path.Combine(shared, "client.pem"), null);
        }
        catch (Exception exception) when (exception.ToString().Contains("PFX"))
        {
            return;
        }

        throw new InvalidOperationException("The PEM file was accepted.");
    }

    private static void DecodeText()
    {
        (string, int, string)[] cases = [("ISO_IR 100", 28591, "Jörg"), ("ISO_IR 192", 65001, "山田"), ("GB18030", 54936, "王")];
        foreach (var (term, codePage, text) in cases)
        {
            var dataset = new Dataset();
            dataset.Set(Tags.SpecificCharacterSet, term);
            dataset.Set(Tags.PatientName, text);
            var bytes = DatasetWriter.Write(dataset, TransferSyntax.ExplicitVRLittleEndian);
            var encoded = Encoding.GetEncoding(codePage).GetBytes(text);
            Checks.Equal(true, Contains(bytes, encoded), $"{term} encoded");
            Checks.Equal(text, DatasetReader.Read(bytes, TransferSyntax.ExplicitVRLittleEndian).GetString(Tags.PatientName), term);
        }
    }

    private static bool Contains(byte[] bytes, byte[] sought) =>
        Enumerable.Range(0, bytes.Length - sought.Length + 1).Any(at => bytes.Skip(at).Take(sought.Length).SequenceEqual(sought));
}
