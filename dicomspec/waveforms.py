"""Waveforms: the samples of multiplex groups as arrays, read and written (PS3.3 C.10.9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dicomspec._generated.transfer_syntaxes import TRANSFER_SYNTAXES
from dicomspec.elements import Elements
from dicomspec.errors import ValueRuleError
from dicomspec.sequence import Sequence as ItemSequence
from dicomspec.wire.reading import Reading

__all__ = ["Channel", "generate_multiplex", "multiplex_array", "plot", "set_waveform"]

_REFERENCE: Final = "PS3.3 C.10.9"
_SIZES: Final = (("B", 1), ("S", 2), ("L", 4), ("V", 8))
_COMPANDED: Final = {"MB": "u1", "AB": "u1"}
_TYPES: Final = {
    f"{sign}{size}": f"{kind}{width}" for sign, kind in (("S", "i"), ("U", "u")) for size, width in _SIZES
} | _COMPANDED
"""Waveform Sample Interpretation (PS3.3 C.10.9.1.5) -> numpy type; MB and AB are companded."""


@dataclass(frozen=True)
class Channel:
    """What a channel is, for `set_waveform` (PS3.3 C.10.9.1.4).

    Attributes:
        source: code, coding scheme and meaning of what it measures.
        sensitivity: units of one step; None to choose it so that all values fit.
        units: code, coding scheme and meaning of the units.
        baseline: units that a sample of 0 stands for.
        correction: factor that sensitivity is to be multiplied by.
        label: Channel Label.
        bits: Waveform Bits Stored; None for all that are allocated.
    """

    source: tuple[str, str, str]
    sensitivity: float | None = None
    units: tuple[str, str, str] = ("uV", "UCUM", "microvolt")
    baseline: float = 0.0
    correction: float = 1.0
    label: str = ""
    bits: int | None = None


# --- reading -------------------------------------------------------------------------------------------------------


def generate_multiplex(ds: Elements, as_raw: bool = True) -> Iterator[Any]:
    """The multiplex groups of a dataset one after the other, as `multiplex_array` gives them."""
    for index in range(len(_groups(ds))):
        yield multiplex_array(ds, index, as_raw)


def multiplex_array(ds: Elements, index: int = 0, as_raw: bool = True) -> Any:
    """The samples of a multiplex group.

    Args:
        ds: with Waveform Sequence.
        index: number of the group, from 0.
        as_raw: stored samples; else in the units of each channel: samples are expanded where they are companded (to the
            uniform values of ITU-T G.711), multiplied by Channel Sensitivity and its correction factor, and Channel
            Baseline is added; what is padding (Waveform Padding Value) is not a number.

    Returns:
        Shape (samples, channels), a new array: of the type of the samples, or float64.

    Raises:
        ValueRuleError: there is no such group, an attribute of it is missing or not possible, or its data are short.
    """
    import numpy as np

    group, path = _group(ds, index)
    kind, channels, samples = _kind(group, path), _number(group, path, "Channels"), _number(group, path, "Samples")
    dtype = np.dtype(_TYPES[kind])
    element = group.data_element("WaveformData")
    data = element.value if element is not None else None
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise ValueRuleError("is missing", path=f"{path}.WaveformData", reference=_REFERENCE)
    needed = samples * channels * dtype.itemsize
    if len(data) < needed:
        message = f"the waveform has {len(data)} bytes, {needed} are needed"
        raise ValueRuleError(message, code="short-waveform", path=f"{path}.WaveformData", reference=_REFERENCE)
    if _is_big(ds, element):
        in_words = dtype.itemsize == 1 and element is not None and element.VR == "OW"
        words = np.frombuffer(data, ">u2", len(data) // 2).astype("<u2").tobytes() if in_words else data
        raw = np.frombuffer(words, dtype.newbyteorder(">"), samples * channels)
    else:
        raw = np.frombuffer(data, dtype.newbyteorder("<"), samples * channels)
    raw = raw.reshape(samples, channels).astype(dtype)
    return raw if as_raw else _in_units(group, path, raw, kind)


def _in_units(group: Elements, path: str, raw: Any, kind: str) -> Any:
    import numpy as np

    table = _expansion(kind)
    found = (raw if table is None else table[raw]).astype(np.float64)
    for number, channel in enumerate(_items(group, "ChannelDefinitionSequence")[: raw.shape[1]]):
        where = f"{path}.ChannelDefinitionSequence[{number}]"
        factor = _float(channel, where, "ChannelSensitivity", 1.0)
        factor *= _float(channel, where, "ChannelSensitivityCorrectionFactor", 1.0)
        found[:, number] = found[:, number] * factor + _float(channel, where, "ChannelBaseline", 0.0)
    padding = group.data_element("WaveformPaddingValue")
    if padding is not None and padding.value not in (None, "", b""):
        value = padding.value
        if isinstance(value, (bytes, bytearray, memoryview)):
            value = int.from_bytes(bytes(value)[: raw.dtype.itemsize], "little", signed=raw.dtype.kind == "i")
        found[raw == value] = np.nan
    return found


def _items(body: Elements, keyword: str) -> Any:
    """The items of a sequence; none where it is absent, or no sequence in the file."""
    found = body.get(keyword)
    return found if isinstance(found, ItemSequence) else ()


def _groups(ds: Elements) -> Any:
    groups = _items(ds, "WaveformSequence")
    if not groups:
        raise ValueRuleError("the dataset has no waveforms", code="no-waveform", path="WaveformSequence")
    return groups


def _group(ds: Elements, index: int) -> tuple[Elements, str]:
    groups = _groups(ds)
    if not -len(groups) <= index < len(groups):
        raise ValueRuleError(f"there is no group {index}: there are {len(groups)}", path="WaveformSequence")
    return groups[index], f"WaveformSequence[{index % len(groups)}]"


def _kind(group: Elements, path: str) -> str:
    kind = str(group.get("WaveformSampleInterpretation") or "").strip()
    bits = group.get("WaveformBitsAllocated")
    if kind not in _TYPES or bits != 8 * int(_TYPES[kind][1]):
        message = f"samples {kind!r} of {bits!r} bits are not possible: {', '.join(_TYPES)} are"
        raise ValueRuleError(message, path=f"{path}.WaveformSampleInterpretation", reference="PS3.3 C.10.9.1.5")
    return kind


def _number(group: Elements, path: str, what: str) -> int:
    value = group.get(f"NumberOfWaveform{what}")
    if not isinstance(value, int) or value < 1:
        message = "is missing" if value is None else f"{value!r} is not possible"
        raise ValueRuleError(message, path=f"{path}.NumberOfWaveform{what}", reference=_REFERENCE)
    return value


def _float(body: Elements, path: str, keyword: str, default: float) -> float:
    value = body.get(keyword)
    if value is None or value == "":
        return default
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueRuleError(f"{value!r} is no number", path=f"{path}.{keyword}") from None


def _is_big(ds: Elements, element: Any) -> bool:
    """Whether words are big endian: as in the source; a value that was put in as the transfer syntax says."""
    raw = element.raw if element is not None else None
    if raw is not None and isinstance(raw[0], Reading):
        return raw[0].encoding.big_endian
    meta = getattr(ds, "file_meta", None)
    row = TRANSFER_SYNTAXES.get(str(meta.get("TransferSyntaxUID") or "") if meta is not None else "")
    return row is not None and row.endian == "big"


def _expansion(kind: str) -> Any:
    """The uniform value of each companded one: mu-law to +-8031, A-law to +-4032 (ITU-T G.711); None for others."""
    import numpy as np

    codes: Any = np.arange(256)
    if kind == "MB":
        codes = ~codes & 0xFF
        size = ((codes & 15) * 2 + 33 << (codes >> 4 & 7)) - 33
        return np.where(codes & 0x80, -size, size)
    if kind == "AB":
        codes = codes ^ 0x55
        step, part = codes >> 4 & 7, (codes & 15) * 2 + 1
        size = np.where(step > 0, part + 32 << np.maximum(step - 1, 0), part)
        return np.where(codes & 0x80, size, -size)
    return None


# --- writing -------------------------------------------------------------------------------------------------------


def set_waveform(
    ds: Elements,
    values: Any,
    *,
    sampling_frequency: float,
    channels: Sequence[Channel],
    index: int | None = None,
    interpretation: str = "SS",
    as_raw: bool = False,
    originality: str = "ORIGINAL",
    label: str = "",
) -> None:
    """Put a multiplex group into a dataset, with all that the Waveform module asks of it (PS3.3 C.10.9).

    Args:
        ds: the dataset.
        values: shape (samples, channels), in the units of the channels; what is not a number becomes padding.
        sampling_frequency: in Hz.
        channels: what each of them is.
        index: the group to replace; None to add one.
        interpretation: of the samples: SB, UB, MB (mu-law), AB (A-law), SS, US, SL, UL, SV or UV.
        as_raw: whether the values are samples already.
        originality: ORIGINAL or DERIVED.
        label: Multiplex Group Label.

    Raises:
        ValueRuleError: an argument is not possible, or a value does not fit; the dataset is as it was then.
    """
    import numpy as np

    array = np.asarray(values)
    if interpretation not in _TYPES:
        raise ValueRuleError(f"{interpretation!r} is none of {', '.join(_TYPES)}", reference="PS3.3 C.10.9.1.5")
    if array.ndim != 2 or not array.size or array.shape[1] != len(channels):
        raise ValueRuleError(f"{len(channels)} channels ask for values of shape (samples, channels), not {array.shape}")
    if not sampling_frequency > 0:
        raise ValueRuleError(f"a sampling frequency of {sampling_frequency!r} Hz is not possible")
    columns, steps = [], []
    missing = np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, bool)
    if missing.any() and interpretation in _COMPANDED:
        raise ValueRuleError("companded samples have no value to spare for what is missing", reference=_REFERENCE)
    for number, channel in enumerate(channels):
        step = channel.sensitivity or (1.0 if as_raw else _fitting(array[:, number], channel, interpretation))
        steps.append(step)
        column = array[:, number]
        if not as_raw:
            column = (column - channel.baseline) / (step * channel.correction)
        columns.append(_samples(column, missing[:, number], channel, number, interpretation, as_raw))
    samples = np.stack(columns, axis=1)
    group = ds._part()
    _describe(group, samples, channels, steps, interpretation)
    group.update({"WaveformOriginality": originality, "SamplingFrequency": sampling_frequency})
    if label:
        group.update({"MultiplexGroupLabel": label})
    form = "OB" if samples.dtype.itemsize == 1 else "OW"
    if missing.any():
        group.add_new("WaveformPaddingValue", form, _bytes(ds, np.array([_padding(interpretation)], samples.dtype)))
    group.add_new("WaveformData", form, _bytes(ds, samples))
    groups = list(_items(ds, "WaveformSequence"))
    if index is None:
        groups.append(group)
    elif -len(groups) <= index < len(groups):
        groups[index] = group
    else:
        raise ValueRuleError(f"there is no group {index}: there are {len(groups)}", path="WaveformSequence")
    ds.update({"WaveformSequence": groups})


def _limits(kind: str, bits: int | None) -> tuple[int, int]:
    """The least and the greatest sample; companded ones by their uniform values."""
    table = _expansion(kind)
    if table is not None:
        return int(table.min()), int(table.max())
    bits = bits or 8 * int(_TYPES[kind][1])
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if _TYPES[kind][0] == "i" else (0, (1 << bits) - 1)


def _padding(kind: str) -> int:
    """The sample that stands for a missing one, and for nothing else: the least, of unsigned ones the greatest."""
    low, high = _limits(kind, None)
    return low if low < 0 else high


def _fitting(column: Any, channel: Channel, kind: str) -> float:
    """A sensitivity with which all values fit, in a number that DS can hold (PS3.5 6.2), and padding is left free."""
    import numpy as np

    low, high = _limits(kind, channel.bits)
    finite = (column[np.isfinite(column)] - channel.baseline) / channel.correction
    if not finite.size:
        return 1.0
    most = max(float(finite.max()) / (high - 1), float(finite.min()) / (low + 1) if low < 0 else 0.0, 0.0)
    return float(f"{most * (1 + 1e-9):.9e}") or 1.0


def _samples(column: Any, gaps: Any, channel: Channel, number: int, kind: str, as_raw: bool) -> Any:
    """The samples of a channel; ``gaps``: which of them are missing."""
    import numpy as np

    table = _expansion(kind)
    dtype = np.dtype(_TYPES[kind])
    whole = np.rint(column)
    low, high = (0, 255) if as_raw and table is not None else _limits(kind, channel.bits)
    there = whole[~gaps]
    wrong = ~((there >= low) & (there <= high))
    if gaps.any():
        wrong |= there == _padding(kind)
    if wrong.any():
        raise ValueRuleError(
            f"channel {number}: a sample of {there[wrong][0]:g} does not fit into {low} to {high}"
            f"{', of which one stands for what is missing' if gaps.any() else ''}; choose another sensitivity",
            path=f"ChannelDefinitionSequence[{number}].ChannelSensitivity",
            reference=_REFERENCE,
        )
    if table is None or as_raw:
        return np.where(gaps, _padding(kind), whole).astype(dtype) if gaps.any() else whole.astype(dtype)
    order = np.argsort(table, kind="stable")
    rising = table[order]
    places = np.searchsorted((rising[:-1] + rising[1:]) / 2, whole)
    return order[places].astype(dtype)


def _describe(group: Elements, samples: Any, channels: Sequence[Channel], steps: list[float], kind: str) -> None:
    """The attributes that tell what the samples are."""
    group.update(
        {
            "NumberOfWaveformChannels": samples.shape[1],
            "NumberOfWaveformSamples": samples.shape[0],
            "WaveformBitsAllocated": 8 * samples.dtype.itemsize,
            "WaveformSampleInterpretation": kind,
        }
    )
    items = []
    for channel, step in zip(channels, steps, strict=True):
        item = group._part()
        item.update({"ChannelSourceSequence": [_code(group, channel.source)], "ChannelSensitivity": step})
        item.update({"ChannelSensitivityUnitsSequence": [_code(group, channel.units)]})
        item.update({"ChannelSensitivityCorrectionFactor": channel.correction, "ChannelBaseline": channel.baseline})
        item.update({"ChannelSampleSkew": 0, "WaveformBitsStored": channel.bits or 8 * samples.dtype.itemsize})
        if channel.label:
            item.update({"ChannelLabel": channel.label})
        items.append(item)
    group.update({"ChannelDefinitionSequence": items})


def _code(like: Elements, code: tuple[str, str, str]) -> Elements:
    item = like._part()
    item.update(dict(zip(("CodeValue", "CodingSchemeDesignator", "CodeMeaning"), code, strict=True)))
    return item


def _bytes(ds: Elements, samples: Any) -> bytes:
    order = ">" if _is_big(ds, None) else "<"
    data: bytes = samples.astype(samples.dtype.newbyteorder(order)).tobytes()
    return data + bytes(len(data) & 1)


# --- looking -------------------------------------------------------------------------------------------------------


def plot(ds: Elements, index: int = 0, *, width: int = 1600, height: int = 90) -> Any:
    """The channels of a multiplex group as curves, one below the other.

    Args:
        ds, index: as for `multiplex_array`.
        width: pixels of the picture; where there are more samples, each column shows the least and the greatest.
        height: pixels of one channel; channels of the same units have the same scale.

    Returns:
        uint8, shape (channels * height, width): black on white.
    """
    import numpy as np

    group, _ = _group(ds, index)
    values = multiplex_array(ds, index, as_raw=False)
    units = [_units(channel) for channel in _items(group, "ChannelDefinitionSequence")]
    with np.errstate(invalid="ignore"):
        middle = np.nan_to_num(np.nanmedian(np.where(np.isnan(values).all(axis=0), 0, values), axis=0))
    around = np.nan_to_num(values - middle)
    reach = np.abs(around).max(axis=0)
    if len(set(units)) == 1:
        reach[:] = reach.max()
    places = np.rint((height - 1) / 2 * (1 - around / np.where(reach > 0, reach, 1) * 0.95)).astype(int)
    picture = np.full((values.shape[1] * height, width), 255, np.uint8)
    edges = np.linspace(0, len(values), width + 1).astype(int)
    gaps = np.isnan(values)
    rows = np.arange(height)[:, None]
    for number in range(values.shape[1]):
        strip = picture[number * height : (number + 1) * height]
        strip[-1] = 225
        # a column goes on from the last sample of the one before, so that the curve has no holes
        parts = [(max(0, edges[at] - 1), max(edges[at] + 1, edges[at + 1])) for at in range(width)]
        starts = np.minimum([part[0] for part in parts], len(values) - 1)
        low = np.array([places[start : part[1], number].min() for start, part in zip(starts, parts, strict=True)])
        high = np.array([places[start : part[1], number].max() for start, part in zip(starts, parts, strict=True)])
        blank = np.array([gaps[start : part[1], number].all() for start, part in zip(starts, parts, strict=True)])
        strip[(rows >= low) & (rows <= high) & ~blank] = 0
    return picture


def _units(channel: Elements) -> str:
    found = _items(channel, "ChannelSensitivityUnitsSequence")
    return str(found[0].get("CodeValue") or "") if found else ""
