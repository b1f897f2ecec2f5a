using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Objects of each kind in an engine, as $views: real ones, and some with the longest values.</summary>
public sealed class FormattedObjects : IDisposable
{
    /// <summary>What is to be formatted, by the name of its view.</summary>
    private const string Objects = """
        $pacs = Start-PacsSimulator -StudyCount 10 -StudyDate 20210901
        $long = Start-PacsSimulator -Path long -AETitle 'SIXTEEN_LETTERS_'
        $studies = @(Find-PacsStudy -Server $pacs -AllDates; Find-PacsStudy -Server $long -AllDates)
        $one = Find-PacsStudy -Server $long -AllDates
        $saved = @($one | Save-PacsStudy -Destination d -Retriever BuiltIn)
        $other = $one.StudyInstanceUid -replace '.$', '2'
        $partial = [PacsNm.PacsSavedStudy]@{
            StudyInstanceUid = $other; Server = $long; Status = 'Unavailable'; Expected = 123456; Received = 12345
            AlreadyPresent = 1234; Bytes = 98765432109; Duration = [timespan]::FromSeconds(604800)
            Reason = 'The PACS failed to send it. 0xA702 refused'
        }
        $server = [PacsNm.PacsServer]@{
            Name = 'hospital'; IsDefault = $true; CalledAETitle = 'SIXTEEN_LETTERS_'; CallingAETitle = 'SIXTEEN_LETTERS2'
            ComputerName = 'pacs-archive-01.radiology.hospital.example.org'; Port = 65535; InformationModel = 'PatientRoot'
            Retriever = 'BuiltIn'; LocalPort = 11112
        }
        $refused = 'The PACS failed to send it. 0xA702 RefusedOutOfResourcesSubOperations: no space'
        $unlisted = [PacsNm.PacsArchiveStudy]@{
            StudyInstanceUid = $other; Status = 'Unlisted'; Saved = 'Unavailable'; Files = 123456; Bytes = 98765432109
        }
        $attempt = [PacsNm.PacsRetrieveAttempt]@{
            Retriever = 'MoveScu'; Level = 'SERIES'; Requested = 123456; Received = 123456; Status = '0xA702'; Reason = $refused
        }
        $views = @{
            PacsStudy = $studies
            PacsSeries = @($one | Find-PacsSeries)
            PacsInstance = @($one | Find-PacsInstance)
            PacsSavedItem = @($saved; $partial)
            PacsRetrieveAttempt = @($saved.Attempts; $attempt)
            PacsMissingInstance = @(1..2 | ForEach-Object {
                $uid = $one.StudyInstanceUid -replace '.$', $_
                [PacsNm.PacsMissingInstance]::new($one.StudyInstanceUid, $uid, $null, 'FailedAtPacs', $refused)
            })
            PacsArchiveStudy = @(Test-PacsArchive d; $unlisted)
            PacsServer = @($server)
            PacsContextAnswer = @((Test-PacsConnection -Server $pacs -Detailed).Details.PresentationContexts)
            PacsFile = @(Get-PacsFile d)
            PacsJob = @([PacsNm.PacsJob]@{
                Name = 'a name of a job of forty characters, alas'; Path = 'd'; Server = $server; Rows = 100000; Complete = 65535
                Pending = 12345; Left = 12345; NotFound = 1; RowsPerHour = 123456.7; TimeLeft = [timespan]::FromDays(12.5)
            })
            PacsJobRow = @(1, 100000 | ForEach-Object {
                [PacsNm.PacsJobRow]@{ Row = $_; Outcome = 'Unavailable'; Present = 123456; Expected = 123456; Reason = $refused }
            })
            PacsStudyDifference = @(1, 2 | ForEach-Object {
                [PacsNm.PacsStudyDifference]@{
                    StudyInstanceUid = "$other.$_"; StudyDate = [datetime] '2021-09-01'; AccessionNumber = "$_-0123456789ABCDE"
                    State = 'MissingThere'; InstancesHere = 123456; InstancesThere = 12345; Server = $server
                }
            })
        }
        """;

    public FormattedObjects()
    {
        LongValues.Write(Path.Combine(Engine.Folder, "long"));
        Engine.Run(Objects).ThrowIfFailed();
        Engine.Run("$PSStyle.OutputRendering = 'PlainText'").ThrowIfFailed();
    }

    internal Engine Engine { get; } = new();

    public void Dispose()
    {
        Engine.Run("Stop-PacsSimulator");
        Engine.Dispose();
    }
}
