using System.ComponentModel;
using PacsNm.Processes;
using PacsNm.Retrievers;

namespace PacsNm.Reporting;

/// <summary>Makes small pictures of images with DCMTK's dcm2img, or with dcmj2pnm of DCMTK before 3.6.8.</summary>
internal sealed class Thumbnails
{
    /// <summary>The length of the longer side in pixels.</summary>
    private const int Size = 160;

    /// <summary>The largest picture to accept, in bytes. Pictures are far smaller.</summary>
    private const int MaximumLength = 1 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly string _path;

    private Thumbnails(string path) => _path = path;

    /// <summary>Finds the program.</summary>
    /// <returns>Null if it is not on the PATH.</returns>
    public static Thumbnails? Find() =>
        (DcmtkTool.Find("dcm2img") ?? DcmtkTool.Find("dcmj2pnm")) is { } path ? new Thumbnails(path) : null;

    /// <summary>Makes a picture of the middle frame of a file.</summary>
    /// <returns>A JPEG; null if the file has no image that can be shown.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<byte[]?> MakeAsync(PacsFile file, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var picture = new MemoryStream();
        string[] arguments =
        [
            "--quiet", "--write-jpeg", "--compr-quality", "80", "--min-max-window",
            "--frame", DcmtkRun.Text(Math.Max(1, ((file.NumberOfFrames ?? 1) + 1) / 2)),
            file.Rows > file.Columns ? "--scale-y-size" : "--scale-x-size", DcmtkRun.Text(Size),
            file.Path,
        ];
        try
        {
            await new ProgramRun(_path, arguments) { Output = picture }.ExecuteAsync(default, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }

        // JPEG begins with its SOI marker (ISO/IEC 10918-1 B.1.1.3).
        var bytes = picture.ToArray();
        return bytes.Length is > 2 and < MaximumLength && bytes[0] == 0xFF && bytes[1] == 0xD8 ? bytes : null;
    }
}
