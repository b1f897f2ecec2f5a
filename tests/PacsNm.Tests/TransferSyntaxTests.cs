using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Objects that a PACS keeps in one transfer syntax each: all that PS3.6 has for storage, and private ones.</summary>
public sealed class TransferSyntaxTests : IDisposable
{
    private const string Private = "1.2.840.113619.5.2";
    private const string JpegXL = "1.2.840.10008.1.2.4.112";

    private static readonly string[] Deflated = ["1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"];

    private readonly Engine _engine = new();
    private readonly HandMadeFiles _files = new();

    public void Dispose()
    {
        _engine.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void A_study_in_all_storage_syntaxes_comes_whole_in_one_attempt()
    {
        string[] syntaxes =
        [
            .. Enumerable.Range(50, 17).Concat([70, 80, 81]).Concat(Enumerable.Range(90, 6)).Select(OfFour),
            .. Enumerable.Range(100, 9).Concat([110, 111, 112]).Concat(Enumerable.Range(201, 5)).Select(OfFour),
            .. Enumerable.Range(100, 7).Select(profile => OfFour(profile) + ".1"),
            "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1",
        ];
        foreach (var syntax in syntaxes)
            _files.Add(syntax, isDeflated: Deflated.Contains(syntax));
        var result = Save("-Retriever BuiltIn -RetryCount 0").ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal([1], result.Counts("Attempts"));
        var saved = _engine.Run("Get-PacsFile -Path d").ThrowIfFailed();
        Assert.Equal(syntaxes.Order(StringComparer.Ordinal), saved.Texts("TransferSyntaxUid").Order(StringComparer.Ordinal));
        Assert.DoesNotContain(
            saved.Output, file => $"{file.Properties["TransferSyntaxName"].Value}" == $"{file.Properties["TransferSyntaxUid"].Value}");
    }

    [Fact]
    public void Where_the_PACS_does_not_list_the_classes_a_rare_syntax_is_still_offered()
    {
        _files.Add(JpegXL);
        Assert.Equal(["Complete"], Save("-Retriever BuiltIn -RetryCount 0", "-Quirk RefuseImageLevel").Texts("Status"));
    }

    [Fact]
    public void A_private_syntax_comes_when_it_is_named()
    {
        _files.Add("1.2.840.10008.1.2.1");
        _files.Add(Private);
        Assert.Equal(["Partial"], Save("-Retriever BuiltIn -RetryCount 0").Texts("Status"));
        var result = Save($"-TransferSyntax {Private}, JPEGXLLossless").ThrowIfFailed();
        Assert.Equal(["Complete"], result.Texts("Status"));
        Assert.Equal(["BuiltIn"], result.Texts("Retriever"));
        Assert.Contains(Private, _engine.Run("Get-PacsFile -Path d").ThrowIfFailed().Texts("TransferSyntaxUid"));
        Assert.Equal(["Intact"], _engine.Run("Test-PacsArchive -Path d").ThrowIfFailed().Texts("Status"));
    }

    [Theory]
    [InlineData("-TransferSyntax JPEG3000", "UnknownTransferSyntax")]
    [InlineData("-TransferSyntax 1.2.840.10008.1.2.4.999.", "UnknownTransferSyntax")]
    [InlineData("-TransferSyntax 1.2.3 -Retriever GetScu", "TransferSyntaxNotOffered")]
    public void What_cannot_be_offered_is_refused(string parameters, string errorId)
    {
        _files.Add(JpegXL);
        Assert.Equal([errorId], Save(parameters).ErrorIds);
    }

    private EngineResult Save(string parameters, string quirk = "")
    {
        try
        {
            return _engine.Run($$"""
                $pacs = Start-PacsSimulator -Path $folder {{quirk}}
                Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d {{parameters}}
                """, ("folder", _files.Folder));
        }
        finally
        {
            _engine.Run("Get-Variable pacs -ErrorAction Ignore | ForEach-Object { Stop-PacsSimulator -Server $_.Value }");
        }
    }

    private static string OfFour(int number) => $"1.2.840.10008.1.2.4.{number}";
}
