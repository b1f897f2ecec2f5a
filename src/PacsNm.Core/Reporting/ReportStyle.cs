namespace PacsNm.Reporting;

/// <summary>The look of a report: a table, and on a narrow screen one card per study.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #1a7f37; --mixed: #9a6700; --bad: #cf222e; }
        @media (prefers-color-scheme: dark) { :root { --good: #3fb950; --mixed: #d29922; --bad: #f85149; } }
        * { box-sizing: border-box; }
        body { font: 15px/1.45 system-ui, "Segoe UI", sans-serif; margin: 0 auto; max-width: 70rem; padding: 1.5rem; }
        h1 { font-size: 1.5rem; margin: 0; }
        .made, .note, .reason { opacity: .75; margin: .2rem 0; }
        .totals { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); margin: 1.2rem 0; }
        .totals div { background: var(--soft); border-radius: 8px; padding: .6rem .8rem; }
        dt { font-size: .8rem; opacity: .75; }
        dd { font-size: 1.35rem; font-variant-numeric: tabular-nums; margin: 0; }
        table { border-collapse: collapse; width: 100%; }
        th { font-size: .8rem; font-weight: 600; opacity: .75; text-align: left; }
        th, td { border-bottom: 1px solid var(--line); padding: .6rem .5rem; vertical-align: top; }
        .n { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
        .status { border: 1px solid; border-radius: 99px; font-size: .85rem; font-weight: 600; padding: .1rem .6rem; white-space: nowrap; }
        .good .status { color: var(--good); }
        .mixed .status { color: var(--mixed); }
        .bad .status { color: var(--bad); }
        .about { font-weight: 600; }
        code { font: .82rem/1.4 ui-monospace, Consolas, monospace; overflow-wrap: anywhere; }
        summary { cursor: pointer; }
        details ul { font-size: .85rem; margin: .3rem 0; overflow-wrap: anywhere; padding-left: 1.2rem; }
        .pictures { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .5rem; }
        .pictures img { background: #000; border-radius: 4px; height: 110px; }
        @media (max-width: 40rem) {
          body { padding: 1rem; }
          .totals { grid-template-columns: repeat(2, 1fr); }
          thead { display: none; }
          table, tbody, tr, td { display: block; }
          tr { border: 1px solid var(--line); border-radius: 8px; margin-bottom: .8rem; padding: .5rem .7rem; }
          td { border: 0; padding: .25rem 0; }
          td.n { display: flex; justify-content: space-between; }
          td.n::before { content: attr(data-label); opacity: .75; }
          td.n:empty { display: none; }
        }
        @media print { details { display: none; } }

        """;
}
