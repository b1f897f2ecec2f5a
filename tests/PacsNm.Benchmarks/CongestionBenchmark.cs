using System.Diagnostics;
using System.Globalization;
using System.Net;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Simulator;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>
/// A clinical client that asks one C-FIND per 100 ms, alone and beside a retrieval, at a practice PACS with a load curve. The retrieval has
/// a process of its own, so that the client waits for the PACS only.
/// </summary>
internal static class CongestionBenchmark
{
    private const int Capacity = 4;
    private const int Objects = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AloneTime = TimeSpan.FromSeconds(20);
    private static readonly string[] Limits = ["1", "2", "3", "4", "8", "Auto"];

    /// <summary>Prints the table.</summary>
    /// <param name="studies">The number of studies of 100 objects; null for 60, which take six minutes together.</param>
    public static void Run(string? studies)
    {
        var count = int.Parse(studies ?? "60", CultureInfo.InvariantCulture);
        var workload = new Workload("congestion", 5, count, Objects, 50_000);
        using var archive = new TemporaryFolder();
        workload.Write(archive.Path);
        using var pacs = SimulatedPacs.Start(new SimulatedPacsOptions
        {
            Folder = archive.Path,
            Quirks = [new Quirk($"{nameof(QuirkName.Capacity)}={Capacity}")],
        });
        MeasureClient(pacs.Port, () => Thread.Sleep(2000));
        var alone = MeasureClient(pacs.Port, () => Thread.Sleep(AloneTime));
        var rows = Limits.Select(limit =>
        {
            using var destination = new TemporaryFolder();
            var seconds = 0.0;
            var client = MeasureClient(pacs.Port, () => seconds = Retrieve(pacs.Port, workload, destination.Path, limit));
            Console.Error.Write($"{limit}: {Text(seconds)} ");
            return (Limit: limit, Rate: workload.Files / seconds, Client: client);
        }).ToArray();
        Console.Error.WriteLine();
        var best = rows.Where(row => row.Limit != "Auto").Max(row => row.Rate);
        WriteHead(1, "-ThrottleLimit", "objects per second", "of the best fixed one, %", "client p50, ms", "p95, ms", "p95 rises by, %");
        WriteRow("no retrieval", "", "", Milliseconds(alone, 50), Milliseconds(alone, 95), "");
        foreach (var (limit, rate, client) in rows)
        {
            WriteRow(
                limit, $"{rate:0}", $"{100 * rate / best:0}", Milliseconds(client, 50), Milliseconds(client, 95),
                $"{100 * ((Percentile(client, 95) / Percentile(alone, 95)) - 1):0}");
        }
    }

    /// <summary>Runs an action, and a clinical client beside it.</summary>
    /// <returns>The response times of the client, in milliseconds and in order.</returns>
    private static double[] MeasureClient(int port, Action action)
    {
        using var stop = new CancellationTokenSource();
        var client = Task.Run(() => AskAsync(port, stop.Token));
        action();
        stop.Cancel();
        return [.. client.Result.Order()];
    }

    private static async Task<List<double>> AskAsync(int port, CancellationToken stop)
    {
        var timeouts = new NetworkTimeouts();
        var socket = await TcpConnector.ConnectAsync([IPAddress.Loopback], "127.0.0.1", port, timeouts.Connect, CancellationToken.None);
        var request = new AssociateRequest
        {
            CalledAETitle = "PRACTICE",
            CallingAETitle = "CLINIC",
            PresentationContexts =
                [new PresentationContext(1, InformationModel.StudyRoot.FindSopClass(), [TransferSyntax.ImplicitVRLittleEndian.Uid])],
        };
        using var association = await Association.RequestAsync(socket.ToPduStream(), request, timeouts, CancellationToken.None);
        var keys = new Dataset();
        keys.Set(Tags.QueryRetrieveLevel, "STUDY");
        keys.Set(Tags.StudyInstanceUID, "1.2.3.4");
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var next = TimeSpan.Zero; !stop.IsCancellationRequested; next += Interval)
        {
            if (next > clock.Elapsed)
                await Task.Delay(next - clock.Elapsed, CancellationToken.None);
            var begin = clock.Elapsed;
            var query = await QueryOperation.StartAsync(association, InformationModel.StudyRoot, keys, CancellationToken.None);
            while (await query.NextAsync(CancellationToken.None) is not null)
            {
            }

            times.Add((clock.Elapsed - begin).TotalMilliseconds);

            // A client that waits longer than the interval does not catch up.
            next = next + Interval < clock.Elapsed ? clock.Elapsed - Interval : next;
        }

        await association.ReleaseAsync(CancellationToken.None);
        return times;
    }

    /// <summary>Saves all studies.</summary>
    /// <returns>The seconds that Save-PacsStudy takes, without the start of its process.</returns>
    private static double Retrieve(int port, Workload workload, string destination, string limit)
    {
        var uids = string.Join(", ", workload.StudyUids.Select(uid => $"'{uid}'"));
        var script = $"$clock = [Diagnostics.Stopwatch]::StartNew(); Save-PacsStudy -Server PRACTICE@127.0.0.1:{port} "
            + $"-StudyInstanceUid {uids} -Destination '{destination}' -Retriever BuiltIn -ThrottleLimit {limit} -WarningAction Ignore "
            + "| ForEach-Object { if ($_.Status -ne 'Complete') { throw $_ } }; "
            + "$clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)";
        return double.Parse(ProgramRun.OfHost(script).Output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture);
    }

    private static double Percentile(double[] times, int percent) => times[(times.Length - 1) * percent / 100];

    private static string Milliseconds(double[] times, int percent) =>
        Percentile(times, percent).ToString("0.0", CultureInfo.InvariantCulture);
}
