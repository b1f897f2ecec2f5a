using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>What a client sees of a distance: the proxy itself is measured before anything is measured through it.</summary>
internal static class ProxyBenchmark
{
    private const int Pings = 50;

    /// <summary>Sent through the proxy and back, to measure the rate.</summary>
    private const int Bytes = 8_000_000;

    public static void Run(IEnumerable<Distance> distances)
    {
        using var echo = new TcpListener(IPAddress.Loopback, 0);
        echo.Start();
        WriteHead(
            1, "the proxy", "round trip, ms", "5 % take at least, ms", "without the proxy, ms", "connection and first answer, ms",
            "Mbit/s");
        foreach (var distance in distances)
        {
            using var proxy = new ProxyProcess(distance, ((IPEndPoint)echo.LocalEndpoint).Port);
            Measure(proxy.Port, echo);
            var (first, pings, all) = Measure(proxy.Port, echo);
            WriteRow(
                $"{distance}", Milliseconds(Median(pings)), Milliseconds(pings.Order().ElementAt(Pings * 95 / 100)),
                Milliseconds(Median(Measure(((IPEndPoint)echo.LocalEndpoint).Port, echo).Pings)), Milliseconds(first),
                (Bytes * 8 / (all - distance.RoundTrip / 1000.0) / 1e6).ToString("0", CultureInfo.InvariantCulture));
        }
    }

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>
    /// The seconds until a new connection has brought one byte back, those of each further byte, and those of many bytes.
    /// </summary>
    private static (double First, List<double> Pings, double All) Measure(int port, TcpListener echo)
    {
        var server = new Thread(() => Echo(echo));
        server.Start();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var answer = new byte[65536];
        var first = Time(() =>
        {
            client.Connect(IPAddress.Loopback, port);
            Ping();
        });
        List<double> pings = [.. Enumerable.Range(0, Pings).Select(_ => Time(Ping))];
        var all = Time(() =>
        {
            var sender = new Thread(() =>
            {
                var bytes = new byte[65536];
                for (var left = Bytes; left > 0; left -= bytes.Length)
                    client.Send(bytes.AsSpan(0, Math.Min(left, bytes.Length)));
                client.Shutdown(SocketShutdown.Send);
            });
            sender.Start();
            while (client.Receive(answer) > 0)
            {
            }

            sender.Join();
        });
        server.Join();
        return (first, pings, all);

        void Ping()
        {
            client.Send([1]);
            client.Receive(answer);
        }
    }

    /// <summary>Serves one connection.</summary>
    private static void Echo(TcpListener listener)
    {
        using var socket = listener.AcceptSocket();
        socket.NoDelay = true;
        var bytes = new byte[65536];
        while (socket.Receive(bytes) is > 0 and var count)
        {
            for (var sent = 0; sent < count;)
                sent += socket.Send(bytes.AsSpan(sent, count - sent));
        }
    }
}
