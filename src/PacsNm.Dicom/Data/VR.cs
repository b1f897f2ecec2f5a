namespace PacsNm.Dicom.Data;

/// <summary>Value representations (PS3.5 6.2). The values are the two letters as in a dataset.</summary>
#pragma warning disable CS1591 // The standard's own names.
public enum VR : ushort
{
    AE = ('A' << 8) | 'E',
    AS = ('A' << 8) | 'S',
    AT = ('A' << 8) | 'T',
    CS = ('C' << 8) | 'S',
    DA = ('D' << 8) | 'A',
    DS = ('D' << 8) | 'S',
    DT = ('D' << 8) | 'T',
    FD = ('F' << 8) | 'D',
    FL = ('F' << 8) | 'L',
    IS = ('I' << 8) | 'S',
    LO = ('L' << 8) | 'O',
    LT = ('L' << 8) | 'T',
    OB = ('O' << 8) | 'B',
    OD = ('O' << 8) | 'D',
    OF = ('O' << 8) | 'F',
    OL = ('O' << 8) | 'L',
    OV = ('O' << 8) | 'V',
    OW = ('O' << 8) | 'W',
    PN = ('P' << 8) | 'N',
    SH = ('S' << 8) | 'H',
    SL = ('S' << 8) | 'L',
    SQ = ('S' << 8) | 'Q',
    SS = ('S' << 8) | 'S',
    ST = ('S' << 8) | 'T',
    SV = ('S' << 8) | 'V',
    TM = ('T' << 8) | 'M',
    UC = ('U' << 8) | 'C',
    UI = ('U' << 8) | 'I',
    UL = ('U' << 8) | 'L',
    UN = ('U' << 8) | 'N',
    UR = ('U' << 8) | 'R',
    US = ('U' << 8) | 'S',
    UT = ('U' << 8) | 'T',
    UV = ('U' << 8) | 'V',
}
#pragma warning restore CS1591

/// <summary>The properties of each value representation.</summary>
public static class VRExtensions
{
    /// <summary>Whether PS3.5 6.2 defines the VR.</summary>
    public static bool IsKnown(this VR vr) => vr.HasLongLength() || vr.HasShortLength();

    /// <summary>Whether the length has four bytes after two reserved bytes, in explicit VR (PS3.5 7.1.2).</summary>
    public static bool HasLongLength(this VR vr) => vr is VR.OB or VR.OD or VR.OF or VR.OL or VR.OV or VR.OW or VR.SQ
        or VR.SV or VR.UC or VR.UN or VR.UR or VR.UT or VR.UV;

    /// <summary>Whether values are text in the Specific Character Set (0008,0005) (PS3.5 6.1.2.2).</summary>
    public static bool UsesSpecificCharacterSet(this VR vr) =>
        vr is VR.LO or VR.LT or VR.PN or VR.SH or VR.ST or VR.UC or VR.UT;

    /// <summary>Whether values are text of any kind.</summary>
    public static bool IsText(this VR vr) => vr.UsesSpecificCharacterSet()
        || vr is VR.AE or VR.AS or VR.CS or VR.DA or VR.DS or VR.DT or VR.IS or VR.TM or VR.UI or VR.UR;

    /// <summary>Whether a backslash separates values. In LT, ST, UT and UR it is text.</summary>
    public static bool IsMultiValued(this VR vr) => vr.IsText() && vr is not (VR.LT or VR.ST or VR.UT or VR.UR);

    /// <summary>Whether leading spaces are padding, like trailing spaces (PS3.5 table 6.2-1).</summary>
    public static bool TrimsLeadingSpaces(this VR vr) => vr is not (VR.LT or VR.ST or VR.UT or VR.UC or VR.UR);

    /// <summary>The byte that makes the length even (PS3.5 6.2): a space for text, zero for UIDs and bytes.</summary>
    public static byte PaddingByte(this VR vr) => vr.IsText() && vr != VR.UI ? (byte)' ' : (byte)0;

    /// <summary>The size of a number in bytes, for a change of byte order; 1 if nothing is swapped.</summary>
    public static int NumberLength(this VR vr) => vr switch
    {
        VR.AT or VR.OW or VR.SS or VR.US => 2,
        VR.FL or VR.OF or VR.OL or VR.SL or VR.UL => 4,
        VR.FD or VR.OD or VR.OV or VR.SV or VR.UV => 8,
        _ => 1,
    };

    private static bool HasShortLength(this VR vr) => vr is VR.AE or VR.AS or VR.AT or VR.CS or VR.DA or VR.DS or VR.DT
        or VR.FD or VR.FL or VR.IS or VR.LO or VR.LT or VR.PN or VR.SH or VR.SL or VR.SS or VR.ST or VR.TM or VR.UI
        or VR.UL or VR.US;
}
