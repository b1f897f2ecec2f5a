using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// Runs work that needs an association when it is the study's turn. The wait does not count towards the study's time limit.
/// </summary>
/// <param name="throttle">Limits the associations.</param>
/// <param name="budget">The study's time limit.</param>
/// <param name="cancellationToken">Cancels the wait.</param>
internal sealed class Turns(AssociationThrottle throttle, TimeBudget budget, CancellationToken cancellationToken)
{
    /// <summary>Waits for the turn, then runs the work.</summary>
    public async Task<T> TakeAsync<T>(Func<Task<T>> association)
    {
        budget.Pause();
        try
        {
            var result = await throttle.RunAsync(
                () =>
                {
                    budget.Resume();
                    return association();
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
}
