using System.Text;

namespace PacsNm.Dicom.Data;

/// <summary>Returns code pages by number, without registering a provider for the whole process.</summary>
internal static class Encodings
{
    /// <summary>The encoding of a code page. Invalid bytes become a replacement character.</summary>
    public static Encoding Get(int codePage)
    {
#if NET
        return CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage);
#else
        return Encoding.GetEncoding(codePage);
#endif
    }

    /// <summary>The encoding of a code page. A character that it lacks raises an <see cref="EncoderFallbackException"/>.</summary>
    public static Encoding GetStrict(int codePage)
    {
        var (encoder, decoder) = (EncoderFallback.ExceptionFallback, DecoderFallback.ReplacementFallback);
#if NET
        return CodePagesEncodingProvider.Instance.GetEncoding(codePage, encoder, decoder)
            ?? Encoding.GetEncoding(codePage, encoder, decoder);
#else
        return Encoding.GetEncoding(codePage, encoder, decoder);
#endif
    }
}
