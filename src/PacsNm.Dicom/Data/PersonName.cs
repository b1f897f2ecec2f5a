namespace PacsNm.Dicom.Data;

/// <summary>A person's name (PS3.5 6.2.1): up to three groups of the components family^given^middle^prefix^suffix.</summary>
/// <param name="Alphabetic">The first group.</param>
/// <param name="Ideographic">The second group, such as 山田^太郎.</param>
/// <param name="Phonetic">The third group, such as やまだ^たろう.</param>
public sealed record PersonName(string Alphabetic, string Ideographic, string Phonetic)
{
    /// <summary>The family name of the group that <see cref="ToString"/> shows.</summary>
    public string FamilyName => Component(0);

    /// <summary>The given name of the group that <see cref="ToString"/> shows.</summary>
    public string GivenName => Component(1);

    /// <summary>Parses a value of VR PN.</summary>
    public static PersonName Parse(string text)
    {
        var groups = text.Split('=');
        return new PersonName(Group(0), Group(1), Group(2));

        string Group(int index) => index < groups.Length ? groups[index].TrimEnd('^', ' ') : "";
    }

    /// <summary>Returns the alphabetic group, or the first group that is not empty.</summary>
    public override string ToString() =>
        Alphabetic.Length > 0 ? Alphabetic : Ideographic.Length > 0 ? Ideographic : Phonetic;

    private string Component(int index) => ToString().Split('^') is var parts && index < parts.Length ? parts[index] : "";
}
