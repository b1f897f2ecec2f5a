using System.Net.Sockets;

namespace PacsNm.Benchmarks;

/// <summary>
/// One direction of one connection: reads from one socket and writes to the other when the link says that the bytes have
/// arrived. Reading and writing have a thread each, because a thread that waits in the kernel wakes on time.
/// </summary>
internal sealed class DelayLine(Socket source, Socket destination, DelayLink link)
{
    /// <summary>The most bytes that travel together. They arrive together too, when the last of them does.</summary>
    private const int ChunkBytes = 16 * 1024;

    private readonly Queue<(byte[] Bytes, long Arrival)> _chunks = new();
    private int _bytes;
    private bool _isBroken;

    /// <summary>Relays until the source has ended and all that it sent has arrived, or the destination is gone.</summary>
    public void Run()
    {
        var delivery = new Thread(Deliver) { IsBackground = true };
        delivery.Start();
        var buffer = new byte[ChunkBytes];
        int count;
        do
        {
            count = Receive(buffer);
            var (arrival, ready) = link.Send(count);
            Put(buffer[..count], arrival);
            PreciseSleep.Until(ready);
        }
        while (count > 0);
        delivery.Join();
    }

    /// <summary>A connection that is reset ends as one that is closed.</summary>
    private int Receive(byte[] buffer)
    {
        try
        {
            return source.Receive(buffer);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>Waits while the window is full: this is what holds back a sender whose receiver is slow.</summary>
    private void Put(byte[] bytes, long arrival)
    {
        lock (_chunks)
        {
            while (_bytes > link.Window && !_isBroken)
                Monitor.Wait(_chunks);
            _chunks.Enqueue((bytes, arrival));
            _bytes += bytes.Length;
            Monitor.PulseAll(_chunks);
        }
    }

    private (byte[] Bytes, long Arrival) Peek()
    {
        lock (_chunks)
        {
            while (_chunks.Count == 0)
                Monitor.Wait(_chunks);
            return _chunks.Peek();
        }
    }

    /// <summary>A chunk counts until it is delivered.</summary>
    private void Remove(int bytes)
    {
        lock (_chunks)
        {
            _chunks.Dequeue();
            _bytes -= bytes;
            Monitor.PulseAll(_chunks);
        }
    }

    private void Deliver()
    {
        try
        {
            while (true)
            {
                var (bytes, arrival) = Peek();
                PreciseSleep.Until(arrival);
                if (bytes.Length == 0)
                {
                    destination.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < bytes.Length;)
                    sent += destination.Send(bytes.AsSpan(sent));
                Remove(bytes.Length);
            }
        }
        catch (SocketException)
        {
            Break();
        }
    }

    /// <summary>Nobody listens any more: this ends the reading too.</summary>
    private void Break()
    {
        lock (_chunks)
        {
            _isBroken = true;
            Monitor.PulseAll(_chunks);
        }

        try
        {
            source.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
            // The source has gone as well.
        }
    }
}
