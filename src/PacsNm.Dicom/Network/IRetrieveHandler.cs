namespace PacsNm.Dicom.Network;

/// <summary>Receives the messages of a peer that answers a C-GET, fragment by fragment.</summary>
internal interface IRetrieveHandler
{
    /// <summary>Receives a command set. Its dataset follows if it has one.</summary>
    void BeginMessage(byte contextId, CommandSet command);

    /// <summary>Receives a fragment of the dataset of the latest command set.</summary>
    void AddData(ReadOnlySpan<byte> fragment, bool isLast);
}
