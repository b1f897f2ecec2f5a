using System.Diagnostics;
using System.Security.Cryptography;
using PacsNm.Exports;

namespace PacsNm.Core.Tests.Exports;

/// <summary>Names that lists of checksums must escape.</summary>
public sealed class ChecksumLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain.dcm")]
    [InlineData("with blanks .dcm")]
    [InlineData(" *leading")]
    [InlineData("50%25.dcm")]
    [InlineData("new\nline")]
    [InlineData("carriage\rreturn")]
    [InlineData("back\\slash\\n")]
    [InlineData("gr\u00fcn")]
    [InlineData("gru\u0308n")]
    public void Sha256sum_reads_any_name(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there a name can have any character.");
        File.WriteAllText(Path.Combine(_folder.Path, name), "content");
        File.WriteAllText(Path.Combine(_folder.Path, "list"), ChecksumLine.Of(Convert.ToHexString(SHA256.HashData("content"u8)), name));
        Assert.Equal(0, Check());
        File.AppendAllText(Path.Combine(_folder.Path, name), "!");
        Assert.Equal(1, Check());
    }

    [Theory]
    [InlineData("a/b.dcm", "a/b.dcm")]
    [InlineData("100 %/\n\r", "100 %25/%0A%0D")]
    public void A_bag_escapes_what_RFC_8493_says(string path, string encoded) => Assert.Equal(encoded, Bag.Encoded(path));

    private int Check()
    {
        using var process = Process.Start(new ProcessStartInfo("sha256sum", ["--check", "--strict", "list"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
