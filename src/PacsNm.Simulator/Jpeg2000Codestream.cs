namespace PacsNm.Simulator;

/// <summary>The smallest possible JPEG 2000 codestream (ITU-T T.800 annex A).</summary>
internal static class Jpeg2000Codestream
{
    /// <summary>Creates a 16-bit image with one empty packet: all coefficients are zero, and all samples are middle grey.</summary>
    public static byte[] EvenGrey(int rows, int columns)
    {
        byte[] height = [(byte)(rows >> 24), (byte)(rows >> 16), (byte)(rows >> 8), (byte)rows];
        byte[] width = [(byte)(columns >> 24), (byte)(columns >> 16), (byte)(columns >> 8), (byte)columns];
        return
        [
            // SOC; SIZ: one tile, one component of 16 bits (A.5.1).
            0xFF, 0x4F,
            0xFF, 0x51, 0, 41, 0, 0, .. width, .. height, 0, 0, 0, 0, 0, 0, 0, 0, .. width, .. height, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 15, 1, 1,

            // COD: one layer, no decomposition, blocks of 64 by 64, the reversible transform (A.6.1).
            0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1,

            // QCD: no quantization, two guard bits, an exponent of 16 (A.6.4).
            0xFF, 0x5C, 0, 4, 0x40, 16 << 3,

            // SOT: 15 bytes of tile; SOD; the packet; EOC (A.4.2).
            0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 15, 0, 1,
            0xFF, 0x93,
            0x00,
            0xFF, 0xD9,
        ];
    }
}
