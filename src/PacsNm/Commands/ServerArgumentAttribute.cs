using System.Management.Automation;

namespace PacsNm.Commands;

/// <summary>
/// Takes text for a server. A text that names none becomes a server with a <see cref="PacsServer.Problem"/>: a cmdlet can
/// then write its own error, and go on with the next input, where the engine's conversion would end with another ErrorId.
/// An empty cell of a table is no server at all.
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
