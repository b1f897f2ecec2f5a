using System.Globalization;
using System.Net;
using System.Text;

namespace PacsNm.Reporting;

/// <summary>Writes a report as one HTML page that loads nothing from the network.</summary>
/// <param name="title">The heading.</param>
/// <param name="showsPatients">Whether the page names patients.</param>
internal sealed class ReportPage(string title, bool showsPatients)
{
    /// <summary>The most problems to list per study. The remaining problems are counted.</summary>
    private const int MaximumProblems = 100;

    private readonly StringBuilder _html = new();

    /// <summary>Returns the page.</summary>
    /// <param name="studies">The rows. The worst come first on the page.</param>
    /// <param name="made">When the report is made.</param>
    /// <param name="note">The text below the rows; empty for none.</param>
    public string Write(IReadOnlyList<ReportStudy> studies, DateTime made, string note)
    {
        _html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n")
            .Append("<title>").Append(Encode(title)).Append("</title>\n<style>\n").Append(ReportStyle.Css)
                .Append("</style>\n</head>\n<body>\n")
            .Append("<h1>").Append(Encode(title)).Append("</h1>\n<p class=\"made\">")
            .Append(Encode(made.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture))).Append("</p>\n");
        Totals(studies);
        if (studies.Count > 0)
        {
            _html.Append("<table>\n<thead><tr><th>Status</th><th>Study</th><th class=\"n\">Instances</th><th class=\"n\">MB</th>")
                .Append("<th class=\"n\">Seconds</th><th class=\"n\">MB/s</th></tr></thead>\n<tbody>\n");
            foreach (var study in studies.OrderByDescending(study => study.Verdict))
                Row(study);
            _html.Append("</tbody>\n</table>\n");
        }

        if (note.Length > 0)
            _html.Append("<p class=\"note\">").Append(Encode(note)).Append("</p>\n");
        return _html.Append("</body>\n</html>\n").ToString();
    }

    private void Totals(IReadOnlyList<ReportStudy> studies)
    {
        var bytes = studies.Sum(study => study.Bytes);
        var seconds = studies.Sum(study => study.Duration?.TotalSeconds ?? 0);
        _html.Append("<dl class=\"totals\">\n");
        Total(studies.All(study => study.Uid == study.StudyInstanceUid) ? "Studies" : "Rows", $"{studies.Count}");
        Total("Complete", $"{studies.Count(study => study.Verdict == Verdict.Good)}");
        if (studies.Count(study => study.Verdict != Verdict.Good) is > 0 and var others)
            Total("Not complete", $"{others}");
        Total("Instances", $"{studies.Sum(study => study.Present)}");
        Total("MB", Number(bytes / 1e6));
        if (seconds > 0)
        {
            Total("Seconds", Number(seconds));
            Total("MB/s", Number(bytes / 1e6 / seconds));
        }

        _html.Append("</dl>\n");
    }

    private void Total(string name, string value) =>
        _html.Append("<div><dt>").Append(Encode(name)).Append("</dt><dd>").Append(Encode(value)).Append("</dd></div>\n");

    private void Row(ReportStudy study)
    {
        var seconds = study.Duration?.TotalSeconds;
        _html.Append("<tr class=\"").Append(study.Verdict.ToString().ToLowerInvariant()).Append("\">\n<td><span class=\"status\">")
            .Append(Encode(study.Status)).Append("</span></td>\n<td>");
        About(study);
        _html.Append("</td>\n");
        Cell("Instances", study.Expected is { } expected ? $"{study.Present} of {expected}" : $"{study.Present}");
        Cell("MB", Number(study.Bytes / 1e6));
        Cell("Seconds", seconds is null ? "" : Number(seconds.Value));
        Cell("MB/s", seconds > 0 && study.Bytes > 0 ? Number(study.Bytes / 1e6 / seconds.Value) : "");
        _html.Append("</tr>\n");
    }

    private void Cell(string label, string text) =>
        _html.Append("<td class=\"n\" data-label=\"").Append(label).Append("\">").Append(Encode(text)).Append("</td>\n");

    private void About(ReportStudy study)
    {
        if (study.File is { } file)
        {
            var date = file.StudyDate?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            string?[] patient = showsPatients ? [file.PatientName, file.PatientId] : [];
            string?[] parts = [date, string.Join(", ", study.Modalities), .. patient, file.StudyDescription];
            _html.Append("<div class=\"about\">").Append(Encode(string.Join(" · ", parts.Where(part => !string.IsNullOrEmpty(part)))))
                .Append("</div>");
        }

        _html.Append("<code>").Append(Encode(study.Uid)).Append("</code>");
        if (study.Reason.Length > 0)
            _html.Append("<div class=\"reason\">").Append(Encode(study.Reason)).Append("</div>");
        if (study.Problems.Count > 0)
        {
            _html.Append("<details><summary>").Append(study.Problems.Count).Append(" missing or not right</summary><ul>");
            foreach (var problem in study.Problems.Take(MaximumProblems))
                _html.Append("<li>").Append(Encode(problem)).Append("</li>");
            if (study.Problems.Count > MaximumProblems)
                _html.Append("<li>and ").Append(study.Problems.Count - MaximumProblems).Append(" more</li>");
            _html.Append("</ul></details>");
        }

        if (study.Pictures.Count == 0)
            return;
        _html.Append("<div class=\"pictures\">");
        foreach (var picture in study.Pictures)
            _html.Append("<img alt=\"\" src=\"data:image/jpeg;base64,").Append(Convert.ToBase64String(picture)).Append("\">");
        _html.Append("</div>");
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
