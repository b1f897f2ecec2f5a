using Microsoft.PowerShell;

namespace PacsNm.WindowsHost;

/// <summary>What pwsh.exe does, and nothing else.</summary>
internal static class Program
{
    public static int Main(string[] args) => UnmanagedPSEntry.Start(args, args.Length);
}
