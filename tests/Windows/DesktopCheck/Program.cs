using System.Globalization;
using PacsNm.Simulator;

namespace PacsNm.DesktopCheck;

/// <summary>
/// Retrieves with the net472 build from the servers of the arguments, each "name=AETITLE@host:port" or "name=AETITLE@host:port,tls".
/// The first argument is a folder to write to, the second the folder of PacsNm.Processes.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        IsolatedFolder.Answer(args[1]);
        var checks = new Checks();
        using var pacs = SimulatedPacs.Start(new SimulatedPacsOptions());
        var own = $"practice PACS=PRACTICE@127.0.0.1:{pacs.Port.ToString(CultureInfo.InvariantCulture)}";
        foreach (var text in args.Skip(2).Append(own))
        {
            var (name, server) = Read(text);
            var folder = Path.Combine(args[0], name);
            foreach (var retriever in new[] { Retriever.BuiltIn, Retriever.GetScu })
            {
                checks.That(
                    $"{name}: studies are saved by {retriever}",
                    () => SavedStudies.Check(server, $"{folder} {retriever}", retriever));
            }
        }

        PlatformChecks.Run(checks, args[0]);
        return checks.Close();
    }

    private static (string Name, PacsServer Server) Read(string text)
    {
        var parts = text.Split('=', ',');
        var server = PacsServer.Parse(parts[1]);
        return (parts[0], parts.Length > 2 ? server with { UseTls = true, SkipCertificateCheck = true } : server);
    }
}
