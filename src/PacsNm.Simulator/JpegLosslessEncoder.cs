namespace PacsNm.Simulator;

/// <summary>
/// JPEG Lossless, Process 14, Selection Value 1 (ITU-T T.81 annex H). Each sample is encoded as the difference from its left neighbour.
/// </summary>
internal static class JpegLosslessEncoder
{
    private const int Precision = 16;

    /// <summary>The number of difference categories (T.81 table H.2, 0 to 16) that have the shorter code.</summary>
    private const int ShortCodes = 14;

    private const int ShortLength = 4;

    /// <summary>Encodes one frame.</summary>
    public static byte[] Encode(ReadOnlySpan<ushort> samples, int rows, int columns)
    {
        using var output = new MemoryStream();
        WriteHeaders(output, rows, columns);
        var bits = new BitWriter(output);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var index = (row * columns) + column;

                // T.81 H.1.2.1: the first sample is predicted from the middle value, the first sample of a line from the sample above.
                var prediction = column > 0 ? samples[index - 1] : row > 0 ? samples[index - columns] : 1 << (Precision - 1);
                WriteDifference(bits, (short)(samples[index] - prediction));
            }
        }

        bits.Finish();
        output.Write([0xFF, 0xD9], 0, 2);
        return output.ToArray();
    }

    private static void WriteHeaders(MemoryStream output, int rows, int columns)
    {
        byte[] headers =
        [
            0xFF, 0xD8,

            // SOF3, one component.
            0xFF, 0xC3, 0, 11, Precision, (byte)(rows >> 8), (byte)rows, (byte)(columns >> 8), (byte)columns, 1, 1, 0x11, 0,

            // DHT: no codes of 1 to 3 bits, 14 of 4 bits, 3 of 5 bits. The code of all ones is not allowed (T.81 C).
            0xFF, 0xC4, 0, 36, 0, 0, 0, 0, ShortCodes, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,

            // SOS: predictor 1, no point transform.
            0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0,
        ];
        output.Write(headers, 0, headers.Length);
    }

    /// <summary>Writes the category, then the same number of bits of the difference (T.81 H.1.2.2). Differences are modulo 65536.</summary>
    private static void WriteDifference(BitWriter bits, int difference)
    {
        var magnitude = Math.Abs(difference);
        var category = 0;
        while (magnitude >> category != 0)
            category++;
        if (category < ShortCodes)
            bits.Write(category, ShortLength);
        else
            bits.Write((ShortCodes << 1) + category - ShortCodes, ShortLength + 1);

        // Category 16 contains only 32768 and has no further bits.
        if (category is > 0 and < 16)
            bits.Write(difference > 0 ? difference : difference + (1 << category) - 1, category);
    }

    /// <summary>Entropy-coded bytes. A zero byte follows each 0xFF, and ones fill the last byte (T.81 F.1.2.3).</summary>
    private sealed class BitWriter(MemoryStream output)
    {
        private uint _bits;
        private int _count;

        public void Write(int value, int length)
        {
            _bits = (_bits << length) | ((uint)value & ((1u << length) - 1));
            _count += length;
            while (_count >= 8)
            {
                _count -= 8;
                var whole = (byte)(_bits >> _count);
                output.WriteByte(whole);
                if (whole == 0xFF)
                    output.WriteByte(0);
            }
        }

        public void Finish()
        {
            if (_count > 0)
                Write(0x7F, 8 - _count);
        }
    }
}
