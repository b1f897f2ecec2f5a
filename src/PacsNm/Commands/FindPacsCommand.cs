using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>A query: its matches go down the pipeline one by one, as the PACS sends them.</summary>
public abstract class FindPacsCommand : PacsServerCommand
{
    private readonly Dictionary<Tag, string> _filter = [];
    private readonly List<Tag> _properties = [];
    private QuerySession? _session;
    private bool _isUnsupportedTold;

    /// <summary>
    /// Further keys to match: keywords of PS3.6, or tags, with their values. With SpecificCharacterSet all keys are encoded in
    /// that set, for a PACS that knows no other; a key that the set cannot hold is an error.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FilterCompleter))]
    public PacsFilter Filter { get; set; } = [];

    /// <summary>Further attributes to return: keywords of PS3.6, or tags. They become properties of the objects.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KeywordCompleter))]
    public string[] Property { get; set; } = [];

    /// <summary>
    /// The character set of answers that do not say which they use: a defined term of (0008,0005) such as ISO_IR 192. An answer
    /// that says so is decoded as it says.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(CharacterSetCompleter))]
    public string? FallbackEncoding { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (FallbackEncoding is not null && !SpecificCharacterSet.IsKnown(FallbackEncoding))
            ThrowTerminatingError(ErrorRecords.UnknownCharacterSet(nameof(FallbackEncoding), FallbackEncoding));
        foreach (System.Collections.DictionaryEntry entry in Filter)
        {
            var tag = AttributeKeyword.Parse(this, nameof(Filter), entry.Key.ToString() ?? "");
            _filter[tag] = Identifier.ToValue(tag, PlainValue.Of(entry.Value));
        }

        if (_filter.TryGetValue(Tags.SpecificCharacterSet, out var characterSet) && characterSet.Length > 0
            && !SpecificCharacterSet.IsKnown(characterSet))
        {
            ThrowTerminatingError(ErrorRecords.UnknownCharacterSet(nameof(Filter), characterSet));
        }

        _properties.AddRange(Property.Select(name => AttributeKeyword.Parse(this, nameof(Property), name)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_session is not null)
            Await(_session.CloseAsync(StopToken));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _session?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The keys of -Filter and the attributes of -Property.</summary>
    private protected FurtherKeys Further => new(_filter, _properties);

    /// <summary>The association of this call, for a PACS. One to another PACS is released.</summary>
    private protected QuerySession Connect(PacsServer server)
    {
        if (_session is not null && _session.Server != server)
            Await(_session.CloseAsync(StopToken));
        if (_session is null || _session.Server != server)
            _session = new QuerySession(server);
        return _session;
    }

    /// <summary>Says which query is sent. Values of keys may be a patient's, and are left out.</summary>
    private protected void TellStart(PacsServer server, Dataset keys)
    {
        WriteVerbose($"Asking {server}.");
        WriteDebug($"C-FIND-RQ to {server}, {server.InformationModel}, {keys.GetString(Tags.QueryRetrieveLevel)}: {DescribeKeys(keys)}");
    }

    /// <summary>Says how a query was answered.</summary>
    private protected void TellEnd(PacsServer server, QueryEnd end, bool optionalKeysUnsupported)
    {
        WriteDebug($"C-FIND-RSP from {server}: {end.Count} pending, then {end.Failure?.Status ?? end.Status}");
        WriteVerbose($"{server} answered with {end.Count} matches.");
        if (!optionalKeysUnsupported || _isUnsupportedTold)
            return;
        _isUnsupportedTold = true;
        WriteVerbose($"{server} does not support all of the keys that were asked for (status 0xFF01).");
    }

    /// <summary>The keys by their names, an asterisk at those that are matched: their values may be a patient's.</summary>
    private static string DescribeKeys(Dataset keys) =>
        string.Join(", ", keys.Select(key => AttributeKeyword.NameOf(key.Tag) + (key.Value.IsEmpty ? "" : "*")));

    /// <summary>
    /// Asks a query below STUDY. A PACS that leaves out the unique keys above the level, which it should not
    /// (PS3.4 C.4.1.1.3.2), has them filled in.
    /// </summary>
    private protected void Query(
        PacsServer server,
        Identifier identifier,
        Tag uid,
        IReadOnlyDictionary<Tag, string> above,
        Action<Dataset> consume)
    {
        var keys = identifier.ToDataset();
        TellStart(server, keys);
        var run = Await(Connect(server).AskAsync(keys, new SeenUids(uid), observe: null, StopToken));
        try
        {
            while (Await(run.NextAsync()) is { } match)
            {
                if (FallbackEncoding is not null && !match.DeclaresCharacterSet)
                    match.Set(Tags.SpecificCharacterSet, FallbackEncoding);
                foreach (var key in above.Where(key => match.GetString(key.Key) is null))
                    match.Set(key.Key, key.Value);
                consume(match);
            }
        }
        finally
        {
            // The pipeline may have been stopped.
            run.StopAsync().GetAwaiter().GetResult();
        }

        TellEnd(server, run.End, run.OptionalKeysUnsupported);
        if (run.End.Failure is { } failure)
            throw failure;
    }

    /// <summary>
    /// Does the work of one input with a PACS. What goes wrong there is an error of that input, and the next one has its turn;
    /// a PACS that proved out of reach is not asked again.
    /// </summary>
    /// <param name="server">The PACS.</param>
    /// <param name="target">What the error is about: the input, or the PACS where there is none.</param>
    /// <param name="work">The work; it may throw a <see cref="DicomNetworkException"/>.</param>
    /// <returns>Whether it came to its end.</returns>
    private protected bool Guard(PacsServer server, object target, Action work)
    {
        if (Failed.ReasonOf(server) is { } reason)
        {
            WriteVerbose($"{server} could not be used before in this call, and is not asked again.");
            WriteError(ErrorRecords.ForNetwork(reason, target, server));
            return false;
        }

        try
        {
            work();
            Failed.Forget(server);
            return true;
        }
        catch (KeyNotEncodableException exception)
        {
            Refuse(ErrorRecords.KeyNotEncodable(exception, target));
            return false;
        }
        catch (DicomNetworkException exception)
        {
            Failed.Add(server, exception);
            if (exception is not DimseFailureException)
                _session?.Dispose();
            WriteError(ErrorRecords.ForNetwork(exception, target, server));
            return false;
        }
    }

    /// <summary>Writes a match, with what the PACS returned beyond its properties as properties too.</summary>
    private protected void WriteMatch(PacsMatch match)
    {
        PSObject? shown = null;
        foreach (var element in match.Dataset)
            Show(element.Tag);

        // What was asked for is there, be it empty: Export-Csv makes its columns of the first object.
        foreach (var tag in _properties.Where(tag => !match.Dataset.Contains(tag)))
            Show(tag);
        WriteObject(shown ?? (object)match);

        void Show(Tag tag)
        {
            if (tag.IsGroupLength || match.OwnTags.Contains(tag))
                return;
            shown ??= new PSObject(match);
            shown.Properties.Add(new PSNoteProperty(AttributeKeyword.NameOf(tag), match.Dataset.GetValue(tag)));
        }
    }
}
