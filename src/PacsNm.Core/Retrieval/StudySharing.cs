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
        // movescu has one port to receive on.
        if (method.Retriever.Kind == Retriever.MoveScu)
            return;
        var refused = turns.Traits;
        while (!refused.IsRefused("SERIES"))
        {
            var isBySeries = refused.IsRefused("IMAGE");
            PlannedInstance[] missing = [.. state.Missing.Where(state.IsAskable)];
            var associations = turns.AssociationsFor(missing.Length);
            if (!StudyBlocks.IsWorthwhile(state.Plan!, missing, associations))
                return;
            var blocks = new StudyBlocks(state.Plan!, missing, runner.Whole, associations, isBySeries);
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
