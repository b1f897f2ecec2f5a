using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using PacsNm.Archive;

namespace PacsNm.Exports;

/// <summary>Writes studies and their files as one JSON object, study by study.</summary>
internal sealed class ManifestJson : IDisposable
{
    private readonly XmlDictionaryWriter _json;

    /// <param name="stream">Receives UTF-8. It stays open.</param>
    public ManifestJson(Stream stream)
    {
        _json = JsonReaderWriterFactory.CreateJsonWriter(stream, Encoding.UTF8, ownsStream: false, indent: true);
        Begin("root", "object");
        Text("Created", ManifestEntry.TimeText(DateTime.UtcNow));
        Begin("Studies", "array");
    }

    /// <summary>Writes a study.</summary>
    public void Add(RecordedStudy study)
    {
        Begin("item", "object");
        Text("StudyInstanceUid", study.StudyInstanceUid);
        Text("Status", study.End?.Status);
        Text("AsOf", study.End?.AsOf);
        Begin("Files", "array");
        foreach (var file in study.Files)
            Add(file);
        _json.WriteEndElement();
        _json.WriteEndElement();
    }

    /// <summary>Ends the object.</summary>
    public void Finish()
    {
        _json.WriteEndDocument();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Add(RecordedFile file)
    {
        Begin("item", "object");
        Text("File", file.Path);
        _json.WriteStartElement("Bytes");
        _json.WriteAttributeString("type", "number");
        _json.WriteValue(file.Entry.Bytes);
        _json.WriteEndElement();
        Text("Sha256", file.Entry.Sha256);
        Text("SopInstanceUid", file.Entry.SopInstanceUid);
        Text("SopClassUid", file.Entry.SopClassUid);
        Text("SeriesInstanceUid", file.Entry.SeriesInstanceUid);
        Text("TransferSyntaxUid", file.Entry.TransferSyntaxUid);
        _json.WriteEndElement();
    }

    private void Begin(string name, string type)
    {
        _json.WriteStartElement(name);
        _json.WriteAttributeString("type", type);
    }

    private void Text(string name, string? value)
    {
        if (value is not null)
            _json.WriteElementString(name, value);
    }
}
