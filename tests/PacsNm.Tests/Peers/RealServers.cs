using PacsNm.Tests.Peers;

[assembly: AssemblyFixture(typeof(RealServers))]

namespace PacsNm.Tests.Peers;

/// <summary>The servers that the tests share, each started when the first test asks for it.</summary>
public sealed class RealServers : IDisposable
{
    private readonly Lazy<TestData> _data = new(() => new TestData());
    private readonly Lazy<DcmqrscpServer> _dcmqrscp;
    private readonly Lazy<OrthancServer> _orthanc;

    public RealServers()
    {
        _dcmqrscp = new(() => new DcmqrscpServer(Data.Folder));
        _orthanc = new(() => new OrthancServer(Data.Folder));
    }

    /// <summary>The names that <see cref="Of"/> takes, for theories.</summary>
    public static TheoryData<string> Names => ["dcmqrscp", "Orthanc"];

    /// <summary>What both of them have.</summary>
    public TestData Data => _data.Value;

    /// <summary>A server by its name.</summary>
    public RealServer Of(string name)
    {
        Require.Tool("storescu");
        Require.Tool(name);
        return name == "Orthanc" ? _orthanc.Value : _dcmqrscp.Value;
    }

    public void Dispose()
    {
        if (_dcmqrscp.IsValueCreated)
            _dcmqrscp.Value.Dispose();
        if (_orthanc.IsValueCreated)
            _orthanc.Value.Dispose();
        if (_data.IsValueCreated)
            _data.Value.Dispose();
    }
}
