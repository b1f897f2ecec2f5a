using System.Globalization;
using System.Text;

namespace PacsNm.Dicom.Tests;

/// <summary>Bytes written out by hand: pairs of hexadecimal digits, and text in quotes.</summary>
internal static class Bytes
{
    /// <summary>Reads such as <c>08 00 05 00 'CS' 0A 00 'ISO_IR 100'</c>.</summary>
    public static byte[] Of(string written)
    {
        var bytes = new List<byte>();
        var parts = written.Split('\'');
        for (var index = 0; index < parts.Length; index++)
        {
            if (index % 2 == 1)
            {
                bytes.AddRange(Encoding.Latin1.GetBytes(parts[index]));
                continue;
            }

            var digits = string.Concat(parts[index].Where(c => !char.IsWhiteSpace(c)));
            for (var at = 0; at < digits.Length; at += 2)
                bytes.Add(byte.Parse(digits.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        }

        return [.. bytes];
    }
}
