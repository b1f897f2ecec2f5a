using System.Buffers;
using System.Security.Cryptography;

namespace PacsNm.Files;

/// <summary>
/// The SHA-256 of data that is written in blocks. Hashing a large file takes as long as writing it, so a thread of its own hashes from the
/// second block on. Blocks are reused, so that memory use is constant.
/// </summary>
internal sealed class BackgroundHash : IDisposable
{
    /// <summary>The length of a block in bytes.</summary>
    private const int BlockLength = 256 * 1024;

    /// <summary>The most blocks that may wait for the thread. The writer waits for a free block after that.</summary>
    private const int BlockCount = 4;

    /// <summary>The length that tells the thread to end. No block has it.</summary>
    private const int End = -1;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly WorkQueue<byte[]> _free = new();
    private readonly WorkQueue<(byte[]? Block, int Length)> _filled = new();
    private readonly SemaphoreSlim _drained = new(0);
    private Task? _work;
    private CryptographicException? _failure;
    private int _rented;
    private bool _isBehind;

    /// <summary>Returns a block to fill. Waits until one is free.</summary>
    public byte[] Take()
    {
        if (_free.TryTake(TimeSpan.Zero, out var block))
            return block!;
        return _rented++ < BlockCount ? ArrayPool<byte>.Shared.Rent(BlockLength) : _free.Take();
    }

    /// <summary>Adds a filled block. The caller must not use it afterwards.</summary>
    public void Add(byte[] block, int length)
    {
        _work ??= Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _isBehind = true;
        _filled.Add((block, length));
    }

    /// <summary>Adds the last block and returns the hash of all blocks. The next block starts a new hash.</summary>
    /// <returns>The digits in hexadecimal.</returns>
    /// <exception cref="CryptographicException">The system cannot compute SHA-256.</exception>
    public string Finish(byte[] block, int length)
    {
        Drain();
        Append(block, length);
        if (_failure is { } failure)
            throw failure;
        return HashingStream.Text(_hash.GetHashAndReset());
    }

    /// <summary>Discards the blocks that were added. The next block starts a new hash.</summary>
    public void Abandon(byte[] block)
    {
        Drain();
        _free.Add(block);
        _hash.GetHashAndReset();
    }

    /// <summary>Ends the thread. All blocks must have been returned.</summary>
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

    /// <summary>Waits until the thread has hashed all blocks that were added.</summary>
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

    /// <summary>Always frees the block, because the writer waits for it.</summary>
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
