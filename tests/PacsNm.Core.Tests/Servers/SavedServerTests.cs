using System.Runtime.Serialization.Json;
using System.Text;
using PacsNm.Servers;

namespace PacsNm.Core.Tests.Servers;

/// <summary>The form in which a server is saved.</summary>
public sealed class SavedServerTests
{
    [Theory]
    [InlineData("AnswerCap")]
    [InlineData("MaximumMatches")]
    public void The_limit_on_matches_is_read_by_both_its_names_and_written_by_the_new_one(string name)
    {
        var serializer = new DataContractJsonSerializer(typeof(SavedServer));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Name": "hospital", "Port": 104, "{{name}}": 30 }"""));
        var server = Assert.IsType<SavedServer>(serializer.ReadObject(file)).ToServer(isDefault: false);
        Assert.Equal((30, 30), (server.MaximumMatches, server.AnswerCap));
        using var written = new MemoryStream();
        serializer.WriteObject(written, SavedServer.From(server));
        var text = Encoding.UTF8.GetString(written.ToArray());
        Assert.Contains("\"MaximumMatches\":30", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AnswerCap", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_former_name_sets_the_limit_and_its_absence_does_not_clear_it()
    {
        Assert.Equal(30, new PacsServer { AnswerCap = 30 }.MaximumMatches);
        Assert.Equal(30, new PacsServer { MaximumMatches = 30, AnswerCap = null }.MaximumMatches);
    }
}
