namespace PacsNm.Simulator;

/// <summary>Where the instances of a C-GET or C-MOVE go.</summary>
internal interface IStoreDestination : IDisposable
{
    /// <summary>Whether there is a presentation context in which an instance can be sent.</summary>
    bool CanTake(SimulatedInstance instance);

    /// <summary>Sends an instance.</summary>
    /// <returns>Whether the destination took it.</returns>
    Task<bool> StoreAsync(SimulatedInstance instance, CancellationToken cancellationToken);

    /// <summary>Ends what was opened for it.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}
