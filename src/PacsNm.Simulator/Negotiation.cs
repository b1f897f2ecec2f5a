using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Simulator;

/// <summary>Answers association requests (PS3.8 7.1).</summary>
/// <param name="aeTitle">The AE title of the simulator.</param>
/// <param name="archive">The archive of the simulator.</param>
/// <param name="quirks">The quirks of the simulator.</param>
/// <param name="knownAETitles">The calling AE titles that the simulator knows.</param>
internal sealed class Negotiation(string aeTitle, IStudyArchive archive, Quirks quirks, ICollection<string> knownAETitles)
{
    private static readonly Dictionary<string, (CommandField Field, QueryLevel Highest)> Queries = new()
    {
        [InformationModel.StudyRoot.FindSopClass()] = (CommandField.FindRequest, QueryLevel.Study),
        [InformationModel.StudyRoot.GetSopClass()] = (CommandField.GetRequest, QueryLevel.Study),
        [InformationModel.StudyRoot.MoveSopClass()] = (CommandField.MoveRequest, QueryLevel.Study),
        [InformationModel.PatientRoot.FindSopClass()] = (CommandField.FindRequest, QueryLevel.Patient),
        [InformationModel.PatientRoot.GetSopClass()] = (CommandField.GetRequest, QueryLevel.Patient),
        [InformationModel.PatientRoot.MoveSopClass()] = (CommandField.MoveRequest, QueryLevel.Patient),
    };

    /// <summary>The uncompressed transfer syntaxes, the preferred one first.</summary>
    public static IReadOnlyList<string> Uncompressed { get; } =
        [TransferSyntax.ExplicitVRLittleEndian.Uid, TransferSyntax.ImplicitVRLittleEndian.Uid];

    /// <summary>The highest level of the information model of a SOP class; null if the class does not define the command.</summary>
    public static QueryLevel? HighestLevel(string sopClassUid, CommandField field) =>
        Queries.TryGetValue(sopClassUid, out var query) && query.Field == field ? query.Highest : null;

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isBusy">Whether another association is open.</param>
    /// <exception cref="AssociationRejectedException">The request is rejected.</exception>
    public AssociateAccept Decide(AssociateRequest request, bool isBusy)
    {
        if (Reason(request, isBusy) is { } reason)
            throw new AssociationRejectedException(reason);
        return new AssociateAccept
        {
            CalledAETitle = request.CalledAETitle,
            CallingAETitle = request.CallingAETitle,
            PresentationContexts = [.. request.PresentationContexts.Select(Answer)],
            UserInformation = new UserInformation
            {
                RoleSelections = quirks.Has(QuirkName.NoRoleSelection)
                    ? []
                    : [.. request.UserInformation.RoleSelections.Where(role => archive.Storage.ContainsKey(role.SopClassUid))],
            },
        };
    }

    private AssociateReject? Reason(AssociateRequest request, bool isBusy)
    {
        if ((request.ProtocolVersion & 1) == 0)
            return AssociateReject.ProtocolVersionNotSupported;
        if (request.ApplicationContext != AssociateRequest.DicomApplicationContext)
            return AssociateReject.ApplicationContextNotSupported;
        if (request.CalledAETitle != aeTitle)
            return AssociateReject.CalledAETitleNotRecognized;
        if (quirks.Has(QuirkName.RejectUnknownCallingAE) && !knownAETitles.Contains(request.CallingAETitle))
            return AssociateReject.CallingAETitleNotRecognized;
        return isBusy && quirks.Has(QuirkName.OneAssociationOnly) ? AssociateReject.LocalLimitExceeded : null;
    }

    private PresentationContextResult Answer(PresentationContext context)
    {
        archive.Storage.TryGetValue(context.AbstractSyntax, out var stored);
        if (stored is null && context.AbstractSyntax != SopClassUids.Verification && !Queries.ContainsKey(context.AbstractSyntax))
            return new(context.Id, PresentationContextAnswer.AbstractSyntaxNotSupported, TransferSyntax.ImplicitVRLittleEndian.Uid);

        // Compressed instances are sent unchanged to a peer that lists their transfer syntax first.
        var isCompressedTaken = stored is not null && !quirks.Has(QuirkName.UncompressedOnly);
        var chosen = context.TransferSyntaxes.FirstOrDefault(syntax =>
            Uncompressed.Contains(syntax) || (isCompressedTaken && stored!.Any(one => one.Uid == syntax)));
        if (chosen == TransferSyntax.ImplicitVRLittleEndian.Uid && context.TransferSyntaxes.Contains(Uncompressed[0]))
            chosen = Uncompressed[0];
        return chosen is null
            ? new(context.Id, PresentationContextAnswer.TransferSyntaxesNotSupported, TransferSyntax.ImplicitVRLittleEndian.Uid)
            : new(context.Id, PresentationContextAnswer.Acceptance, chosen);
    }
}
