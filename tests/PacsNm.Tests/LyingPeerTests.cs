using System.Diagnostics;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// A peer that lies ends in ProtocolViolation, or in the timeout that applies, with its association closed and nothing left
/// behind. No server that others wrote lies in these ways; the peer is written out for it, byte by byte.
/// </summary>
public sealed class LyingPeerTests : IDisposable
{
    private const ushort FindResponse = 0x8020;
    private const ushort EchoResponse = 0x8030;
    private const ushort Pending = 0xFF00;

    private readonly Engine _engine = new();

    public static TheoryData<string, string> Lies
    {
        get
        {
            var lies = new TheoryData<string, string>();
            foreach (var lie in Bytes.Keys)
            {
                lies.Add(lie, "Find-PacsStudy");
                lies.Add(lie, "Test-PacsConnection");
                lies.Add(lie, "Save-PacsStudy -StudyInstanceUid 1.2.3 -Destination d");
            }

            return lies;
        }
    }

    private static Dictionary<string, byte[]> Bytes { get; } = new()
    {
        ["a PDU longer than was negotiated"] = [4, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0],
        ["a PDV longer than its PDU"] = [4, 0, 0, 0, 0, 6, 0, 0, 0xFF, 0xFF, 1, 3],
        ["a PDV in a context that was not accepted"] = LyingPacs.Response(FindResponse, 1, 0, hasDataSet: false, context: 201),
        ["a response to a message never sent"] = LyingPacs.Response(FindResponse, 999, 0, hasDataSet: false),
        ["a response of another service"] = LyingPacs.Response(0x8001, 1, 0, hasDataSet: false),
        ["a match that ends early"] = [.. LyingPacs.Response(FindResponse, 1, Pending, hasDataSet: true), .. LyingPacs.DataPdu(1, 2, [0x20, 0, 0x0D, 0, (byte)'U', (byte)'I', 40, 0, (byte)'1'])],
        ["a dataset without its command"] = LyingPacs.DataPdu(1, 2, [1, 2, 3, 4]),
        ["an acceptance in the middle"] = [2, 0, 0, 0, 0, 4, 0, 0, 0, 0],
    };

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(Lies))]
    public void A_lie_is_a_ProtocolViolation(string lie, string cmdlet)
    {
        using var peer = new LyingPacs((stream, ending) => stream.WriteAsync(Bytes[lie], ending).AsTask());
        var result = _engine.Run($"{cmdlet} -Server $server", ("server", peer.Address));
        Assert.Equal(["ProtocolViolation"], result.ErrorIds);
        Assert.True(peer.AllClosed(TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("Find-PacsStudy")]
    [InlineData("Test-PacsConnection")]
    [InlineData("Save-PacsStudy -StudyInstanceUid 1.2.3 -Destination d")]
    public void One_byte_at_a_time_ends_in_the_timeout_of_the_whole_message(string cmdlet)
    {
        using var peer = new LyingPacs(async (stream, ending) =>
        {
            foreach (var one in LyingPacs.Response(cmdlet.StartsWith("Test", StringComparison.Ordinal) ? EchoResponse : FindResponse, 1, 0, hasDataSet: false))
            {
                await stream.WriteAsync(new[] { one }, ending);
                await Task.Delay(500, ending);
            }
        });
        var clock = Stopwatch.StartNew();
        var result = _engine.Run($"{cmdlet} -Server $server -DimseTimeoutSeconds 2", ("server", peer.Address));
        Assert.Equal(["PacsTimeout"], result.ErrorIds);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.9, 8);
        Assert.True(peer.AllClosed(TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData("Find-PacsStudy -NoModalityLookup")]
    [InlineData("Save-PacsStudy -StudyInstanceUid 1.2.3 -Destination d")]
    public void The_same_match_without_end_is_a_ProtocolViolation(string cmdlet)
    {
        using var peer = new LyingPacs(async (stream, ending) =>
        {
            byte[] match =
            [
                .. LyingPacs.Response(FindResponse, 1, Pending, hasDataSet: true),
                .. LyingPacs.DataPdu(1, 2, [0x20, 0, 0x0D, 0, (byte)'U', (byte)'I', 2, 0, (byte)'1', 0, 0x20, 0, 0x0E, 0, (byte)'U', (byte)'I', 2, 0, (byte)'1', 0]),
            ];
            byte[] many = [.. Enumerable.Repeat(match, 500).SelectMany(one => one)];
            while (true)
                await stream.WriteAsync(many, ending);
        });
        var result = _engine.Run($"{cmdlet} -Server $server", ("server", peer.Address));
        Assert.Equal(["ProtocolViolation"], result.ErrorIds);
        Assert.True(peer.AllClosed(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Nothing_is_left_behind_after_many_lies()
    {
        Lie(5);
        var before = Handles();
        Lie(40);

        // Other tests run beside this one: what counts is that the number does not grow with the lies.
        Assert.True(SpinWait.SpinUntil(() => Handles() < before + 40, TimeSpan.FromSeconds(10)));

        void Lie(int times)
        {
            foreach (var lie in Bytes.Values)
            {
                using var peer = new LyingPacs((stream, ending) => stream.WriteAsync(lie, ending).AsTask());
                _engine.Run($"foreach ($i in 1..{times / 5}) {{ Test-PacsConnection -Quiet -Server $server }}", ("server", peer.Address));
                Assert.True(peer.AllClosed(TimeSpan.FromSeconds(5)));
            }
        }

        static int Handles()
        {
            using var process = Process.GetCurrentProcess();
            return OperatingSystem.IsLinux() ? Directory.EnumerateFiles("/proc/self/fd").Count() : process.HandleCount;
        }
    }
}
