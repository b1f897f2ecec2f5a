namespace PacsNm.Queries;

/// <summary>How long one object took on its association.</summary>
/// <param name="Response">
/// From our request, or from our acknowledgement of the object before, to the first byte of the object. It does not depend on the size.
/// </param>
/// <param name="Transfer">From the first byte to our acknowledgement.</param>
/// <param name="Bytes">The size of the object.</param>
internal readonly record struct ObjectTimes(TimeSpan Response, TimeSpan Transfer, long Bytes);
