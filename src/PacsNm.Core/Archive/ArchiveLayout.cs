using System.Text.RegularExpressions;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Archive;

/// <summary>Where a file goes in an archive.</summary>
/// <param name="Path">Its path below the archive's folder.</param>
/// <param name="Record">The same path for the manifest: with an asterisk for each value that is a patient's.</param>
/// <param name="StudyFolder">The part of the path that all files of the study share, as far as the layout tells.</param>
internal sealed record FileLocation(string Path, string Record, string StudyFolder);

/// <summary>
/// How an archive is laid out: a template of folders and a file name, with keywords of PS3.6 in braces, such as
/// <c>{PatientID}/{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm</c>. All that comes from a value is made
/// a safe name.
/// </summary>
internal sealed class ArchiveLayout
{
    /// <summary>The name of the default.</summary>
    public const string Tree = "Tree";

    /// <summary>The name of getscu's own: one folder, a prefix for the SOP class, no extension.</summary>
    public const string Flat = "Flat";

    /// <summary>Stands in a template for the prefix that DCMTK's tools give a file.</summary>
    private const string FilePrefix = "FilePrefix";

    private const string TreeTemplate = "{PatientID}/{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm";
    private const string FlatTemplate = "{FilePrefix}.{SOPInstanceUID}";
    private const string InstanceUid = "{SOPInstanceUID}";
    private const string InstanceFile = InstanceUid + ".dcm";

    /// <summary>Characters of a file's name before the UID; with the UID's 64 and those after it, 255 bytes in any script.</summary>
    private const int MaximumBefore = 40;

    /// <summary>Characters after it.</summary>
    private const int MaximumAfter = 16;

    /// <summary>Attributes that all instances of a study share, with those of the patient.</summary>
    private static readonly HashSet<Tag> OfStudy =
    [
        Tags.StudyInstanceUID, Tags.StudyDate, Tags.StudyTime, Tags.StudyID, Tags.AccessionNumber, Tags.StudyDescription,
        Tags.ReferringPhysicianName,
    ];

    private static readonly Regex Keyword = new(@"\{([^{}/]*)\}", RegexOptions.CultureInvariant);

    private readonly Part[] _parts;
    private readonly int _studyDepth;

    private ArchiveLayout(string template)
    {
        _parts = [.. template.Split('/').Select(text => new Part(text))];
        _studyDepth = _parts.Take(_parts.Length - 1).TakeWhile(part => part.Tags.All(tag => tag.Group == 0x0010 || OfStudy.Contains(tag))).Count();
    }

    /// <summary>The elements whose values make the names.</summary>
    public IReadOnlyCollection<Tag> NeededTags => field ??= [.. _parts.SelectMany(part => part.Tags).Distinct()];

    /// <summary>Takes Tree, Flat or a template.</summary>
    /// <exception cref="FormatException">It is none of them; the message says why.</exception>
    public static ArchiveLayout Parse(string text)
    {
        if (text.Equals(Tree, StringComparison.OrdinalIgnoreCase))
            return new ArchiveLayout(TreeTemplate);
        if (text.Equals(Flat, StringComparison.OrdinalIgnoreCase))
            return new ArchiveLayout(FlatTemplate);
        var template = text.Replace('\\', '/').Trim('/');
        if (text.StartsWith("/", StringComparison.Ordinal) || text.StartsWith("\\", StringComparison.Ordinal))
            throw new FormatException("It lies below the destination: it begins with no slash.");
        if (Keyword.Replace(template, "").IndexOfAny(['{', '}']) >= 0)
            throw new FormatException("A brace has no other that closes it.");
        if (!Keyword.IsMatch(template))
            throw new FormatException("It is neither Tree nor Flat, and has no keyword in braces.");
        if (!template.Substring(template.LastIndexOf('/') + 1).Contains(InstanceUid))
            template += "/" + InstanceFile;
        var layout = new ArchiveLayout(template);
        if (template.Split('/').Select(part => Keyword.Replace(part, "x")).Any(name => name.Length == 0 || SafeName.From(name) != name))
            throw new FormatException("A part of it is not allowed as the name of a file or folder.");
        if (layout._parts[layout._parts.Length - 1].IsPatient)
            throw new FormatException("The names of files end up in manifests, which hold nothing of a patient: use keywords of text in folders.");
        return layout;
    }

    /// <summary>Where a file goes, by its own values.</summary>
    public FileLocation Locate(Dataset attributes)
    {
        var names = _parts.Select((part, index) => part.NameOf(attributes, isFile: index == _parts.Length - 1)).ToArray();
        var record = _parts.Select((part, index) => part.IsPatient ? ManifestEntry.AnyName : names[index]);
        return new FileLocation(Path.Combine(names), string.Join("/", record), Path.Combine([.. names.Take(_studyDepth)]));
    }

    /// <summary>
    /// Whether a value may tell of a person: all but UIDs, dates, times, codes and numbers of the study, the series and the
    /// equipment, and the accession number.
    /// </summary>
    private static bool IsPatient(Tag tag)
    {
        if (tag == Tags.AccessionNumber || tag == Tags.StudyID)
            return false;
        var isTechnical = tag.Group is 0x0008 or 0x0018 or 0x0020 or 0x0028 or 0x0054;
        return !isTechnical || DataDictionary.GetVR(tag) is not (VR.UI or VR.DA or VR.TM or VR.DT or VR.CS or VR.IS or VR.DS or VR.US);
    }

    /// <summary>The name of a folder or of the file, taken apart once: it is made for every instance.</summary>
    private sealed class Part
    {
        /// <summary>Text, or a keyword with its tag, one after the other.</summary>
        private readonly (string Text, Tag? Tag)[] _pieces;

        /// <exception cref="FormatException">A keyword is none.</exception>
        public Part(string text)
        {
            // Each odd piece is what a pair of braces holds.
            _pieces = [.. Keyword.Split(text).Select((piece, index) => (piece, index % 2 == 1 ? TagOf(piece) : (Tag?)null))];
            Tags = [.. _pieces.Select(piece => piece.Tag).OfType<Tag>()];
            IsPatient = Tags.Any(ArchiveLayout.IsPatient);
        }

        /// <summary>The elements whose values make the name.</summary>
        public IReadOnlyList<Tag> Tags { get; }

        /// <summary>Whether the name may tell of a person.</summary>
        public bool IsPatient { get; }

        public string NameOf(Dataset attributes, bool isFile)
        {
            if (!isFile)
                return SafeName.From(Write(_pieces, attributes));

            // The UID makes the name one instance's: what stands beside it is cut, and it is not.
            var at = Array.FindIndex(_pieces, piece => piece.Tag == Dicom.Data.Tags.SOPInstanceUID);
            return SafeName.From(
                Cut(Write(_pieces.Take(at), attributes), MaximumBefore) + Write([_pieces[at]], attributes) + Cut(Write(_pieces.Skip(at + 1), attributes), MaximumAfter),
                SafeName.MaximumFileLength);
        }

        private static Tag TagOf(string keyword) =>
            keyword == FilePrefix ? Dicom.Data.Tags.SOPClassUID
            : Tag.TryParse(keyword, out var tag) ? tag
            : throw new FormatException($"PS3.6 has no attribute '{keyword}'.");

        private static string Cut(string text, int length) => text.Length <= length ? text : text.Substring(0, length);

        private static string Write(IEnumerable<(string Text, Tag? Tag)> pieces, Dataset attributes) =>
            string.Concat(pieces.Select(piece => piece.Tag is { } tag ? NameOf(piece.Text, tag, attributes) : piece.Text));

        private static string NameOf(string keyword, Tag tag, Dataset attributes)
        {
            var value = attributes.GetString(tag);
            return keyword == FilePrefix ? SopClasses.FilePrefixOf(value)
                : tag == Dicom.Data.Tags.SeriesInstanceUID && !Uid.IsValid(value) ? SafeName.Unknown
                : SafeName.From(value);
        }
    }
}
