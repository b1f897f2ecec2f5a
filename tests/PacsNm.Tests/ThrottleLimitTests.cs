namespace PacsNm.Tests;

/// <summary>-ThrottleLimit of the cmdlets that retrieve: a number or Auto.</summary>
public sealed class ThrottleLimitTests : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("Auto")]
    [InlineData("aUTO")]
    [InlineData("'auto'")]
    [InlineData("16")]
    [InlineData("'2'")]
    public void A_number_or_Auto_is_accepted(string limit)
    {
        var saved = _engine.Run(
            "$pacs = Start-PacsSimulator -StudyCount 2; "
            + $"Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d -Retriever BuiltIn -ThrottleLimit {limit}");
        Assert.Equal(["Complete", "Complete"], saved.ThrowIfFailed().Texts("Status"));
    }

    [Theory]
    [InlineData("Save-PacsStudy", "0")]
    [InlineData("Save-PacsStudy", "17")]
    [InlineData("Save-PacsSeries", "Automatic")]
    [InlineData("Save-PacsInstance", "$null")]
    [InlineData("Save-PacsStudy", "1, 2")]
    [InlineData("Save-PacsStudy", "2.5")]
    [InlineData("Save-PacsStudy", "$true")]
    public void Another_value_is_refused_with_what_is_allowed(string cmdlet, string limit)
    {
        var refused = _engine.Run(
            $"try {{ {cmdlet} -Server A@127.0.0.1:1 -StudyInstanceUid 1.2 -Destination d -ThrottleLimit {limit} }} "
            + "catch { $_.FullyQualifiedErrorId; $_.Exception.Message }").ThrowIfFailed().Output;
        Assert.StartsWith("ParameterArgumentTransformationError,", $"{refused[0]}", StringComparison.Ordinal);
        Assert.Contains("Auto or a number from 1 to 16", $"{refused[1]}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_has_no_Auto() =>
        Assert.StartsWith(
            "CannotConvertArgument",
            $"{_engine.Run("try { Find-PacsStudy -ThrottleLimit Auto } catch { $_.FullyQualifiedErrorId }").Output[0]}",
            StringComparison.Ordinal);
}
