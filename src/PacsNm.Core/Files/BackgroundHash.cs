using System.Buffers;
using System.Security.Cryptography;

namespace PacsNm.Files;

/// <summary>
/// The SHA-256 of what is written block by block. The hash of a large file costs as much time as writing it: from the
/// second block on it is taken on a thread of its own. Blocks are used again, so that memory stays flat.
/// </summary>
internal sealed class BackgroundHash : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    private const int BlockLength = 256 * 1024;

    /// <summary>Blocks that may wait: then the writer waits.</summary>
    private const int BlockCount = 4;

    /// <summary>A length that no block has: the thread is to end.</summary>
    private const int End = -1;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly WorkQueue<byte[]> _free = new();
    private readonly WorkQueue<(byte[]? Block, int Length)> _filled = new();
    private readonly SemaphoreSlim _drained = new(0);
    private Task? _work;
    private CryptographicException? _failure;
    private int _rented;
    private bool _isBehind;

    /// <summary>A block to fill.</summary>
    public byte[] Take()
    {
        if (_free.TryTake(TimeSpan.Zero, out var block))
            return block!;
        return _rented++ < BlockCount ? ArrayPool<byte>.Shared.Rent(BlockLength) : _free.Take();
    }

    /// <summary>Adds a block, which is not to be used any more.</summary>
    public void Add(byte[] block, int length)
    {
        _work ??= Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _isBehind = true;
        _filled.Add((block, length));
    }

    /// <summary>Adds the last block, and gives the hash of all of them; then begins anew.</summary>
    /// <returns>Its digits in hexadecimal.</returns>
    /// <exception cref="CryptographicException">The system has none.</exception>
    public string Finish(byte[] block, int length)
    {
        Drain();
        Append(block, length);
        if (_failure is { } failure)
            throw failure;
        return HashingStream.Text(_hash.GetHashAndReset());
    }

    /// <summary>Forgets what was added, and begins anew.</summary>
    public void Abandon(byte[] block)
    {
        Drain();
        _free.Add(block);
        _hash.GetHashAndReset();
    }

    /// <summary>Ends the thread. All blocks must have been given back.</summary>
    public void Dispose()
    {
        if (_work is not null)
        {
            _filled.Add((null, End));
            _work.GetAwaiter().GetResult();
        }

        while (_free.TryTake(TimeSpan.Zero, out var block))
            ArrayPool<byte>.Shared.Return(block!);
        _hash.Dispose();
        _drained.Dispose();
    }

    /// <summary>Waits until the thread has taken all that was added.</summary>
    private void Drain()
    {
        if (!_isBehind)
            return;
        _isBehind = false;
        _filled.Add((null, 0));
        _drained.Wait();
    }

    private void Work()
    {
        while (true)
        {
            var (block, length) = _filled.Take();
            if (block is null)
            {
                if (length == End)
                    return;
                _drained.Release();
                continue;
            }

            Append(block, length);
        }
    }

    /// <summary>Whatever happens the block is free again: the writer waits for it.</summary>
    private void Append(byte[] block, int length)
    {
        try
        {
            _hash.AppendData(block, 0, length);
        }
        catch (CryptographicException exception)
        {
            _failure ??= exception;
        }

        _free.Add(block);
    }
}
