using System.Globalization;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Services;
using PacsNm.Files;

namespace PacsNm.Retrievers;

/// <summary>
/// Writes instances to files as their bytes arrive: the file meta information (PS3.10 7.1), then the dataset as sent. File names are
/// numbers and never come from the PACS. The SHA-256 is computed at the same time.
/// </summary>
/// <param name="folder">The folder to write to.</param>
/// <param name="arrived">Called for each file that is whole and closed.</param>
internal sealed class InstanceWriter(string folder, Action<ArrivedFile> arrived) : IInstanceReceiver, IDisposable
{
    /// <summary>The file name extension of a file that is being written or waits to be verified.</summary>
    private const string Extension = ".part";

    private readonly BackgroundHash _hash = new();
    private byte[] _block = [];
    private FileStream? _file;
    private int _number;
    private int _buffered;
    private long _datasetLength;

    /// <inheritdoc/>
    public void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax)
    {
        var name = (++_number).ToString(CultureInfo.InvariantCulture) + Extension;
        _file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
        _block = _hash.Take();
        _buffered = 0;
        Add(Part10File.WriteHeader(sopClassUid, sopInstanceUid, transferSyntax));
        _datasetLength = 0;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> fragment)
    {
        Add(fragment);
        _datasetLength += fragment.Length;
    }

    /// <inheritdoc/>
    public void End()
    {
        var file = _file!;
        file.Write(_block, 0, _buffered);
        file.Dispose();
        _file = null;
        arrived(new ArrivedFile(file.Name, _datasetLength, _hash.Finish(_block, _buffered)));
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        if (_file is not { } file)
            return;
        _file = null;
        _hash.Abandon(_block);
        try
        {
            file.Dispose();
            File.Delete(file.Name);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // The file is not reported, and is deleted with its folder.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abandon();
        _hash.Dispose();
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _block.Length - _buffered)
        {
            var room = _block.Length - _buffered;
            bytes.Slice(0, room).CopyTo(_block.AsSpan(_buffered));
            bytes = bytes.Slice(room);
            _file!.Write(_block, 0, _block.Length);
            _hash.Add(_block, _block.Length);
            _block = _hash.Take();
            _buffered = 0;
        }

        bytes.CopyTo(_block.AsSpan(_buffered));
        _buffered += bytes.Length;
    }
}
