using System.Globalization;
using System.Text.RegularExpressions;
using PacsNm.Dicom.Network;

namespace PacsNm.Retrievers;

/// <summary>
/// Finds the final status in the output of getscu and movescu. Without the relay, their output is the only source for it.
/// </summary>
internal static class DcmtkStatus
{
    /// <summary>DCMTK's names for the statuses of C-GET and C-MOVE (its dimse.h).</summary>
    private static readonly (string Name, ushort Code)[] Names =
    [
        ("MoveDestinationUnknown", 0xA801),
        ("OutOfResourcesNumberOfMatches", 0xA701),
        ("OutOfResourcesSubOperations", 0xA702),
        ("OutOfResourcesSuboperations", 0xA702),
        ("SOPClassNotSupported", 0x0122),
        ("IdentifierDoesNotMatchSOPClass", 0xA900),
        ("UnableToProcess", 0xC000),
        ("SubOperationsCompleteOneOrMoreFailures", 0xB000),
        ("SubOperationsComplete", 0xB000),
    ];

    private static readonly Regex Code = new(
        @"(?:DIMSE status|[Mm]ove response|[Gg]et response).*?0x([0-9A-Fa-f]{3,4})\b", RegexOptions.CultureInvariant);

    /// <summary>Finds the first status in the lines; null if there is none.</summary>
    public static DimseStatus? Find(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (Code.Match(line) is { Success: true } match)
                return new DimseStatus(ushort.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            var (name, code) = Names.FirstOrDefault(known => line.Contains(known.Name));
            if (name is not null)
                return new DimseStatus(code);
        }

        return null;
    }
}
