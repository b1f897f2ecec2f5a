using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>
/// Takes the password out of a PSCredential, which Get-Credential gives, and Get-Secret for a credential. A SecureString stays what it
/// is. Plain text is refused by the engine, as for every SecureString: it would stay in the history.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PasswordTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is PSCredential credential ? credential.Password : inputData;
}
