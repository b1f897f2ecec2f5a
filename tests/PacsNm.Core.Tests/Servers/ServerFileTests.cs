using PacsNm.Dicom.Services;
using PacsNm.Servers;

namespace PacsNm.Core.Tests.Servers;

/// <summary>The file of saved servers. No other test of the assembly reads it.</summary>
public sealed class ServerFileTests : IDisposable
{
    private const string Variable = "XDG_CONFIG_HOME";

    private readonly TemporaryFolder _folder = new();
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public ServerFileTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the file has its place in the user's own folder.");
        Environment.SetEnvironmentVariable(Variable, _folder.Path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Dispose();
    }

    [Fact]
    public void Everything_that_is_saved_comes_back()
    {
        var server = new PacsServer
        {
            Name = "hospital",
            ComputerName = "2001:db8::1",
            Port = 104,
            CalledAETitle = "PACS",
            CallingAETitle = "ME",
            InformationModel = InformationModel.PatientRoot,
            ConnectTimeoutSeconds = 1,
            AcseTimeoutSeconds = 2,
            DimseTimeoutSeconds = 3,
            UseTls = true,
            SkipCertificateCheck = true,
            MaximumMatches = 30,
            Retriever = Retriever.MoveScu,
            LocalPort = 11113,
            CertificateThumbprint = "ab",
            CertificatePath = "/x.pfx",
        };
        Save("hospital", server);
        Assert.Equal(server with { IsDefault = true }, ServerFile.Read().Find("HOSPITAL"));
        Assert.Equal("PACS@[2001:db8::1]:104", $"{ServerFile.Read().FindAddress(server)}");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ServerFile.Path));
    }

    [Fact]
    public void Without_a_file_there_are_no_servers() => Assert.Empty(ServerFile.Read().Servers);

    [Theory]
    [InlineData("", 1)]
    [InlineData("[1]", 1)]
    [InlineData("{\n \"Servers\": [\n", 2)]
    [InlineData("{ \"Servers\": [\n { \"Name\": \"a\", \"Port\": \"x\" } ] }", 2)]
    [InlineData("{ \"Servers\": [\n { \"Name\": \"a\", \"ComputerName\": \"h\", \"Port\": 0 } ] }", 2)]
    public void A_broken_file_is_named_with_its_line_and_left_as_it_is(string text, int line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ServerFile.Path)!);
        File.WriteAllText(ServerFile.Path, text);
        Assert.Equal(line, Assert.Throws<ServerFileException>(ServerFile.Read).Line);
        Assert.Equal(text, File.ReadAllText(ServerFile.Path));
    }

    [Fact]
    public void A_file_of_before_has_its_limit_on_answers_and_keeps_it_under_the_new_name()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ServerFile.Path)!);
        File.WriteAllText(ServerFile.Path, """
            { "Servers": [ { "Name": "a", "ComputerName": "h", "Port": 104, "CalledAETitle": "A", "CallingAETitle": "B",
                "AnswerCap": 30 } ] }
            """);
        var saved = ServerFile.Read();
        Assert.Equal(30, saved.Find("a")?.MaximumMatches);
        saved.Set(saved.Find("a")!);
        ServerFile.Write(saved);
        Assert.DoesNotContain("AnswerCap", File.ReadAllText(ServerFile.Path), StringComparison.Ordinal);
        Assert.Equal(30, ServerFile.Read().Find("a")?.MaximumMatches);
    }

    [Fact]
    public void Whoever_writes_at_the_same_time_the_file_is_one_of_theirs()
    {
        Parallel.For(0, 16, number =>
        {
            Save($"server{number}", new PacsServer { Name = $"server{number}" });
            Assert.Single(ServerFile.Read().Servers);
        });
        Assert.StartsWith("server", Assert.Single(ServerFile.Read().All()).Name, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(ServerFile.Path)!));
    }

    [Fact]
    public void A_server_is_saved_in_the_place_of_the_one_of_its_name()
    {
        var saved = new SavedServers();
        saved.Set(new PacsServer { Name = "b" });
        saved.Set(new PacsServer { Name = "a" });
        saved.Set(new PacsServer { Name = "B", Port = 104 });
        Assert.Equal(["a", "B"], saved.Servers.Select(server => server.Name));
        Assert.Equal(104, saved.Find("b")?.Port);
        saved.Remove("A");
        Assert.Null(saved.Find("a"));
    }

    private static void Save(string @default, PacsServer server)
    {
        var saved = new SavedServers { Default = @default };
        saved.Set(server);
        ServerFile.Write(saved);
    }
}
