using PacsNm.Dicom.Data;
using PacsNm.Dicom.Services;

namespace PacsNm.GetScu;

/// <summary>Writes each instance to a file with getscu's name for it: a prefix for the SOP class, and the SOP Instance UID.</summary>
/// <param name="folder">An existing folder.</param>
/// <param name="tell">Called once for each object.</param>
internal sealed class FileReceiver(string folder, Action tell) : IInstanceReceiver
{
    private FileStream? _file;

    public void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax)
    {
        tell();
        var name = $"{SopClasses.FilePrefixOf(sopClassUid)}.{sopInstanceUid}";
        _file = new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.Read);
        _file.Write(Part10File.WriteHeader(sopClassUid, sopInstanceUid, transferSyntax));
    }

    public void Write(ReadOnlySpan<byte> fragment) => _file!.Write(fragment);

    public void End() => _file!.Dispose();

    public void Abandon() => _file?.Dispose();
}
