using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>The base class of cmdlets that query. Each match is written to the pipeline as soon as the PACS sends it.</summary>
public abstract class FindPacsCommand : PacsServerCommand
{
    private readonly Dictionary<Tag, string> _filter = [];
    private readonly List<Tag> _properties = [];
    private QuerySession? _session;
    private bool _isUnsupportedTold;

    /// <summary>
    /// Further keys to match, with their values: keywords of PS3.6, or tags. The key SpecificCharacterSet sets the encoding of all keys,
    /// for a PACS that supports no other. A key that this set cannot encode is an error.
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
    /// The character set of answers that do not declare one: a defined term of (0008,0005) such as ISO_IR 192. An answer that declares a
    /// set is decoded with it.
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
        _session?.Close();
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

    /// <summary>Returns the association of this call for a PACS. An association with another PACS is released.</summary>
    private protected QuerySession Connect(PacsServer server)
    {
        if (_session is not null && _session.Server != server)
            _session.Close();
        if (_session is null || _session.Server != server)
            _session = new QuerySession(server);
        return _session;
    }

    /// <summary>Writes messages about a query before it is sent, without the values of keys, which may be a patient's.</summary>
    private protected void TellStart(PacsServer server, Dataset keys)
    {
        WriteVerbose($"Asking {server}.");
        WriteDebug($"C-FIND-RQ to {server}, {server.InformationModel}, {keys.GetString(Tags.QueryRetrieveLevel)}: {DescribeKeys(keys)}");
    }

    /// <summary>Writes messages about the answer to a query.</summary>
    private protected void TellEnd(PacsServer server, QueryEnd end, bool optionalKeysUnsupported)
    {
        WriteDebug($"C-FIND-RSP from {server}: {end.Count} pending, then {end.Failure?.Status ?? end.Status}");
        WriteVerbose($"{server} answered with {end.Count} matches.");
        if (!optionalKeysUnsupported || _isUnsupportedTold)
            return;
        _isUnsupportedTold = true;
        WriteVerbose($"{server} does not support all requested keys (status 0xFF01).");
    }

    /// <summary>Lists the names of the keys, with an asterisk after each key that is matched. Values may be a patient's.</summary>
    private static string DescribeKeys(Dataset keys) =>
        string.Join(", ", keys.Select(key => AttributePath.NameOf(key.Tag) + (key.Value.IsEmpty ? "" : "*")));

    /// <summary>
    /// Sends a query below the STUDY level. If a match lacks the unique keys above its level, which the PACS must return (PS3.4
    /// C.4.1.1.3.2), they are filled in.
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
    /// Runs the work of one input. A failure is an error of this input only. A PACS that could not be reached is not asked again for a
    /// while.
    /// </summary>
    /// <param name="server">The PACS.</param>
    /// <param name="target">The target of an error: the input, or the PACS if there is none.</param>
    /// <param name="work">The work. It may throw a <see cref="DicomNetworkException"/>.</param>
    /// <returns>Whether the work was completed.</returns>
    private protected bool Guard(PacsServer server, object target, Action work)
    {
        if (Failed.ReasonOf(server) is { } reason)
        {
            WriteVerbose($"{server} could not be used earlier in this call and is not asked again.");
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

    /// <summary>Writes a match. Attributes that the PACS returned and that have no property of their own become note properties.</summary>
    private protected void WriteMatch(PacsMatch match)
    {
        PSObject? shown = null;
        foreach (var element in match.Dataset)
            Show(element.Tag);

        // A requested attribute is always a property, even if empty, because Export-Csv takes its columns from the first object.
        foreach (var tag in _properties.Where(tag => !match.Dataset.Contains(tag)))
            Show(tag);
        WriteObject(shown ?? (object)match);

        void Show(Tag tag)
        {
            if (tag.IsGroupLength || match.OwnTags.Contains(tag))
                return;
            shown ??= new PSObject(match);
            shown.Properties.Add(new PSNoteProperty(AttributePath.NameOf(tag), match.Dataset.GetValue(tag)));
        }
    }
}
