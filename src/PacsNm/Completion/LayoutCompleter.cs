using PacsNm.Archive;

namespace PacsNm.Completion;

/// <summary>Completes a layout: its names, some templates, and a keyword within braces.</summary>
public sealed class LayoutCompleter : Completer
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word)
    {
        var open = word.LastIndexOf('{');
        return open > word.LastIndexOf('}')
            ? KeywordCompleter.Keywords(word.Substring(open + 1))
                .Select(keyword => ($"{word.Substring(0, open)}{{{keyword.Text}}}", keyword.ToolTip))
            :
            [
                (ArchiveLayout.Tree, "PatientID/StudyInstanceUID/SeriesInstanceUID/SOPInstanceUID.dcm"),
                (ArchiveLayout.Flat, "One folder, the names that getscu gives: NM.1.2.3"),
                ("{StudyDate}/{StudyInstanceUID}", "A folder a day"),
                ("{StudyDate}/{Modality}/{StudyInstanceUID}", "A folder a day, and in it one a modality"),
                ("{AccessionNumber}/{SeriesNumber}", "A folder an accession number"),
            ];
    }
}
