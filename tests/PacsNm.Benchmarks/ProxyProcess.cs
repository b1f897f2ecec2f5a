using System.Globalization;

namespace PacsNm.Benchmarks;

/// <summary>A delaying proxy.</summary>
/// <param name="distance">The distance.</param>
/// <param name="target">The server's port.</param>
/// <param name="port">The port that clients connect to; 0 for any that is free.</param>
internal sealed class ProxyProcess(Distance distance, int target, int port = 0)
    : ServingProcess(["relay", $"{distance.RoundTrip}", $"{distance.Rate}", $"{target}", $"{port}"])
{
    /// <summary>The proxy's side.</summary>
    public static void Serve(string[] arguments)
    {
        var numbers = Array.ConvertAll(arguments, argument => int.Parse(argument, CultureInfo.InvariantCulture));
        using var proxy = new DelayProxy(new Distance(numbers[0], numbers[1]), numbers[2], numbers[3]);
        Serve(proxy.Port);
    }
}
