namespace PacsNm;

/// <summary>The path of a file or folder that an error is about. As text it says nothing: a path may name a patient.</summary>
/// <param name="Path">The path.</param>
public sealed record PacsPath(string Path)
{
    /// <inheritdoc/>
    public override string ToString() => "a file or folder";
}
