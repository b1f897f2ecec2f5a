using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>Paths to attributes in sequences.</summary>
public sealed class AttributePathTests
{
    private static readonly Dataset Image = Item(
        ("Modality", "NM"),
        Sequence("EnergyWindowInformationSequence",
            Item(("EnergyWindowName", "first"), Sequence("EnergyWindowRangeSequence",
                Item(("EnergyWindowLowerLimit", "126")), Item(("EnergyWindowLowerLimit", "92")))),
            Item(),
            Item(("EnergyWindowName", "third"), Sequence("EnergyWindowRangeSequence", Item(("EnergyWindowLowerLimit", "300"))))));

    [Theory]
    [InlineData("Modality", "NM", false)]
    [InlineData("(0008,0060)", "NM", false)]
    [InlineData("EnergyWindowInformationSequence.EnergyWindowName", "first", true)]
    [InlineData("00540012.00540018", "first", true)]
    [InlineData("EnergyWindowInformationSequence[2].EnergyWindowName", "third", false)]
    [InlineData("EnergyWindowInformationSequence[1].EnergyWindowName", "", false)]
    [InlineData("EnergyWindowInformationSequence[9].EnergyWindowName", "", false)]
    [InlineData("energywindowinformationsequence[*].EnergyWindowName", "first third", false)]
    [InlineData("EnergyWindowInformationSequence[*].EnergyWindowRangeSequence[*].EnergyWindowLowerLimit", "126 92 300", false)]
    [InlineData("EnergyWindowInformationSequence[0].EnergyWindowRangeSequence[1].EnergyWindowLowerLimit", "92", false)]
    [InlineData("EnergyWindowInformationSequence[*].EnergyWindowRangeSequence.EnergyWindowLowerLimit", "126 300", true)]
    public void A_path_finds_its_values(string text, string values, bool omits)
    {
        Assert.True(AttributePath.TryParse(text, out var path, out _));
        Assert.Equal(values, string.Join(" ", path.Find(Image).Select(item => item.GetString(path.Tag))));
        Assert.Equal(omits, path.OmitsItems(Image));
        Assert.Equal(text.Contains('*', StringComparison.Ordinal), path.HasAllItems);
        Assert.True(AttributePath.TryParse(path.Name, out var again, out _));
        Assert.Equal(path.Name, again.Name);
    }

    [Theory]
    [InlineData("Nonsense", "Nonsense")]
    [InlineData("", "")]
    [InlineData("EnergyWindowInformationSequence.", "")]
    [InlineData("Modality.EnergyWindowName", "Modality")]
    [InlineData("EnergyWindowInformationSequence[-1].EnergyWindowName", "EnergyWindowInformationSequence[-1]")]
    [InlineData("EnergyWindowInformationSequence[.EnergyWindowName", "EnergyWindowInformationSequence[")]
    [InlineData("EnergyWindowInformationSequence[70000].EnergyWindowName", "EnergyWindowInformationSequence[70000]")]
    public void Another_text_is_no_path(string text, string wrong)
    {
        Assert.False(AttributePath.TryParse(text, out _, out var part));
        Assert.Equal(wrong, part);
    }

    [Fact]
    public void An_element_of_a_repeating_group_keeps_its_tag() =>
        Assert.Equal("(6002,3000)", AttributePath.NameOf(new Tag(0x6002, 0x3000)));

    private static Dataset Item(params object[] parts)
    {
        var item = new Dataset();
        foreach (var part in parts)
        {
            if (part is Element sequence)
                item.Set(sequence);
            else if (part is (string keyword, string value) && Tag.TryParse(keyword, out var tag))
                item.Set(tag, value);
        }

        return item;
    }

    private static Element Sequence(string keyword, params Dataset[] items) =>
        Tag.TryParse(keyword, out var tag) ? new Element(tag, VR.SQ, default, items) : throw new ArgumentException(keyword);
}
