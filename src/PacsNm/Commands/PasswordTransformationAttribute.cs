using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>
/// Extracts the password from a PSCredential, which Get-Credential returns, and Get-Secret for a credential. A SecureString is not
/// changed. The engine refuses plain text, as for every SecureString, because plain text would stay in the history.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PasswordTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is PSCredential credential ? credential.Password : inputData;
}
