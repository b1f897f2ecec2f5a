using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Test-PacsConnection against servers that others wrote.</summary>
public sealed class ConnectionTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void A_server_that_works_is_described(string name)
    {
        var result = _engine.Run("Test-PacsConnection -Server $server", ("server", servers.Of(name).Address)).ThrowIfFailed();
        var test = Assert.Single(result.Output);
        Assert.Equal(true, test.Properties["Succeeded"].Value);
        Assert.InRange((double)test.Properties["TcpMilliseconds"].Value, 0, 5000);
        Assert.InRange((double)test.Properties["EchoMilliseconds"].Value, 0, 5000);
        var services = Assert.IsAssignableFrom<IReadOnlyList<string>>(test.Properties["AcceptedServices"].Value);
        Assert.Contains("C-FIND StudyRoot", services);
        Assert.Contains("C-GET StudyRoot", services);
        Assert.StartsWith("3.", (string)test.Properties["GetScuVersion"].Value, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(RealServers.Names), MemberType = typeof(RealServers))]
    public void Parts_of_a_server_can_be_given_one_by_one(string name)
    {
        var server = servers.Of(name);
        var result = _engine.Run(
            "Test-PacsConnection -ComputerName localhost -Port $port -CalledAETitle $title -CallingAETitle OTHER -Quiet",
            ("port", server.Port), ("title", server.AETitle)).ThrowIfFailed();
        Assert.Equal([true], result.Output.Select(value => value.BaseObject));
    }
}
