using PacsNm.Dicom.Network;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>Runs of retrievers as they may have ended.</summary>
internal static class ScriptedAttempts
{
    private static readonly NamedRetriever BuiltIn = new(Retriever.BuiltIn);

    public static RetrieveAttempts Of(params RetrieveAttempt[] all)
    {
        var attempts = new RetrieveAttempts();
        foreach (var attempt in all)
            attempts.Add(attempt);
        return attempts;
    }

    public static RetrieveAttempt Success => Ended(RetrieverOutcome.Success);

    public static RetrieveAttempt Status(ushort code) => Ended(new RetrieverOutcome(RetrieveEnd.Status) { Status = new DimseStatus(code) });

    public static RetrieveAttempt Ended(RetrieverOutcome outcome, IRetriever? retriever = null, string? option = null) => new()
    {
        Method = new RetrieveMethod(retriever ?? BuiltIn, option, RetrieveLevel.Study),
        Request = new RetrieveRequest(null, "1"),
        IsWhole = true,
        Outcome = outcome,
    };

    /// <summary>An association that the PACS does not take.</summary>
    public static AssociationRejectedException Rejected(string message = "The PACS rejected the association.") => new(message);
}
