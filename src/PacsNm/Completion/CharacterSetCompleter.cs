namespace PacsNm.Completion;

/// <summary>Completes a defined term of Specific Character Set (PS3.3 C.12.1.1.2) that an undeclared answer may be encoded in.</summary>
public sealed class CharacterSetCompleter : Completer
{
    private static readonly (string, string)[] Terms =
    [
        ("ISO_IR 192", "Unicode in UTF-8"),
        ("ISO_IR 100", "Latin-1: Western European languages"),
        ("ISO_IR 101", "Latin-2: Central European languages"),
        ("ISO_IR 109", "Latin-3: Esperanto, Maltese"),
        ("ISO_IR 110", "Latin-4: Baltic languages"),
        ("ISO_IR 148", "Latin-5: Turkish"),
        ("ISO_IR 203", "Latin-9: Western European languages with the euro sign"),
        ("ISO_IR 144", "Cyrillic"),
        ("ISO_IR 127", "Arabic"),
        ("ISO_IR 126", "Greek"),
        ("ISO_IR 138", "Hebrew"),
        ("ISO_IR 166", "Thai"),
        ("ISO_IR 13", "Japanese, half-width Katakana"),
        (@"\ISO 2022 IR 87", "Japanese, Kanji"),
        (@"\ISO 2022 IR 149", "Korean"),
        (@"\ISO 2022 IR 58", "Simplified Chinese, GB2312"),
        ("GB18030", "Chinese, GB18030"),
        ("GBK", "Simplified Chinese, GBK"),
    ];

    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) => Terms;
}
