namespace PacsNm.Dicom.Network;

/// <summary>How long one object of a C-GET took on its association.</summary>
/// <param name="Response">
/// From our request, or from our acknowledgement of the object before, to the command of the object. It does not depend on the size.
/// </param>
/// <param name="Transfer">From the command of the object to its last byte.</param>
/// <param name="Bytes">The size of the dataset in bytes.</param>
public readonly record struct ObjectTimes(TimeSpan Response, TimeSpan Transfer, long Bytes);
