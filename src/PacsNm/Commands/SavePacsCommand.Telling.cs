using System.Globalization;
using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Commands;

/// <content>What the retrievals under way have to say: progress, results, errors, and the lines of the log.</content>
public abstract partial class SavePacsCommand
{
    private RunLog? _log;
    private ErrorRecord? _fatal;

    /// <summary>Does on the pipeline's thread what the retrievals say, and tells how far they are.</summary>
    private void ListenWhile(Func<bool> condition)
    {
        while (condition())
        {
            _jobs!.Listen(SaveProgress.Interval);
            _progress.TellInTime();
        }

        // What else waits to be said is said now: the next object of the pipeline may be long in coming.
        while (_jobs?.Listen(TimeSpan.Zero) == true)
        {
        }

        if (_fatal is null)
            return;

        // The others were asked to end, and what they have is filed and told of first.
        while (_jobs!.Running > 0)
            _jobs.Listen(SaveProgress.Interval);
        _progress.Close();
        Log($"{_fatal.FullyQualifiedErrorId} {_fatal.Exception.Message}");
        ThrowTerminatingError(_fatal);
    }

    /// <param name="outcome">What came of a study.</param>
    /// <param name="progress">Of its retrieval; null where there was none, since its PACS had proved out of reach.</param>
    private void Finish(RetrievalOutcome outcome, RetrieveProgress? progress)
    {
        var (study, result) = (outcome.Study, outcome.Result);
        _progress.End(progress);
        _progress.Instances += result.Received;
        if (progress is not null)
            _underWay.Remove(study.StudyInstanceUid);
        if (progress is not null && outcome.Failure is DicomNetworkException failure)
            Failed.Add(study.Server, failure);
        else if (progress is not null)
            Failed.Forget(study.Server);
        var by = result.Retriever.Length == 0 ? "" : $" by {result.Retriever}";
        WriteVerbose(
            $"{study}: {result.Status}, {result.Received} received{by}, {result.AlreadyPresent} already present, in {result.Duration.TotalSeconds:0.0} s.");
        Log($"{result.Status} {study} at {study.Server}: {result.Received} received{by}, {result.AlreadyPresent} already present, "
            + $"{result.Missing.Count} missing, {result.Bytes} bytes, {result.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        WriteObject(result);
        switch (outcome.Failure)
        {
            case DiskSpaceLowException exception:
                EndBy(ErrorRecords.DiskSpaceLow(_options!.Archive.Root, exception));
                return;
            case DestinationException exception:
                EndBy(ErrorRecords.DestinationUnusable(_options!.Archive.Root, exception));
                return;
            case RetrieverUnusableException exception:
                EndBy(ErrorRecords.DcmtkToolNotFound(exception.Tool, exception.Message));
                return;
        }

        if (result.Status is SaveStatus.Complete or SaveStatus.Skipped || _fatal is not null)
            return;
        var error = outcome.Failure switch
        {
            TimeoutException => ErrorRecords.RetrieveTimeout(study, result, _options!.LimitOf(study)),
            DicomNetworkException exception => ErrorRecords.ForNetwork(exception, result, study.Server),
            _ when result.Status == SaveStatus.Empty => ErrorRecords.RetrieveEmpty(study, result, outcome.Refusal),
            _ => ErrorRecords.RetrieveIncomplete(study, result, outcome.Refusal),
        };
        Log($"{error.FullyQualifiedErrorId} {error.Exception.Message}");
        WriteError(error);
    }

    private void EndBy(ErrorRecord fatal)
    {
        _fatal ??= fatal;
        _jobs!.Cancel();
    }

    /// <summary>Finds out before anything is retrieved whether the log can be written.</summary>
    private void BeginLog()
    {
        if (LogPath is null)
            return;
        var path = this.ResolveFileSystemPath(LogPath);
        try
        {
            _log = new RunLog(path);
            _log.Write($"Run {MyInvocation.MyCommand.Name} to {_options!.Archive.Root}");
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.LogUnusable(path, exception));
        }
    }

    /// <summary>A log that fails later ends no retrieval.</summary>
    private void Log(string line)
    {
        try
        {
            _log?.Write(line);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            _log = null;
            WriteWarning($"The log cannot be written any more: {exception.Message}");
        }
    }
}
