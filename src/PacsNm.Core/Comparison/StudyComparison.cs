using PacsNm.Dicom.Data;

namespace PacsNm.Comparison;

/// <summary>Compares a study on two sides.</summary>
internal static class StudyComparison
{
    /// <summary>Compares attributes and number of instances of a study that both sides have.</summary>
    /// <param name="here">The study in the archive or on the reference server.</param>
    /// <param name="there">The study on the server.</param>
    /// <param name="server">The server.</param>
    /// <param name="missingHere">What is known to be there and not here, by UID.</param>
    /// <param name="missingThere">What is known to be here and not there, by UID.</param>
    public static PacsStudyDifference Compare(
        ComparedStudy here,
        ComparedStudy there,
        PacsServer server,
        IReadOnlyCollection<string> missingHere,
        IReadOnlyCollection<string> missingThere)
    {
        Tag[] changed = [.. ComparedStudy.Tags.Where(tag => !AttributeValue.AreSame(tag, here.Attributes, there.Attributes))];
        return Of(there, server) with
        {
            State = StateOf(here.Instances, there.Instances, missingHere.Count > 0, missingThere.Count > 0, changed.Length > 0),
            InstancesHere = here.Instances,
            InstancesThere = there.Instances,
            Changed = [.. changed.Select(AttributePath.NameOf)],
            Attributes =
            [
                .. changed.Select(tag => new PacsAttributeDifference(
                    AttributePath.NameOf(tag), AttributeValue.TextOf(tag, here.Attributes), AttributeValue.TextOf(tag, there.Attributes))),
            ],
            MissingHere = [.. missingHere],
            MissingThere = [.. missingThere],
        };
    }

    /// <summary>Describes a study that the archive or reference server does not have.</summary>
    public static PacsStudyDifference MissingHere(ComparedStudy there, PacsServer server) =>
        Of(there, server) with { State = DifferenceState.MissingHere, InstancesThere = there.Instances };

    /// <summary>Describes a study that the server does not have.</summary>
    /// <param name="here">The study.</param>
    /// <param name="server">The server that has it; for an archive, the server that it was compared with.</param>
    public static PacsStudyDifference MissingThere(ComparedStudy here, PacsServer server) =>
        Of(here, server) with { State = DifferenceState.MissingThere, InstancesHere = here.Instances };

    private static PacsStudyDifference Of(ComparedStudy study, PacsServer server) => new()
    {
        StudyInstanceUid = study.Uid,
        StudyDate = study.Attributes.GetDateTime(Tags.StudyDate, Tags.StudyTime),
        AccessionNumber = study.Attributes.GetString(Tags.AccessionNumber) ?? "",
        Server = server,
    };

    private static DifferenceState StateOf(int? here, int? there, bool isMissingHere, bool isMissingThere, bool isChanged) =>
        isMissingHere && isMissingThere ? DifferenceState.Changed
        : isMissingHere || here < there ? DifferenceState.Grew
        : isMissingThere || here > there ? DifferenceState.Shrunk
        : isChanged ? DifferenceState.Changed
        : DifferenceState.Same;
}
