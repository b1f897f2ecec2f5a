namespace PacsNm.Help;

/// <summary>An example: its title, code and remarks.</summary>
internal sealed record HelpExample(string Title, string Code, string Remarks);

/// <summary>
/// The Markdown page of a cmdlet: paragraphs, followed by sections "## Example: title" with indented code, "## Notes", and "## Links"
/// with one name per line.
/// </summary>
internal sealed record HelpPage(
    IReadOnlyList<string> Description, IReadOnlyList<HelpExample> Examples, IReadOnlyList<string> Notes, IReadOnlyList<string> Links)
{
    private const string ExampleTitle = "Example: ";

    /// <summary>Reads a page from a file.</summary>
    public static HelpPage Read(string path)
    {
        var examples = new List<HelpExample>();
        IReadOnlyList<string> description = [], notes = [], links = [];
        var sections = File.ReadAllText(path).ReplaceLineEndings("\n").Split("\n## ");
        foreach (var section in sections.Select((text, index) => (Text: text, IsFirst: index == 0)))
        {
            // The first line is the name of the cmdlet or of the section.
            var end = section.Text.IndexOf('\n');
            var title = section.Text[..end].Trim();
            var body = section.Text[(end + 1)..];
            if (section.IsFirst)
                description = Paragraphs(body);
            else if (title.StartsWith(ExampleTitle, StringComparison.Ordinal))
                examples.Add(Example(title[ExampleTitle.Length..], body));
            else if (title == "Notes")
                notes = Paragraphs(body);
            else if (title == "Links")
                links = body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            else
                throw new InvalidDataException($"{path}: '{title}' is no section of a help page.");
        }

        return new HelpPage(description, examples, notes, links);
    }

    private static HelpExample Example(string title, string body)
    {
        var lines = body.Split('\n');
        var code = lines.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]);
        var remarks = lines.Where(line => !line.StartsWith("    ", StringComparison.Ordinal));
        return new HelpExample(title, string.Join("\n", code), string.Join("\n", Paragraphs(string.Join("\n", remarks))));
    }

    /// <summary>Joins each paragraph to one line, because Get-Help wraps the text itself.</summary>
    private static string[] Paragraphs(string text) =>
        [.. text.Split("\n\n").Select(OneLine).Where(paragraph => paragraph.Length > 0)];

    private static string OneLine(string paragraph) =>
        string.Join(" ", paragraph.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
