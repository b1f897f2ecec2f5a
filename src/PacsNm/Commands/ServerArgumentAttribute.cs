using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>
/// Accepts text as a server. A text that identifies no server becomes a server with a <see cref="PacsServer.Problem"/>, so that the
/// cmdlet can write its own error and continue with the next input. The engine's conversion would end the call with another ErrorId. An
/// empty cell of a table becomes no server.
/// </summary>
internal sealed class ServerArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is not string text)
            return inputData;
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            return PacsServer.Parse(text);
        }
        catch (FormatException exception)
        {
            return new PacsServer { Name = text, Problem = exception };
        }
    }
}
