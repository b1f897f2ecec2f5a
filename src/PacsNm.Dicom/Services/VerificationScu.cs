using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>The Verification service, as SCU (PS3.4 annex A, PS3.7 9.1.5).</summary>
public static class VerificationScu
{
    /// <summary>Sends a C-ECHO and waits for the answer.</summary>
    /// <exception cref="DimseFailureException">The status is not success.</exception>
    public static async Task EchoAsync(Association association, CancellationToken cancellationToken)
    {
        var context = association.ContextOf(SopClassUids.Verification);
        var request = new CommandSet
        {
            Field = CommandField.EchoRequest,
            MessageId = association.NextMessageId(),
            SopClassUid = SopClassUids.Verification,
        };
        await association.SendAsync(context.Id, request, default, cancellationToken).ConfigureAwait(false);
        var response = await association
            .ReceiveResponseAsync(CommandField.EchoResponse, request.MessageId, cancellationToken)
            .ConfigureAwait(false);
        if (response.Command.Status != DimseStatus.Success)
            throw new DimseFailureException("C-ECHO", response.Command);
    }
}
