using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// Runs work that needs an association when it is the study's turn. The wait does not count towards the study's time limit.
/// </summary>
/// <param name="server">The PACS.</param>
/// <param name="pool">The associations of the call.</param>
/// <param name="budget">The study's time limit.</param>
/// <param name="cancellationToken">Cancels the wait.</param>
internal sealed class Turns(PacsServer server, AssociationPool pool, TimeBudget budget, CancellationToken cancellationToken)
{
    /// <summary>The instances of a study that is worth a wait for associations that other studies use at the moment.</summary>
    private const int LargeStudy = 64;

    /// <summary>What the call knows of the PACS.</summary>
    public PacsTraits Traits => pool.TraitsOf(server);

    /// <summary>Waits for the turn, then runs the work.</summary>
    public async Task<T> TakeAsync<T>(Func<AssociationPlace, Task<T>> work)
    {
        budget.Pause();
        try
        {
            var result = await pool.RunAsync(
                server,
                place =>
                {
                    budget.Resume();
                    return work(place);
                },
                cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        }
        finally
        {
            budget.Resume();
        }
    }

    /// <summary>Runs work beside that of <see cref="TakeAsync"/>, if the PACS allows a further association.</summary>
    public Task<T> TakeBesideAsync<T>(Func<AssociationPlace, Task<T>> work, CancellationToken ended)
    {
        return pool.RunOnceAsync(server, WorkAsync, ended);
        async Task<T> WorkAsync(AssociationPlace place)
        {
            budget.BeginFurther();
            try
            {
                return await work(place).ConfigureAwait(false);
            }
            finally
            {
                budget.EndFurther();
            }
        }
    }

    /// <summary>
    /// Returns the number of associations for a study with so many missing instances. A large study waits for its places.
    /// </summary>
    public int AssociationsFor(int missing) => missing >= LargeStudy ? pool.Maximum : pool.Throttle.Free;

    /// <summary>The number of associations that the blocks of a study are for at the moment.</summary>
    public int Associations => Math.Max(2, pool.Throttle.Limit);

    /// <summary>Lowers the number of associations, because the PACS did not allow the last one.</summary>
    public void Lower() => pool.Throttle.TryLower(least: 1);
}
