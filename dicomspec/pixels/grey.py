"""From stored values to grey (PS3.3 C.11, PS3.4 N.2): modality, VOI and presentation transformation, real world values.

Each step takes an array and the dataset that tells what to do, under the names of pydicom. For datasets with functional
groups (PS3.3 C.7.6.16) the values are those of a frame: of the one given as ``frame``, else of each frame of the array.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeAlias

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array
from dicomspec.pixels.tables import functional_group, group_items, items_of, read_descriptor, read_lut, text_of

__all__ = [
    "apply_modality_lut",
    "apply_presentation_lut",
    "apply_real_world_values",
    "apply_rescale",
    "apply_voi",
    "apply_voi_lut",
    "apply_windowing",
    "is_inverted",
    "modality_range",
    "padding_mask",
    "window",
    "windows_of",
]

Step: TypeAlias = "Callable[..., Array]"


def _by_frame(step: Step) -> Step:
    """Give a step each frame of a whole array where frames may have values of their own."""

    @wraps(step)
    def over_frames(arr: Any, ds: Elements, *args: Any, frame: int | None = None, **options: Any) -> Array:
        array = np.asarray(arr)
        groups = items_of(ds, "PerFrameFunctionalGroupsSequence") if frame is None else ()
        if groups and array.ndim > 2 and len(array) == len(groups):
            return np.stack([step(each, ds, *args, frame=at, **options) for at, each in enumerate(array)])
        return step(array, ds, *args, frame=frame, **options)

    return over_frames


# --- modality ------------------------------------------------------------------------------------------------------


@_by_frame
def apply_modality_lut(arr: Array, ds: Elements, *, frame: int | None = None) -> Array:
    """Stored values to those of the modality, such as Hounsfield units (PS3.3 C.11.1).

    Args:
        arr: stored values.
        ds: with Modality LUT Sequence, or Rescale Slope and Rescale Intercept, or the functional group of those.
        frame: number of the frame, from 0.

    Returns:
        uint8 or uint16 by a table, float64 by rescaling, else ``arr`` as it is.

    Raises:
        PixelError: the table is broken.
    """
    place = _modality(ds, frame)
    items = items_of(place, "ModalityLUTSequence")
    if items:
        return read_lut(items[0], _is_signed(ds)).look_up(arr)
    scale = _rescale(place)
    if scale is None:
        return arr
    slope, intercept = scale
    return arr.astype(np.float64) * slope + intercept


apply_rescale = apply_modality_lut


def _modality(ds: Elements, frame: int | None) -> Elements:
    """Where the modality transformation is told."""
    return functional_group(ds, "PixelValueTransformationSequence", frame) or ds


def _rescale(place: Elements) -> tuple[float, float] | None:
    slope, intercept = _float(place, "RescaleSlope"), _float(place, "RescaleIntercept")
    return None if slope is None or intercept is None else (slope, intercept)


def _float(body: Elements, keyword: str) -> float | None:
    found = body.get(keyword)
    if isinstance(found, (list, tuple)):
        found = found[0] if found else None
    if found is None or found == "":
        return None
    try:
        return float(found)
    except (TypeError, ValueError):
        raise PixelError(f"{found!r} is no number", path=keyword) from None


def _is_signed(ds: Elements) -> bool:
    return bool(ds.get("PixelRepresentation") == 1)


def modality_range(ds: Elements, frame: int | None = None) -> tuple[float, float] | None:
    """The least and the greatest value that the modality transformation can give; None where nothing tells."""
    place = _modality(ds, frame)
    items = items_of(place, "ModalityLUTSequence")
    if items:
        return 0.0, float(2 ** read_descriptor(items[0], "LUTDescriptor").bits - 1)
    stored = ds.get("BitsStored") or ds.get("BitsAllocated")
    if not isinstance(stored, int) or not 0 < stored <= 64 or ("PixelData" not in ds and "BitsStored" not in ds):
        return None
    low, high = (-(2 ** (stored - 1)), 2 ** (stored - 1) - 1) if _is_signed(ds) else (0, 2**stored - 1)
    slope, intercept = _rescale(place) or (1.0, 0.0)
    ends = (low * slope + intercept, high * slope + intercept)
    return min(ends), max(ends)


# --- VOI -----------------------------------------------------------------------------------------------------------


@_by_frame
def apply_voi_lut(
    arr: Array, ds: Elements, index: int | str = 0, prefer_lut: bool = True, *, frame: int | None = None
) -> Array:
    """The values of interest: by VOI LUT Sequence or by window (PS3.3 C.11.2).

    Args:
        arr: values after the modality transformation.
        ds: with the attributes of the VOI LUT module, or the functional group of those.
        index: which of several windows or tables: number from 0, or its explanation.
        prefer_lut: take the table where there are both.
        frame: number of the frame, from 0.

    Returns:
        uint8 or uint16 by a table, float64 by a window, else ``arr`` as it is.

    Raises:
        PixelError: there is no such window or table, or it is broken.
    """
    place = _voi(ds, frame)
    items, windowed = items_of(place, "VOILUTSequence"), bool(_pairs(place))
    whole = bool(items) and all(items[0].get(each) is not None for each in ("LUTDescriptor", "LUTData"))
    if whole and (prefer_lut or not windowed):
        return apply_voi(arr, ds, index, frame=frame)
    return apply_windowing(arr, ds, index, frame=frame) if windowed else arr


@_by_frame
def apply_voi(arr: Array, ds: Elements, index: int | str = 0, *, frame: int | None = None) -> Array:
    """The values of interest by an item of VOI LUT Sequence; ``arr`` as it is where there is none.

    Returns:
        uint8 or uint16, by the bits of the entries.

    Raises:
        PixelError: there is no such item, or its table is broken.
    """
    items = items_of(_voi(ds, frame), "VOILUTSequence")
    if not items:
        return arr
    number = _number(index, [str(item.get("LUTExplanation") or "") for item in items], "VOI LUT")
    return read_lut(items[number], bool(arr.size) and arr.min() < 0).look_up(arr)


@_by_frame
def apply_windowing(arr: Array, ds: Elements, index: int | str = 0, *, frame: int | None = None) -> Array:
    """The values of interest by Window Center, Window Width and VOI LUT Function (PS3.3 C.11.2.1.2, C.11.2.1.3).

    Returns:
        float64, over the range that the modality transformation can give; ``arr`` as it is where there is no window.

    Raises:
        PixelError: there is no such window, its width is not possible, or the image is not grey.
    """
    place = _voi(ds, frame)
    pairs = _pairs(place)
    if not pairs:
        return arr
    if text_of(ds, "PhotometricInterpretation") not in ("MONOCHROME1", "MONOCHROME2"):
        raise PixelError("a window is for MONOCHROME1 and MONOCHROME2", path="PhotometricInterpretation")
    number = _number(index, [pair[2] for pair in pairs], "window")
    center, width, _ = pairs[number]
    low, high = modality_range(ds, frame) or _extremes(arr)
    return window(arr, center, width, text_of(place, "VOILUTFunction", "LINEAR"), low, high)


def windows_of(ds: Elements, frame: int | None = None) -> list[tuple[float, float, str]]:
    """The windows of a dataset, or of one of its frames: center, width, explanation."""
    return _pairs(_voi(ds, frame))


def _voi(ds: Elements, frame: int | None) -> Elements:
    return functional_group(ds, "FrameVOILUTSequence", frame) or ds


def _pairs(place: Elements) -> list[tuple[float, float, str]]:
    centers, widths, names = (
        list(found) if isinstance(found, (list, tuple)) else [found] if found is not None and found != "" else []
        for found in map(place.get, ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation"))
    )
    names += [""] * len(centers)
    try:
        return [(float(center), float(width), str(name)) for center, width, name in zip(centers, widths, names)]  # noqa: B905
    except (TypeError, ValueError):
        raise PixelError(f"{centers!r} and {widths!r} are no windows", path="WindowCenter") from None


def _number(index: int | str, names: list[str], what: str) -> int:
    if isinstance(index, str):
        wanted = index.strip().lower()
        found = [number for number, name in enumerate(names) if name.strip().lower() == wanted]
        if found:
            return found[0]
        known = ", ".join(repr(name) for name in names if name.strip()) or f"{len(names)} without a name"
        raise PixelError(f"there is no {what} {index!r}: there are {known}")
    if not -len(names) <= index < len(names):
        raise PixelError(f"there is no {what} {index}: there are {len(names)}")
    return index


def _extremes(arr: Array) -> tuple[float, float]:
    finite = arr[np.isfinite(arr)] if arr.dtype.kind == "f" else arr
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


_LEAST_WIDTH: Final = {"LINEAR": "1 or more", "LINEAR_EXACT": "above 0", "SIGMOID": "above 0"}


def window(arr: Array, center: float, width: float, function: str, low: float, high: float) -> Array:
    """Values through a window, from ``low`` to ``high``; float64.

    LINEAR takes the window to stand on pixel values, so that it is one narrower than its width (PS3.3 C.11.2.1.2.1);
    LINEAR_EXACT (C.11.2.1.3.2) and SIGMOID (C.11.2.1.3.1) do not.

    Raises:
        PixelError: the width or the function is not possible.
    """
    if function not in _LEAST_WIDTH:
        raise PixelError(f"{function!r} is none of {', '.join(_LEAST_WIDTH)}", path="VOILUTFunction")
    if not (width >= 1 if function == "LINEAR" else width > 0):  # not a number is not possible either
        message = f"a width of {width:g} is not possible for {function}: {_LEAST_WIDTH[function]} is"
        raise PixelError(message, path="WindowWidth", reference="PS3.3 C.11.2.1.2")
    values = arr.astype(np.float64)
    if function == "SIGMOID":
        with np.errstate(over="ignore"):
            return (high - low) / (1 + np.exp(-4 * (values - center) / width)) + low
    if function == "LINEAR":
        center, width = center - 0.5, width - 1
    below, above = values <= center - width / 2, values > center + width / 2
    with np.errstate(divide="ignore", invalid="ignore"):  # a width of 0 leaves nothing between
        values = ((values - center) / width + 0.5) * (high - low) + low
    values[below], values[above] = low, high
    return values


# --- presentation --------------------------------------------------------------------------------------------------


def is_inverted(ds: Elements) -> bool:
    """Whether the least value is white: by Presentation LUT Shape, else MONOCHROME1 (PS3.3 C.11.6, C.7.6.3.1.2).

    Raises:
        PixelError: a shape that is for films, not for screens.
    """
    shape = text_of(ds, "PresentationLUTShape")
    if shape not in ("", "IDENTITY", "INVERSE"):
        raise PixelError(f"{shape!r} is not supported: IDENTITY and INVERSE are", path="PresentationLUTShape")
    return shape == "INVERSE" if shape else text_of(ds, "PhotometricInterpretation") == "MONOCHROME1"


def apply_presentation_lut(arr: Array, ds: Elements, *, low: float | None = None, high: float | None = None) -> Array:
    """Values of interest to P-values, by Presentation LUT Sequence or Presentation LUT Shape (PS3.3 C.11.4, C.11.6).

    Args:
        arr: values after the VOI transformation.
        ds: with either; without, ``arr`` comes back as it is.
        low, high: the range of the values, where the array does not have all of it; by default its extremes; then what
            is inverted starts with 0.

    Returns:
        uint8 or uint16 by a table, else the type of ``arr``.

    Raises:
        PixelError: the table is broken, or the shape is not for screens.
    """
    array = np.asarray(arr)
    ends = _extremes(array)
    items = items_of(ds, "PresentationLUTSequence")
    if items:
        table = read_lut(items[0])
        first, last = ends[0] if low is None else low, ends[1] if high is None else high
        steps = np.float32((last - first) / (len(table.values) - 1 or 1) or 1)
        places = np.clip((array.astype(np.float32) - np.float32(first)) / steps, 0, len(table.values) - 1)
        return np.asarray(table.values[places.astype(np.intp)])
    if "PresentationLUTShape" in ds and is_inverted(ds):
        top = ends[1] if low is None or high is None else low + high
        return _mirrored(array, top)
    return array


def _mirrored(array: Array, top: float) -> Array:
    if array.dtype.kind == "f":
        return np.asarray(array.dtype.type(top) - array)
    found = np.int64(int(top)) - array.astype(np.int64)
    limits = np.iinfo(array.dtype)
    fits = not found.size or (found.min() >= limits.min and found.max() <= limits.max)
    return np.asarray(found.astype(array.dtype) if fits else found)


def padding_mask(arr: Array, ds: Elements) -> Array | None:
    """Which stored values are padding: Pixel Padding Value, to Pixel Padding Range Limit (PS3.3 C.7.5.1.1.2).

    None where the dataset tells of none.
    """
    ends = [ds.get(keyword) for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    if not isinstance(ends[0], int):
        return None
    signed = arr.dtype.kind == "i"
    low, high = sorted(
        (value & 0xFFFF) - (0x10000 if signed and value & 0x8000 else 0)
        for value in (ends[0], ends[1] if isinstance(ends[1], int) else ends[0])
    )
    mask: Array = (arr >= low) & (arr <= high)
    return mask


# --- real world ----------------------------------------------------------------------------------------------------


@_by_frame
def apply_real_world_values(arr: Array, ds: Elements, index: int | str = 0, *, frame: int | None = None) -> Array:
    """Stored values in units of the real world (PS3.3 C.7.6.16.2.11): Real World Value Mapping Sequence.

    Args:
        arr: stored values.
        ds: with the sequence, or the functional group of it.
        index: which mapping: number from 0, or its LUT Label.
        frame: number of the frame, from 0.

    Returns:
        float64; not a number where a value is outside of what is mapped.

    Raises:
        PixelError: there is no such mapping, or it is broken.
    """
    keyword = "RealWorldValueMappingSequence"
    items = group_items(ds, keyword, frame) or items_of(ds, keyword)
    if not items:
        raise PixelError("the dataset has no Real World Value Mapping Sequence", code="no-mapping")
    item = items[_number(index, [str(each.get("LUTLabel") or "") for each in items], "real world value mapping")]
    first, last = _mapped(item, _is_signed(ds))
    inside = (arr >= first) & (arr <= last)
    table = item.get("RealWorldValueLUTData")
    if table:
        try:
            entries = np.atleast_1d(np.asarray(table, np.float64))
        except (TypeError, ValueError):
            raise PixelError("the data of the table are no numbers", code="lut", path="RealWorldValueLUTData") from None
        if len(entries) < last - first + 1:
            message = f"the table has {len(entries)} entries for the values {first:g} to {last:g}"
            raise PixelError(message, code="lut", path="RealWorldValueLUTData")
        places = np.where(inside, arr, first).astype(np.int64) - int(first)
        return np.where(inside, entries[places], np.nan)
    slope, intercept = _float(item, "RealWorldValueSlope"), _float(item, "RealWorldValueIntercept")
    if slope is None or intercept is None:
        raise PixelError(
            "the mapping has neither a table nor slope and intercept", path="RealWorldValueMappingSequence"
        )
    return np.where(inside, arr.astype(np.float64) * slope + intercept, np.nan)


def _mapped(item: Elements, signed: bool) -> tuple[float, float]:
    ends = []
    for name in ("First", "Last"):
        exact = _float(item, f"DoubleFloatRealWorldValue{name}ValueMapped")
        value = exact if exact is not None else _float(item, f"RealWorldValue{name}ValueMapped")
        if value is None:
            raise PixelError("is missing", path=f"RealWorldValue{name}ValueMapped")
        if exact is None and signed and value > 0x7FFF:  # US where SS should be
            value -= 0x10000
        ends.append(value)
    return ends[0], ends[1]
