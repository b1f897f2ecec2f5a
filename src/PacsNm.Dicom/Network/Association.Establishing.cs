using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Network;

/// <content>Establishes associations (PS3.8 7.1).</content>
public sealed partial class Association
{
    /// <summary>Requests an association.</summary>
    /// <param name="stream">The connection. It is disposed with the association, or immediately if the request fails.</param>
    /// <param name="request">The request.</param>
    /// <param name="timeouts">The limits.</param>
    /// <param name="cancellationToken">Ends the wait and the connection.</param>
    /// <exception cref="AssociationRejectedException">The peer rejected the association.</exception>
    /// <exception cref="PeerTimeoutException">The peer did not answer.</exception>
    public static async Task<Association> RequestAsync(
        PduStream stream,
        AssociateRequest request,
        NetworkTimeouts timeouts,
        CancellationToken cancellationToken)
    {
        try
        {
            var deadline = Deadline.After(NetworkPhase.Acse, timeouts.Acse);
            var bytes = AssociatePdu.Encode(request);
            await stream.WriteAsync(bytes, deadline, cancellationToken).ConfigureAwait(false);
            var pdu = await stream.ReadAsync(deadline, cancellationToken).ConfigureAwait(false);
            return pdu.Type switch
            {
                PduType.AssociateAccept =>
                    new(stream, request, AssociatePdu.DecodeAccept(pdu.Body.Span), isRequestor: true, timeouts),
                PduType.AssociateReject =>
                    throw new AssociationRejectedException(AssociatePdu.DecodeReject(pdu.Body.Span)),
                PduType.Abort => throw Aborted(pdu),
                _ => throw new ProtocolViolationException($"{pdu.Type} came in answer to an association request."),
            };
        }
        catch (Exception exception)
        {
            stream.Dispose();
            if (exception is DicomNetworkException failure)
                failure.Phase = NetworkPhase.Acse;
            throw;
        }
    }

    /// <summary>Answers an association request.</summary>
    /// <param name="stream">The connection. It is disposed with the association, or immediately if none is established.</param>
    /// <param name="decide">Returns the answer. It throws <see cref="AssociationRejectedException"/> to reject the request.</param>
    /// <param name="timeouts">The limits.</param>
    /// <param name="cancellationToken">Ends the wait and the connection.</param>
    /// <exception cref="AssociationRejectedException">The request was rejected. The peer has received the rejection.</exception>
    public static async Task<Association> AcceptAsync(
        PduStream stream,
        Func<AssociateRequest, AssociateAccept> decide,
        NetworkTimeouts timeouts,
        CancellationToken cancellationToken)
    {
        try
        {
            var deadline = Deadline.After(NetworkPhase.Acse, timeouts.Acse);
            var pdu = await stream.ReadAsync(deadline, cancellationToken).ConfigureAwait(false);
            if (pdu.Type != PduType.AssociateRequest)
                throw new ProtocolViolationException($"{pdu.Type} came before an association request.");
            var request = AssociatePdu.DecodeRequest(pdu.Body.Span);
            byte[] bytes;
            try
            {
                var accept = decide(request);
                bytes = AssociatePdu.Encode(accept);
                await stream.WriteAsync(bytes, deadline, cancellationToken).ConfigureAwait(false);
                return new(stream, request, accept, isRequestor: false, timeouts);
            }
            catch (AssociationRejectedException rejection) when (rejection.Reject is { } reject)
            {
                bytes = Pdu.Reject(reject);
                await stream.WriteAsync(bytes, deadline, cancellationToken).ConfigureAwait(false);
                throw;
            }
        }
        catch (Exception exception)
        {
            stream.Dispose();
            if (exception is DicomNetworkException failure)
                failure.Phase = NetworkPhase.Acse;
            throw;
        }
    }

    private static IEnumerable<AcceptedContext> AcceptedContexts(AssociateRequest request, AssociateAccept accept)
    {
        var answers = new HashSet<byte>();
        foreach (var result in accept.PresentationContexts)
        {
            var proposed = request.PresentationContexts.FirstOrDefault(context => context.Id == result.Id)
                ?? throw new ProtocolViolationException($"Presentation context {result.Id} was answered but not proposed.");
            if (!answers.Add(result.Id))
                throw new ProtocolViolationException($"Presentation context {result.Id} was answered twice.");
            if (result.Result != PresentationContextAnswer.Acceptance)
                continue;
            if (!proposed.TransferSyntaxes.Contains(result.TransferSyntax))
            {
                throw new ProtocolViolationException(
                    $"Presentation context {result.Id} was accepted in a transfer syntax that was not proposed.");
            }

            yield return new AcceptedContext(
                proposed.Id, proposed.AbstractSyntax, TransferSyntax.Find(result.TransferSyntax));
        }
    }
}
