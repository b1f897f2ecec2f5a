using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>The identifier of a query, and the days that it asks for.</summary>
public sealed class IdentifierTests
{
    private static readonly DateTime Today = new(2021, 9, 30);

    private static readonly SearchOptions Plain = new() { Today = Today };

    [Fact]
    public void Its_elements_are_in_the_order_of_their_tags_with_the_level()
    {
        var dataset = new Identifier("STUDY", [Tags.StudyInstanceUID, Tags.StudyDate]).Match(Tags.PatientID, "4711").ToDataset();
        Assert.Equal(
            [Tags.SpecificCharacterSet, Tags.StudyDate, Tags.QueryRetrieveLevel, Tags.PatientID, Tags.StudyInstanceUID],
            dataset.Select(element => element.Tag));
        Assert.Equal("STUDY", dataset.GetString(Tags.QueryRetrieveLevel));
        Assert.Null(dataset.GetString(Tags.StudyDate));
    }

    [Fact]
    public void A_null_changes_nothing_and_several_UIDs_are_a_list()
    {
        var identifier = new Identifier("STUDY", []).Match(Tags.PatientID, "1").Match(Tags.PatientID, null);
        Assert.True(identifier.Matches(Tags.PatientID));
        Assert.False(identifier.MatchUids(Tags.StudyInstanceUID, []).Matches(Tags.StudyInstanceUID));
        Assert.Equal(
            ["1.2", "1.3"],
            identifier.MatchUids(Tags.StudyInstanceUID, ["1.2", "1.3"]).ToDataset().GetStrings(Tags.StudyInstanceUID));
    }

    [Theory]
    [InlineData("Doe^Jane", "")]
    [InlineData("Müller", "ISO_IR 100")]
    [InlineData("Yamada=山田", "ISO_IR 192")]
    public void The_character_set_is_the_smallest_that_holds_the_keys(string name, string characterSet) =>
        Assert.Equal(characterSet, new Identifier("STUDY", []).Match(Tags.PatientName, name).CharacterSet);

    [Fact]
    public void A_key_that_the_named_character_set_does_not_hold_is_refused_without_its_value()
    {
        var identifier = new Identifier("STUDY", [])
            .Match(Tags.SpecificCharacterSet, "ISO_IR 100")
            .Match(Tags.PatientName, "山田");
        var refusal = Assert.Throws<KeyNotEncodableException>(identifier.ToDataset);
        Assert.DoesNotContain("山田", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("PatientName", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_have_the_form_of_their_VR()
    {
        var moment = new DateTime(2021, 9, 1, 9, 15, 0);
        Assert.Equal("20210901", Identifier.ToValue(Tags.StudyDate, moment));
        Assert.Equal("091500", Identifier.ToValue(Tags.StudyTime, moment));
        Assert.Equal("1\\2.5", Identifier.ToValue(Tags.PatientID, new object[] { 1, 2.5 }));
        Assert.Equal("", Identifier.ToValue(Tags.PatientID, null));
    }

    [Fact]
    public void Several_values_are_a_query_each()
    {
        var queries = new StudyKeys { AccessionNumbers = ["A", "B"], PatientIds = ["P"], Modalities = ["nm"] }.Queries().ToArray();
        var identifiers = queries.Select(query => query.ToIdentifier(Plain.Further).ToDataset()).ToArray();
        Assert.Equal(["A", "B"], identifiers.Select(keys => keys.GetString(Tags.AccessionNumber)));
        Assert.All(identifiers, keys => Assert.Equal("P", keys.GetString(Tags.PatientID)));
        Assert.All(identifiers, keys => Assert.Equal("NM", keys.GetString(Tags.ModalitiesInStudy)));
    }

    [Fact]
    public void The_days_are_those_that_were_given_or_follow_from_what_is_named()
    {
        var day = new DateRange(Today, Today);
        Assert.Equal((day, false), Period(new StudyKeys { Dates = day }, Plain with { Dates = DateRange.All }));
        Assert.Equal((DateRange.All, false), Period(new StudyKeys(), Plain with { Dates = DateRange.All }));
        Assert.Equal((new DateRange(null, null), false), Period(new StudyKeys(), Plain with { AllDates = true }));
        Assert.Equal((DateRange.All, false), Period(new StudyKeys { Uids = ["1.2"] }, Plain));
        Assert.Equal((DateRange.All, false), Period(new StudyKeys { PatientIds = ["P"] }, Plain));
        Assert.Equal((DateRange.LastDays(30, Today), true), Period(new StudyKeys { PatientIds = ["P*"] }, Plain));
        var filter = new FurtherKeys(new Dictionary<Tag, string> { [Tags.StudyDate] = "20210901" }, []);
        Assert.Equal((null, false), Period(new StudyKeys(), Plain with { Further = filter }));
    }

    private static (DateRange? Range, bool IsDefault) Period(StudyKeys keys, SearchOptions options)
    {
        var query = Assert.Single(keys.Queries());
        var period = SearchPeriod.Of(query, query.ToIdentifier(options.Further), options);
        return (period.Range, period.IsDefault);
    }
}
