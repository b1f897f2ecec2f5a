using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PacsNm.Benchmarks;

/// <summary>One workload fetched from one server into a folder, by each means there is; and the limits that physics sets.</summary>
internal sealed class Retrieval(Archives archives, ArchiveServer server, Workload workload)
{
    /// <summary>The script of the whole pipeline, with full proof: plan, verification, hash, manifest.</summary>
    public string Pipeline(string folder, string retriever, int associations = 1) =>
        $"Find-PacsStudy -Server {server.Address} -StudyDate {workload.StudyDate} -NoModalityLookup | "
        + $"Where-Object {{ $_.StudyInstanceUid.StartsWith('{workload.Root}') }} | "
        + $"Save-PacsStudy -Destination '{folder}' -Retriever {retriever} -RetryCount 0 -ThrottleLimit {associations} "
        + "-WarningAction Ignore";

    /// <summary>The arguments of getscu, for one study.</summary>
    public IEnumerable<string> GetScu(string study, string folder, bool isTuned) =>
        [.. Common("BENCH1", study, folder), .. isTuned ? new[] { "+B", "-pdu", "131072" } : [], "127.0.0.1", $"{server.Port}"];

    /// <summary>The arguments of movescu, for one study.</summary>
    public IEnumerable<string> MoveScu(string study, string folder, (string AETitle, int Port) destination) =>
        [
            .. Common(destination.AETitle, study, folder), "-aem", destination.AETitle, "+P", $"{destination.Port}", "127.0.0.1",
            $"{server.Port}",
        ];

    /// <summary>Runs the pipeline in a session that is there already.</summary>
    public void Save(Engine engine, string folder, string retriever, int associations)
    {
        engine.Invoke(Pipeline(folder, retriever, associations), workload.Studies);
        Check(folder, "*.dcm");
    }

    /// <summary>A bare loop of getscu processes, so many at a time; nothing is proved.</summary>
    public void LoopGetScu(string folder, bool isTuned, int associations = 1)
    {
        ForEachStudy(associations, study => ProgramRun.Of("getscu", GetScu(study, folder, isTuned), noDelay: isTuned));
        Check(folder, "*");
    }

    /// <summary>The same with movescu.</summary>
    public void LoopMoveScu(string folder, int associations)
    {
        var free = new ConcurrentBag<(string, int)>(server.MoveDestinations);
        ForEachStudy(associations, study =>
        {
            free.TryTake(out var destination);
            ProgramRun.Of("movescu", MoveScu(study, folder, destination));
            free.Add(destination);
        });
        Check(folder, "*");
    }

    /// <summary>Copies the files.</summary>
    public void Copy(string folder)
    {
        var buffer = new byte[1 << 20];
        foreach (var study in workload.StudyUids)
        {
            for (var number = 1; number <= workload.Objects; number++)
            {
                var uid = Workload.SopInstanceUid(study, number);
                using var from = new FileStream(Path.Combine(archives.Data, uid), FileMode.Open, FileAccess.Read, FileShare.Read, 1);
                using var to = new FileStream(Path.Combine(folder, uid), FileMode.Create, FileAccess.Write, FileShare.None, 1);
                while (from.Read(buffer, 0, buffer.Length) is > 0 and var count)
                    to.Write(buffer, 0, count);
            }
        }
    }

    /// <summary>Sends as many bytes through a connection on the loopback address, to nowhere.</summary>
    public void SendOverLoopback()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var send = Task.Run(() =>
        {
            using var client = new TcpClient();
            client.Connect((IPEndPoint)listener.LocalEndpoint);
            var buffer = new byte[1 << 20];
            for (var left = workload.Bytes; left > 0; left -= buffer.Length)
                client.GetStream().Write(buffer, 0, (int)Math.Min(left, buffer.Length));
        });
        using var accepted = listener.AcceptTcpClient();
        var received = new byte[1 << 17];
        while (accepted.GetStream().Read(received, 0, received.Length) > 0)
        {
        }

        send.Wait();
    }

    /// <summary>
    /// So many at a time, as "xargs -P" does it. Each has a thread of its own from the beginning: the thread pool would begin
    /// with as many as there are cores, and add another only every half second.
    /// </summary>
    private void ForEachStudy(int associations, Action<string> action)
    {
        var studies = new ConcurrentQueue<string>(workload.StudyUids);
        Task.WaitAll(Enumerable.Range(0, associations).Select(_ => Task.Factory.StartNew(Take, TaskCreationOptions.LongRunning)));

        void Take()
        {
            while (studies.TryDequeue(out var study))
                action(study);
        }
    }

    private IEnumerable<string> Common(string aeTitle, string study, string folder) =>
        ["-S", "-aet", aeTitle, "-aec", server.AETitle, "-od", folder, "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study}"];

    private void Check(string folder, string pattern)
    {
        var files = Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Count();
        if (files != workload.Files)
            throw new InvalidOperationException($"{files} files where {workload.Files} were due.");
    }
}
