using System.Globalization;
using System.Security.Cryptography;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Services;

namespace PacsNm.Retrieval;

/// <summary>
/// Writes instances to files as their bytes come: the file meta information (PS3.10 7.1), then the dataset as it was
/// sent. Files are numbered: no name is made of what a PACS says. Their SHA-256 is taken on the way.
/// </summary>
/// <param name="folder">Where to.</param>
/// <param name="arrived">Is told of each file that is whole and closed.</param>
internal sealed class InstanceWriter(string folder, Action<ArrivedFile> arrived) : IInstanceReceiver, IDisposable
{
    /// <summary>Ends the name of a file that is being written, or waits to be verified.</summary>
    private const string Extension = ".part";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[65536];
    private FileStream? _file;
    private int _number;
    private int _buffered;
    private long _datasetLength;

    /// <inheritdoc/>
    public void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax)
    {
        var name = (++_number).ToString(CultureInfo.InvariantCulture) + Extension;
        _file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
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
        Flush();
        file.Dispose();
        _file = null;
        arrived(new ArrivedFile(file.Name, _datasetLength, HashingStream.Text(_hash.GetHashAndReset())));
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        if (_file is not { } file)
            return;
        _file = null;
        _hash.GetHashAndReset();
        try
        {
            file.Dispose();
            File.Delete(file.Name);
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            // It is not told of, and goes with its folder.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abandon();
        _hash.Dispose();
    }

    /// <summary>Small parts are gathered; what fills the buffer anyway goes past it.</summary>
    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _buffered)
            Flush();
        if (bytes.Length > _buffer.Length)
        {
            Write(_file!, bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void Flush()
    {
        Write(_file!, _buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void Write(FileStream file, ReadOnlySpan<byte> bytes)
    {
#if NET
        file.Write(bytes);
        _hash.AppendData(bytes);
#else
        var array = bytes.ToArray();
        file.Write(array, 0, array.Length);
        _hash.AppendData(array);
#endif
    }
}
