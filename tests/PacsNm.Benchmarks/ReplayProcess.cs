using System.Globalization;

namespace PacsNm.Benchmarks;

/// <summary>A replaying server.</summary>
/// <param name="arguments">What <see cref="Serve"/> is told.</param>
internal sealed class ReplayProcess(params string[] arguments) : ServingProcess(["serve", .. arguments])
{
    /// <summary>The server's side.</summary>
    /// <param name="count">Studies to answer C-FIND with; null for the archive of workloads.</param>
    public static void Serve(string? count)
    {
        using IDisposable server = count is null ? new ReplayArchive() : new ReplayServer(int.Parse(count, CultureInfo.InvariantCulture));
        Serve((server as ReplayArchive)?.Port ?? ((ReplayServer)server).Port);
    }
}
