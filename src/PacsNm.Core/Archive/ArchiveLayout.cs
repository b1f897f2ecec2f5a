using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>The place of a file in an archive.</summary>
/// <param name="Path">The path below the archive's folder.</param>
/// <param name="Record">The same path for the manifest, with an asterisk for each name that is made of a patient's data.</param>
/// <param name="StudyFolder">The part of the path that all files of the study share according to the layout.</param>
internal sealed record FileLocation(string Path, string Record, string StudyFolder);

/// <summary>
/// The layout of an archive: a template of folders and a file name with keywords of PS3.6 in braces, such as
/// <c>{PatientID}/{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm</c>. Every value becomes a safe file name.
/// </summary>
internal sealed class ArchiveLayout
{
    /// <summary>The name of the default layout: folders for patient, study and series.</summary>
    public const string Tree = "Tree";

    /// <summary>The name of getscu's layout: one folder, a prefix for the SOP class, no extension.</summary>
    public const string Flat = "Flat";

    /// <summary>The keyword for the prefix that DCMTK's tools give a file, such as NM.</summary>
    private const string FilePrefix = "FilePrefix";

    private const string TreeTemplate = "{PatientID}/{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm";
    private const string FlatTemplate = "{FilePrefix}.{SOPInstanceUID}";
    private const string InstanceUid = "{SOPInstanceUID}";
    private const string InstanceFile = InstanceUid + ".dcm";

    /// <summary>
    /// The characters that a file name keeps before the UID. With the UID's 64 and <see cref="MaximumAfter"/>, the name fits in 255 bytes
    /// in any script.
    /// </summary>
    private const int MaximumBefore = 40;

    /// <summary>The characters that a file name keeps after the UID.</summary>
    private const int MaximumAfter = 16;

    /// <summary>The attributes that all instances of a study share. Those of group 0010, the patient's, are shared too.</summary>
    private static readonly HashSet<Tag> OfStudy =
    [
        Tags.StudyInstanceUID, Tags.StudyDate, Tags.StudyTime, Tags.StudyID, Tags.AccessionNumber, Tags.StudyDescription,
        Tags.ReferringPhysicianName,
    ];

    private static readonly Regex Keyword = new(@"\{([^{}/]*)\}", RegexOptions.CultureInvariant);

    private readonly Part[] _parts;
    private readonly int _studyDepth;

    private ArchiveLayout(string template, IReadOnlyList<string> columns)
        : this([.. template.Split('/').Select(text => new Part(text, columns))])
    {
    }

    private ArchiveLayout(Part[] parts)
    {
        _parts = parts;
        _studyDepth = _parts
            .Take(_parts.Length - 1)
            .TakeWhile(part => part.Tags.All(tag => tag.Group == 0x0010 || OfStudy.Contains(tag)))
            .Count();
    }

    /// <summary>The elements whose values become names.</summary>
    public IReadOnlyCollection<Tag> NeededTags => field ??= [.. _parts.SelectMany(part => part.Tags).Distinct()];

    /// <summary>
    /// Parses Tree, Flat or a template. A template without {SOPInstanceUID} in its last part gets {SOPInstanceUID}.dcm as the file name.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The columns of the list whose cells may be names, as in {Row:SubjectId}; null if there is no list.</param>
    /// <exception cref="FormatException">The text is not a layout. The message says why.</exception>
    public static ArchiveLayout Parse(string text, IReadOnlyList<string>? columns = null)
    {
        columns ??= [];
        if (text.Equals(Tree, StringComparison.OrdinalIgnoreCase))
            return new ArchiveLayout(TreeTemplate, columns);
        if (text.Equals(Flat, StringComparison.OrdinalIgnoreCase))
            return new ArchiveLayout(FlatTemplate, columns);
        var template = text.Replace('\\', '/').Trim('/');
        if (text.StartsWith("/", StringComparison.Ordinal) || text.StartsWith("\\", StringComparison.Ordinal))
            throw new FormatException("It is a path below the destination and must not begin with a slash.");
        if (Keyword.Replace(template, "").IndexOfAny(['{', '}']) >= 0)
            throw new FormatException("A brace is not closed.");
        if (!Keyword.IsMatch(template))
            throw new FormatException("It is not Tree or Flat, and it has no keyword in braces.");
        if (!template.Substring(template.LastIndexOf('/') + 1).Contains(InstanceUid))
            template += "/" + InstanceFile;
        var layout = new ArchiveLayout(template, columns);
        if (template.Split('/').Select(part => Keyword.Replace(part, "x")).Any(name => name.Length == 0 || SafeName.From(name) != name))
            throw new FormatException("A part of it is not a valid name of a file or folder.");
        if (layout._parts[layout._parts.Length - 1].IsPatient)
        {
            throw new FormatException(
                "File names are recorded in manifests, which hold no patient's data. "
                    + "Use keywords that may describe a patient in folders only.");
        }

        return layout;
    }

    /// <summary>Returns the layout with the cells of a row.</summary>
    /// <param name="cells">The cells, one per column of the list.</param>
    public ArchiveLayout ForRow(IReadOnlyList<string> cells) =>
        _parts.Any(part => part.HasColumns) ? new ArchiveLayout([.. _parts.Select(part => part.ForRow(cells))]) : this;

    /// <summary>Returns the place of a file with these attributes.</summary>
    public FileLocation Locate(Dataset attributes)
    {
        var names = _parts.Select((part, index) => part.NameOf(attributes, isFile: index == _parts.Length - 1)).ToArray();
        var record = _parts.Select((part, index) => part.IsPatient ? ManifestEntry.AnyName : names[index]);
        return new FileLocation(Path.Combine(names), string.Join("/", record), Path.Combine([.. names.Take(_studyDepth)]));
    }

    /// <summary>
    /// Whether a value may describe a person. UIDs, dates, times, codes and numbers of the study, the series and the equipment do not, nor
    /// do the accession number and the study ID.
    /// </summary>
    private static bool IsPatient(Tag tag)
    {
        if (tag == Tags.AccessionNumber || tag == Tags.StudyID)
            return false;
        var isTechnical = tag.Group is 0x0008 or 0x0018 or 0x0020 or 0x0028 or 0x0054;
        return !isTechnical || DataDictionary.GetVR(tag) is not (VR.UI or VR.DA or VR.TM or VR.DT or VR.CS or VR.IS or VR.DS or VR.US);
    }

    /// <summary>One folder name or the file name. It is parsed once and written for every instance.</summary>
    private sealed class Part
    {
        private const string Row = "Row:";

        private readonly Piece[] _pieces;

        /// <exception cref="FormatException">A keyword is not in PS3.6, or the list has no such column.</exception>
        public Part(string text, IReadOnlyList<string> columns)
            : this([.. Keyword.Split(text).Select((piece, index) => PieceOf(piece, isKeyword: index % 2 == 1, columns))])
        {
        }

        private Part(Piece[] pieces)
        {
            _pieces = pieces;
            Tags = [.. _pieces.Select(piece => piece.Tag).OfType<Tag>()];
            HasColumns = _pieces.Any(piece => piece.Column is not null);

            // Only the user knows what a column describes.
            IsPatient = HasColumns || Tags.Any(ArchiveLayout.IsPatient);
        }

        /// <summary>Whether cells of a row are in the name.</summary>
        public bool HasColumns { get; }

        /// <summary>The elements whose values become the name.</summary>
        public IReadOnlyList<Tag> Tags { get; }

        /// <summary>Whether the name may describe a person.</summary>
        public bool IsPatient { get; }

        public Part ForRow(IReadOnlyList<string> cells) => new([.. _pieces.Select(piece => piece.Column is { } column
            ? piece with { Text = column < cells.Count ? cells[column] : "" }
            : piece)]);

        public string NameOf(Dataset attributes, bool isFile)
        {
            if (!isFile)
                return SafeName.From(Write(_pieces, attributes));

            // The UID makes the name unique, so only the text around it is shortened.
            var at = Array.FindIndex(_pieces, piece => piece.Tag == Dicom.Data.Tags.SOPInstanceUID);
            return SafeName.From(
                Shorten(Write(_pieces.Take(at), attributes), MaximumBefore)
                    + Write([_pieces[at]], attributes)
                    + Shorten(Write(_pieces.Skip(at + 1), attributes), MaximumAfter),
                SafeName.MaximumFileLength);
        }

        private static Piece PieceOf(string text, bool isKeyword, IReadOnlyList<string> columns) =>
            !isKeyword ? new Piece(text)
            : text.StartsWith(Row, StringComparison.OrdinalIgnoreCase)
                ? new Piece("", Column: ColumnOf(text.Substring(Row.Length), columns))
            : new Piece(text, TagOf(text));

        private static int ColumnOf(string name, IReadOnlyList<string> columns)
        {
            var index = columns.ToList().FindIndex(column => column.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? index : throw new FormatException(
                columns.Count == 0 ? $"Only the layout of a job with a list can have columns such as '{name}'."
                    : $"The list has no column '{name}'. Its columns are {string.Join(", ", columns)}.");
        }

        private static Tag TagOf(string keyword) =>
            keyword == FilePrefix ? Dicom.Data.Tags.SOPClassUID
            : Tag.TryParse(keyword, out var tag) ? tag
            : throw new FormatException($"PS3.6 has no attribute '{keyword}'.");

        private static string Shorten(string text, int length) => text.Length <= length ? text : text.Substring(0, length);

        private static string Write(IEnumerable<Piece> pieces, Dataset attributes) =>
            string.Concat(pieces.Select(piece => piece.Tag is { } tag ? NameOf(piece.Text, tag, attributes) : piece.Text));

        private static string NameOf(string keyword, Tag tag, Dataset attributes)
        {
            var value = attributes.GetString(tag);
            return keyword == FilePrefix ? SopClasses.FilePrefixOf(value)
                : DataDictionary.GetVR(tag) == VR.UI ? SafeName.FromUid(value)
                : SafeName.From(value);
        }

        /// <summary>A piece of a name: text, the value of an element, or a cell of a row.</summary>
        /// <param name="Text">The text, or the keyword of the element.</param>
        /// <param name="Tag">The element.</param>
        /// <param name="Column">The index of the column. The text is the cell of the row, once there is one.</param>
        private sealed record Piece(string Text, Tag? Tag = null, int? Column = null);
    }
}
