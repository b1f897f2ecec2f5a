namespace PacsNm.DesktopCheck;

/// <summary>Writes one line per check, and counts them.</summary>
internal sealed class Checks
{
    private int _passed;
    private int _failed;

    public void That(string name, Action check)
    {
        try
        {
            check();
            _passed++;
            Console.WriteLine($"ok  {name}");
        }
        catch (Exception exception)
        {
            _failed++;
            Console.WriteLine($"FAIL {name}: {exception}".Replace("\n", " | "));
        }
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!Equals(expected, actual))
            throw new InvalidOperationException($"{what}: expected {expected}, got {actual}");
    }

    /// <summary>Writes the last line.</summary>
    /// <returns>The exit code.</returns>
    public int Close()
    {
        Console.WriteLine($"{_passed} checks passed, {_failed} failed");
        return _failed == 0 ? 0 : 1;
    }
}
