namespace PacsNm.Simulator;

/// <summary>The destination of the instances of a C-GET or C-MOVE.</summary>
internal interface IStoreDestination : IDisposable
{
    /// <summary>Whether a presentation context for the instance was accepted.</summary>
    bool CanTake(SimulatedInstance instance);

    /// <summary>Sends an instance.</summary>
    /// <returns>Whether the destination stored it.</returns>
    Task<bool> StoreAsync(SimulatedInstance instance, CancellationToken cancellationToken);

    /// <summary>Releases an association that was opened for the destination.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}
