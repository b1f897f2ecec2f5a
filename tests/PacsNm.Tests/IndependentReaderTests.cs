using System.Security.Cryptography;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>What is saved, read by pydicom and DCMTK: each value and each pixel is what was sent.</summary>
public sealed class IndependentReaderTests(RealServers servers) : IDisposable
{
    private const string PracticeRoot = "2.25.302413021204128932108471321042108712345.1";

    private static readonly string[] Studies = [TestData.NuclearMedicineStudy, TestData.TomographyStudy, TestData.RecentStudy];

    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("dcmqrscp", "GetScu")]
    [InlineData("dcmqrscp", "BuiltIn")]
    [InlineData("Orthanc", "GetScu")]
    [InlineData("Orthanc", "BuiltIn")]
    public void What_a_server_sends_is_read_as_it_was_sent(string name, string retriever)
    {
        Require.Tool("pydicom");
        var saved = Save(servers.Of(name).Address, retriever, Studies);
        string[] sent = [.. Studies.SelectMany(servers.Data.InstancesOf).Select(servers.Data.FileOf)];
        var read = Pydicom.Read(saved);
        AssertSame(Pydicom.Read(sent), read);
        AssertReadByDcmtk(saved, read);
        Assert.Equal(
            ["ZZTest^Jörg Möller", "ZZTest^Nuclear", "ZZTest^Yamada=山田^太郎=やまだ^たろう"],
            read.Select(file => file.Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GetScu", 3)]
    [InlineData("BuiltIn", 10)]
    public void What_the_practice_PACS_sends_is_read_as_it_sends_it_to_a_program_of_others(string retriever, int count)
    {
        Require.Tool("pydicom");
        string[] studies = [.. Enumerable.Range(1, count).Select(number => $"{PracticeRoot}.{number}")];
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "received")).FullName;
        using var destination = new StoreScp(keepIn: folder);
        var address = $"{_engine.Run(
            "\"$(Start-PacsSimulator -StudyCount 10 -StudyDate 20210901 -MoveDestination @{ STORESCP = $port })\"",
            ("port", destination.Port)).ThrowIfFailed().Output[0]}";
        foreach (var study in studies)
        {
            Dcmtk.Run(
                "movescu", "-S", "-aec", "PRACTICE", "-aem", "STORESCP", "-k", "QueryRetrieveLevel=STUDY",
                "-k", $"StudyInstanceUID={study}",
                "127.0.0.1", address.Split(':')[^1]);
        }

        var saved = Save(address, retriever, studies);
        var read = Pydicom.Read(saved);
        AssertSame(Pydicom.Read(Directory.GetFiles(folder)), read);
        AssertReadByDcmtk(saved, read);
    }

    private string[] Save(string server, string retriever, string[] studies)
    {
        var result = _engine.Run(
            "$studies | ForEach-Object { Save-PacsStudy -Server $server -StudyInstanceUid $_ -Destination d -Retriever $retriever }",
            ("server", server), ("studies", studies), ("retriever", retriever)).ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status").Distinct());
        return SavedFolder.Files(Path.Combine(_engine.Folder, "d"));
    }

    private static void AssertSame(Pydicom[] sent, Pydicom[] saved)
    {
        Assert.NotEmpty(sent);
        Assert.Equal(
            sent.OrderBy(file => file.Instance, StringComparer.Ordinal),
            saved.OrderBy(file => file.Instance, StringComparer.Ordinal));
        Assert.All(saved, file => Assert.Equal(file.Instance, file.Header));
    }

    /// <summary>DCMTK reads what pydicom reads.</summary>
    private static void AssertReadByDcmtk(string[] files, Pydicom[] all)
    {
        foreach (var (path, read) in files.Zip(all))
        {
            var (text, pixels) = Dcmtk.Dump(path);
            Assert.Contains($"[{read.Instance}]", text, StringComparison.Ordinal);
            Assert.Contains($"[{read.Series}]", text, StringComparison.Ordinal);
            if (read.Rows is { } rows)
                Assert.Contains($"(0028,0010) US {rows} ", text, StringComparison.Ordinal);

            // What is compressed dcmdump writes out without the frame around it.
            if (read.Pixels.Length > 0 && !text.Contains("PixelSequence", StringComparison.Ordinal))
                Assert.Equal(read.Pixels, Convert.ToHexStringLower(SHA256.HashData(pixels)));
        }
    }
}
