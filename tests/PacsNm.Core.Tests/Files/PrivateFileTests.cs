using System.Text;
using PacsNm.Files;

namespace PacsNm.Core.Tests.Files;

/// <summary>Files that several runs write.</summary>
public sealed class PrivateFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_that_several_threads_append_are_all_there()
    {
        var path = Path.Combine(_folder.Path, "ends.txt");
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, run =>
        {
            for (var number = 0; number < 250; number++)
                PrivateFile.Append(path, Encoding.ASCII.GetBytes($"{run} {number}\n"));
        });
        var expected = from run in Enumerable.Range(0, 4) from number in Enumerable.Range(0, 250) select $"{run} {number}";
        Assert.Equal(expected.Order(StringComparer.Ordinal), File.ReadAllLines(path).Order(StringComparer.Ordinal));
    }
}
