using System.Net;
using System.Net.Sockets;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>One association for queries and retrievals, at a server that only negotiates.</summary>
public sealed class AssociationPlaceTests : IDisposable
{
    private static readonly string Find = InformationModel.StudyRoot.FindSopClass();
    private static readonly string Get = InformationModel.StudyRoot.GetSopClass();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly PacsTraits _traits = new();
    private readonly List<AssociateRequest> _requests = [];
    private readonly AssociationPlace _place;
    private readonly PacsServer _server;

    public AssociationPlaceTests()
    {
        _listener.Start();
        _place = new AssociationPlace(_ => _traits, null);
        _server = new PacsServer
        {
            ComputerName = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            CalledAETitle = "PACS",
        };
    }

    public void Dispose()
    {
        _place.Release();
        _listener.Dispose();
    }

    [Fact]
    public async Task The_association_of_a_retrieval_serves_the_next_query_and_the_next_retrieval()
    {
        Serve(_ => null);
        await _place.ForQueriesAsync(_server, TestContext.Current.CancellationToken);
        var (first, isReused) = await GetAsync();
        Assert.False(isReused);
        Assert.Same(first, await _place.ForQueriesAsync(_server, TestContext.Current.CancellationToken));
        var (second, isReusedThen) = await GetAsync();
        Assert.True(isReusedThen);
        Assert.Same(first, second);
        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public async Task A_PACS_that_rejects_both_services_in_one_association_gets_two()
    {
        Serve(request => request.PresentationContexts.Count > 1 && Proposes(request, Find) ? new AssociateReject(1, 1, 1) : null);
        var (association, _) = await GetAsync();
        Assert.DoesNotContain(association.Contexts, context => context.AbstractSyntax == Find);
        var other = await _place.ForQueriesAsync(_server, TestContext.Current.CancellationToken);
        Assert.Contains(other.Contexts, context => context.AbstractSyntax == Find);
        await GetAsync();

        // It is not tried again.
        Assert.Equal(4, _requests.Count);
    }

    [Fact]
    public async Task A_rejection_for_want_of_a_place_is_not_taken_for_that()
    {
        Serve(_ => AssociateReject.LocalLimitExceeded);
        await Assert.ThrowsAsync<AssociationRejectedException>(GetAsync);
        Assert.Single(_requests);
        Assert.False(_traits.IsFindSeparate);
    }

    private Task<(Association Association, bool IsReused)> GetAsync()
    {
        var request = Connection.Request(_server, [Get, "1.2.840.10008.5.1.4.1.1.20"]);
        return _place.ForRetrievalAsync(_server, request, isProgram: false, TestContext.Current.CancellationToken);
    }

    private static bool Proposes(AssociateRequest request, string sopClass) =>
        request.PresentationContexts.Any(context => context.AbstractSyntax == sopClass);

    /// <summary>Answers requests for associations.</summary>
    /// <param name="rejection">Why one is rejected; null if it is accepted.</param>
    private void Serve(Func<AssociateRequest, AssociateReject?> rejection) => _ = Task.Run(async () =>
    {
        while (true)
            _ = AnswerAsync(await _listener.AcceptSocketAsync(), rejection);
    });

    private async Task AnswerAsync(Socket socket, Func<AssociateRequest, AssociateReject?> rejection)
    {
        try
        {
            using var association = await Association.AcceptAsync(socket.ToPduStream(), Accept, new NetworkTimeouts(), default);
            while (await association.ReceiveAsync(default) is not null)
            {
            }
        }
        catch (DicomNetworkException)
        {
        }

        AssociateAccept Accept(AssociateRequest request)
        {
            lock (_requests)
                _requests.Add(request);
            if (rejection(request) is { } reject)
                throw new AssociationRejectedException(reject);
            return new AssociateAccept
            {
                CalledAETitle = request.CalledAETitle,
                CallingAETitle = request.CallingAETitle,
                PresentationContexts = [.. request.PresentationContexts.Select(context =>
                    new PresentationContextResult(context.Id, PresentationContextAnswer.Acceptance, context.TransferSyntaxes[0]))],
            };
        }
    }
}
