namespace PacsNm;

/// <summary>What is done about a PACS that cuts its answers short.</summary>
public enum DateSplitting
{
    /// <summary>A range whose answer was cut, or looks so, is halved and asked again.</summary>
    Auto,

    /// <summary>The answer is taken as it is.</summary>
    Never,

    /// <summary>Each day is asked for by itself, and divided further where its answer was cut.</summary>
    Always,
}
