using PacsNm.Archive;

namespace PacsNm.Retrieval;

/// <summary>Decides whether several associations share a study, and remembers what the PACS refuses.</summary>
/// <param name="state">What is known of the study.</param>
/// <param name="intake">Adds the files that arrive.</param>
/// <param name="runner">Runs retrievers.</param>
/// <param name="turns">Gives places for associations.</param>
/// <param name="ending">Ends the retrieval of the study.</param>
internal sealed class StudySharing(
    StudyState state,
    StudyIntake intake,
    AttemptRunner runner,
    Turns turns,
    CancellationToken ending)
{
    /// <summary>Asks for what is missing on several associations, if that is faster than one.</summary>
    public async Task TryAsync(RetrieveMethod method)
    {
        if (!method.Retriever.CanShare)
            return;
        var refused = turns.Traits;
        while (!refused.IsRefused("SERIES"))
        {
            // Without a count, only the PACS knows what a series has, and a list of instances would hide what it does not list.
            var isBySeries = refused.IsRefused("IMAGE") || state.Plan!.Counted is null;
            PlannedInstance[] missing = [.. state.Missing.Where(state.IsAskable)];
            var associations = turns.AssociationsFor(missing.Length);
            if (!StudyBlocks.IsWorthwhile(state.Plan!, missing, associations, isBySeries))
                return;
            var blocks = new StudyBlocks(state.Plan!, missing, runner.Whole, () => turns.Associations, isBySeries);
            var shared = new SharedRetrieval(
                blocks,
                turns,
                (block, place, run) => runner.RunAsync(method, block.Request, place, run),
                block => intake.Read<IReadOnlyList<PlannedInstance>>(() => [.. block.Instances.Where(state.IsAskable)]),
                ending);
            await shared.RunAsync(associations).ConfigureAwait(false);
            if (shared.RefusedLevel is not { } level)
                return;
            refused.AddRefused(level);
        }
    }
}
