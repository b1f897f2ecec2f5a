using CsCheck;
using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>Files of lines that survive a run that is killed.</summary>
public sealed class TabFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "lines.tsv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_cells_come_back() => Gen.String.Array[1, 5].Sample(cells =>
    {
        var line = TabText.Line(cells);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(cells, TabText.Cells(line[..^1]));
    });

    [Fact]
    public void A_file_that_does_not_exist_has_no_lines() => Assert.Empty(TabFile.Read(Path));

    [Theory]
    [InlineData("")]
    [InlineData("1\tone\n")]
    [InlineData("1\tone\n2\ttw")]
    [InlineData("hal")]
    public void Half_a_line_is_not_read_and_not_added_to(string content)
    {
        File.WriteAllText(Path, content);
        var whole = TabFile.Read(Path).ToList();
        Assert.Equal(content.Count(c => c == '\n'), whole.Count);
        using (var file = TabFile.Append(Path))
            file.Write("3", "three");
        Assert.Equal([.. whole, ["3", "three"]], TabFile.Read(Path));
    }

    [Fact]
    public void A_long_line_is_read_in_one_piece()
    {
        string[] cells = [new('a', 100_000), "ä\n\t\\", ""];
        using (var file = TabFile.Append(Path))
            file.Write([cells, ["x"], cells]);
        Assert.Equal([cells, ["x"], cells], TabFile.Read(Path));
    }

    [Fact]
    public void Only_one_run_appends_and_others_read_meanwhile()
    {
        using var file = TabFile.Append(Path);
        file.Write("1");
        Assert.ThrowsAny<IOException>(() => TabFile.Append(Path).Dispose());
        Assert.Equal([["1"]], TabFile.Read(Path));
    }
}
