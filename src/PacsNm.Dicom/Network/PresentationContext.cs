namespace PacsNm.Dicom.Network;

/// <summary>One abstract syntax and the transfer syntaxes offered for it (PS3.8 9.3.2.2).</summary>
/// <param name="Id">An odd number from 1 to 255.</param>
/// <param name="AbstractSyntax">The SOP class UID.</param>
/// <param name="TransferSyntaxes">Transfer syntax UIDs, the preferred one first.</param>
public sealed record PresentationContext(byte Id, string AbstractSyntax, IReadOnlyList<string> TransferSyntaxes)
{
    /// <summary>The most contexts of one association: the odd numbers of a byte.</summary>
    public const int MaximumCount = 128;
}

/// <summary>The acceptor's answer to one presentation context (PS3.8 9.3.3.2).</summary>
/// <param name="Id">The number of the proposed context.</param>
/// <param name="Result">The answer.</param>
/// <param name="TransferSyntax">The chosen transfer syntax. It has a meaning only if the context is accepted.</param>
public sealed record PresentationContextResult(byte Id, PresentationContextAnswer Result, string TransferSyntax);

/// <summary>The answers to a presentation context (PS3.8 table 9-18).</summary>
public enum PresentationContextAnswer : byte
{
    /// <summary>Accepted.</summary>
    Acceptance = 0,

    /// <summary>Refused by the application.</summary>
    UserRejection = 1,

    /// <summary>Refused without a reason.</summary>
    NoReason = 2,

    /// <summary>The SOP class is not supported.</summary>
    AbstractSyntaxNotSupported = 3,

    /// <summary>None of the transfer syntaxes is supported.</summary>
    TransferSyntaxesNotSupported = 4,
}

/// <summary>An accepted presentation context.</summary>
/// <param name="Id">The number.</param>
/// <param name="AbstractSyntax">The SOP class UID.</param>
/// <param name="TransferSyntax">The transfer syntax of its datasets.</param>
public sealed record AcceptedContext(byte Id, string AbstractSyntax, Data.TransferSyntax TransferSyntax);

/// <summary>SCP/SCU role selection for one SOP class (PS3.7 D.3.3.4).</summary>
/// <param name="SopClassUid">The SOP class.</param>
/// <param name="Scu">Whether the requestor of the association may be SCU.</param>
/// <param name="Scp">Whether the requestor of the association may be SCP.</param>
public sealed record RoleSelection(string SopClassUid, bool Scu, bool Scp);
