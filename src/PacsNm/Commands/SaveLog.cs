using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Commands;

/// <summary>The log of a call. If it cannot be written during the call, the call warns once and continues.</summary>
/// <param name="path">The path of the log file.</param>
/// <param name="warn">Writes a warning; called on the pipeline's thread.</param>
internal sealed class SaveLog(string path, Action<string> warn)
{
    private readonly RunLog _log = new(path);
    private bool _hasFailed;

    /// <summary>Writes the first line.</summary>
    /// <exception cref="IOException">The log cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The log cannot be written.</exception>
    public void Begin(string line) => _log.Write(line);

    /// <summary>Writes a line.</summary>
    public void Write(string line)
    {
        if (_hasFailed)
            return;
        try
        {
            _log.Write(line);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            _hasFailed = true;
            warn($"The log cannot be written any more: {exception.Message}");
        }
    }
}
