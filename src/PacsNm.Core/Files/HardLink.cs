using System.Runtime.InteropServices;

namespace PacsNm.Files;

/// <summary>A second name for a file on the same disk, which costs no space.</summary>
internal static class HardLink
{
    /// <summary>Creates a link.</summary>
    /// <returns>False if the file system has no links, or the two paths are not on the same one.</returns>
    public static bool TryCreate(string existing, string path) => Environment.OSVersion.Platform == PlatformID.Win32NT
        ? CreateHardLink(path, existing, IntPtr.Zero)
        : Link(existing, path) == 0;

    [DllImport("kernel32.dll", EntryPoint = "CreateHardLinkW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateHardLink(string path, string existing, IntPtr securityAttributes);

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
}
