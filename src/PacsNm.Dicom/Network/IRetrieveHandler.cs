namespace PacsNm.Dicom.Network;

/// <summary>Takes what a peer sends in answer to a C-GET, message by message and fragment by fragment.</summary>
internal interface IRetrieveHandler
{
    /// <summary>Takes a command set; its dataset follows if it has one.</summary>
    void BeginMessage(byte contextId, CommandSet command);

    /// <summary>Takes a fragment of the dataset of the latest command set.</summary>
    void AddData(ReadOnlySpan<byte> fragment, bool isLast);
}
