using System.Text.RegularExpressions;

namespace PacsNm.Jobs;

/// <summary>Recognizes what Excel makes of long numbers.</summary>
internal static class ExcelNumber
{
    /// <summary>1.23457E+11, and 1,23457E+11 where the comma is the decimal separator.</summary>
    private static readonly Regex Scientific = new(@"^\d([.,]\d+)?E\+\d{1,3}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>Whether a text is a number in scientific notation.</summary>
    public static bool IsScientific(string text) => Scientific.IsMatch(text);
}
