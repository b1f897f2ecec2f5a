using System.Text;
using CsCheck;
using PacsNm.Archive;

namespace PacsNm.Core.Tests.Archive;

/// <summary>What the hashes of a manifest's lines show.</summary>
public sealed class ManifestChainTests
{
    [Fact]
    public void Any_other_byte_in_any_line_is_found() =>
        Gen.Select(Gen.Int[2, 4], Gen.UInt, Gen.UInt, Gen.Byte[1, 255]).Sample((count, line, position, change) =>
        {
            var lines = Lines(count);
            var edited = lines[line % count];
            edited[position % edited.Length] ^= change;
            return BreaksOf(lines) > 0;
        });

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x20)]
    public void Also_in_the_last_line_and_also_where_only_the_case_of_a_letter_differs(byte change)
    {
        var length = Lines(3)[2].Length;
        for (var position = 0; position < length; position++)
        {
            var lines = Lines(3);
            lines[2][position] ^= change;
            Assert.True(BreaksOf(lines) > 0, $"The byte at {position} was changed unseen.");
        }
    }

    [Fact]
    public void Lines_that_were_exchanged_removed_or_repeated_are_found()
    {
        var lines = Lines(4);
        Assert.Equal(0, BreaksOf(lines));
        Assert.True(BreaksOf([lines[1], lines[0], lines[2], lines[3]]) > 0);
        Assert.True(BreaksOf([lines[0], lines[2], lines[3]]) > 0);
        Assert.True(BreaksOf([lines[0], lines[1], lines[1], lines[2], lines[3]]) > 0);
        Assert.True(BreaksOf([lines[1], lines[2], lines[3]]) > 0);
    }

    [Fact]
    public void A_line_without_a_hash_passes_only_before_the_first_that_has_one()
    {
        var plain = Encoding.ASCII.GetBytes("{\"Status\":\"Complete\"}");
        Assert.Equal(0, BreaksOf([plain, .. Lines(2, HashOf(plain))]));
        Assert.Equal(1, BreaksOf([.. Lines(2), plain]));
    }

    /// <summary>Lines as a run writes them.</summary>
    private static byte[][] Lines(int count, string before = ManifestChain.Start)
    {
        var lines = new byte[count][];
        for (var index = 0; index < count; index++)
        {
            var line = Encoding.ASCII.GetBytes($"{{\"SopInstanceUid\":\"1.2.{index}\",\"Bytes\":10}}");
            lines[index] = ManifestChain.Seal(before, line, out before);
        }

        return lines;
    }

    private static string HashOf(byte[] line)
    {
        var isChained = false;
        ManifestChain.Check(ManifestChain.Start, line, ref isChained, out var hash);
        return hash;
    }

    private static int BreaksOf(byte[][] lines)
    {
        var (hash, isChained, breaks) = (ManifestChain.Start, false, 0);
        foreach (var line in lines)
            breaks += ManifestChain.Check(hash, line, ref isChained, out hash) ? 0 : 1;
        return breaks;
    }
}
