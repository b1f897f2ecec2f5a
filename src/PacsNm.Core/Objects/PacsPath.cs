namespace PacsNm;

/// <summary>The path of a file or folder that an error is about. Its text form hides the path, which may name a patient.</summary>
/// <param name="Path">The path.</param>
public sealed record PacsPath(string Path)
{
    /// <inheritdoc/>
    public override string ToString() => "a file or folder";
}
