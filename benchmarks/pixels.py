"""Pixels: against pydicom with the quickest of its plug-ins, and against the codec libraries alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

import dicomspec
from benchmarks import data, measure
from benchmarks.results import Cell, Result, Settings
from dicomspec.errors import PixelError

__all__ = ["rows"]

ALONE: Final = "best library alone"
TITLES: Final = {
    "rle": "RLE",
    "jpeg": "JPEG 8 bit",
    "jpeg-lossless": "JPEG lossless",
    "jpegls": "JPEG-LS",
    "j2k": "JPEG 2000",
    "htj2k": "HTJ2K",
    "jxl": "JPEG XL",
}
"""Name of the transfer syntax -> title of the row."""


def rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    yield from _array_rows(settings, wanted)
    for name, title in TITLES.items():
        if wanted(f"pixels-{name}"):
            try:
                yield _codec_row(name, title, settings)
            except PixelError as error:  # an older library
                if error.code != "codec":
                    raise
    if wanted("pixels-render"):
        yield _render_row(settings)
    if wanted("memory-frames") and measure.private():
        yield _memory_row(settings)


def _array_rows(settings: Settings, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """From a file to values, native."""
    import pydicom.pixels

    middle = settings.sizes.frames // 2
    works: dict[str, tuple[str, float, Callable[[str], Any], Callable[[str], Any]]] = {
        "pixels-native": (
            "open, pixel_array",
            20,
            lambda path: dicomspec.dcmread(path).pixel_array,
            lambda path: pydicom.dcmread(path).pixel_array,
        ),
        "pixels-frame": (
            "open, a frame of pixel_array",
            50,
            lambda path: dicomspec.dcmread(path).frames[middle],
            lambda path: pydicom.dcmread(path).pixel_array[middle],
        ),
        "pixels-index": (
            "pixels.pixel_array(path, index)",
            1,
            lambda path: dicomspec.pixels.pixel_array(path, index=middle),
            lambda path: pydicom.pixels.pixel_array(path, index=middle),
        ),
    }
    for name, (title, least, ours, theirs) in works.items():
        for count in (settings.sizes.frames, 4)[: 2 if name == "pixels-native" else 1]:
            if wanted(name):
                path = str(data.prepare("multiframe", count, data.multiframe))
                row = Result(name, title, f"{Path(path).stat().st_size / 1e6:.0f} MB, native", reach={"pydicom": least})
                assert np.array_equal(ours(path), theirs(path))
                pair = measure.in_turn(partial(ours, path), partial(theirs, path), settings.rounds(7))
                row.ours, row.peers["pydicom"] = pair.ours, Cell(pair.ratio, 1, 1)
                yield row


def _render_row(settings: Settings) -> Result:
    """A frame from a dataset that is open to 8 bits for a screen, through a modality LUT and a window."""
    import pydicom.pixels

    path = str(data.prepare("multiframe", 4, data.multiframe))
    opened = dicomspec.dcmread(path), pydicom.dcmread(path)
    for ds in opened:
        ds.RescaleSlope, ds.RescaleIntercept, ds.WindowCenter, ds.WindowWidth = 1, -1024, 40, 40000

    def theirs() -> Any:
        stored = pydicom.pixels.pixel_array(opened[1], index=0)
        values = pydicom.pixels.apply_voi_lut(pydicom.pixels.apply_modality_lut(stored, opened[1]), opened[1])
        return np.floor((values + 1024) * (255 / 65535) + 0.5).astype("u1")

    ours = partial(dicomspec.pixels.render, opened[0])
    assert np.abs(ours().astype(int) - theirs()).max() <= 1
    row = Result("pixels-render", "render a frame for a screen", "512 x 512, 16 bits", reach={"pydicom": 1})
    pair = measure.in_turn(ours, theirs, settings.rounds(7))
    row.ours, row.peers["pydicom"] = pair.ours, Cell(pair.ratio, 1, 1)
    return row


# -- codecs ------------------------------------------------------------------------------------------------


def _codec_row(name: str, title: str, settings: Settings) -> Result:
    """One frame of 512 x 512 pixels, 16 bits (JPEG: 8), read from a dataset that is open."""
    path = data.prepare(f"pixels-{name}", 64 if settings.quick else 512, partial(_image, name))
    ds = dicomspec.dcmread(path)
    row = Result(f"pixels-{name}", f"decode a frame, {title}", f"{ds.Rows} x {ds.Columns}, {ds.BitsStored} bits")
    frames = ds.frames
    ours: Callable[[], Any] = partial(frames.__getitem__, 0)
    expected, rounds = ours(), settings.rounds(7)
    row.ours = measure.in_turn(ours, ours, 1).ours
    plug_ins = _quickest(_pydicom(path), expected)
    if plug_ins is not None:
        pair = measure.in_turn(ours, plug_ins[1], rounds)
        row.ours, row.peers["pydicom"] = pair.ours, Cell(pair.ratio, 1, 1)
        row.note = f"pydicom with {plug_ins[0]}"
    alone = _quickest(_alone(name, frames.raw(0)), expected)
    if alone is not None:
        pair = measure.in_turn(ours, alone[1], rounds)
        row.peers[ALONE] = Cell(pair.ratio, 1, 1)
        row.reach[ALONE] = 0.9
        row.note += f"{', ' if row.note else ''}{pair.ratio:.2f}x {alone[0]} alone"
    if name == "rle":
        row.reach = {"pydicom": 1}
    return row


def _image(name: str, library: Any, size: int) -> Any:
    """Something like a slice: smooth, with edges and noise, in air."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    inside = x**2 + y**2 * 1.6 < 0.8
    values = 900 + 300 * np.sin(x * 5) * np.cos(y * 4) + 400 * ((x - 0.2) ** 2 + y**2 < 0.05)
    values = np.where(inside, values + np.random.default_rng(3).normal(0, 12, x.shape), 0)
    ds = data.new_dataset(library, "1.2.840.10008.5.1.4.1.1.7")
    if name == "jpeg":
        ds.set_pixels((values / 8).astype("u1"), name)
    else:
        ds.set_pixels(values.astype("u2"), name, bits_stored=12 if name != "jxl" else 16)
    return ds


def _quickest(choices: dict[str, Callable[[], Any]], expected: Any) -> tuple[str, Callable[[], Any]] | None:
    """The one of several ways to the same array that takes least time."""
    times = []
    for name, decode in choices.items():
        try:
            if np.abs(np.asarray(decode(), int).reshape(expected.shape) - expected).max() > 1:
                continue
        except Exception:  # it cannot
            continue
        best = min(_seconds(decode) for _ in range(3))
        times.append((best, name, decode))
    return min(times, key=lambda entry: entry[0])[1:] if times else None


def _seconds(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _pydicom(path: Path) -> dict[str, Callable[[], Any]]:
    import pydicom
    from pydicom.pixels import get_decoder

    ds = pydicom.dcmread(path)
    try:
        decoder = get_decoder(ds.file_meta.TransferSyntaxUID)
    except NotImplementedError:
        return {}
    return {
        name: lambda name=name: decoder.as_array(ds, index=0, raw=True, decoding_plugin=name)[0]  # type: ignore[misc]
        for name in decoder.available_plugins
    }


def _alone(name: str, frame: bytes) -> dict[str, Callable[[], Any]]:
    """The libraries themselves, called with the bytes of the frame."""
    found: dict[str, Callable[[], Any]] = {}
    if find_spec("imagecodecs"):
        import imagecodecs

        calls = {
            "jpeg": "jpeg8_decode",
            "jpeg-lossless": "ljpeg_decode",
            "jpegls": "jpegls_decode",
            "j2k": "jpeg2k_decode",
            "htj2k": "htj2k_decode",
            "jxl": "jpegxl_decode",
        }
        for call in {calls.get(name, ""), "jpeg8_decode" if name == "jpeg-lossless" else ""} - {""}:
            found[f"imagecodecs.{call}"] = partial(getattr(imagecodecs, call), frame)
    if find_spec("libjpeg") and name in ("jpeg", "jpeg-lossless", "jpegls"):
        import libjpeg

        found["pylibjpeg-libjpeg"] = partial(libjpeg.decode, frame)
    if find_spec("openjpeg") and name in ("j2k", "htj2k"):
        import openjpeg

        found["pylibjpeg-openjpeg"] = partial(openjpeg.decode, frame)
    if find_spec("jpeg_ls") and name == "jpegls":
        import jpeg_ls

        found["pyjpegls"] = partial(jpeg_ls.decode, np.frombuffer(frame, "u1"))
    return found


# -- memory ------------------------------------------------------------------------------------------------


def _memory_row(settings: Settings) -> Result:
    """All frames of a file, one after the other, in a new process."""
    size, count = (256, 4) if settings.quick else (1024, 40)
    path = str(data.prepare("pixels-stack", count, partial(_stack, size)))
    frame = size * size * 2
    row = Result("memory-frames", "memory at most, frame by frame", f"{count} frames of {frame / 1e6:.1f} MB, RLE", "B")
    row.ours = float(measure.memory("frames", "dicomspec", path)[1])
    row.note, row.most = f"{row.ours / frame:.1f} frames", 2 * frame
    row.peers["pydicom"] = Cell(measure.memory("frames", "pydicom", path)[1] / max(1.0, row.ours), 1, 1)
    return row


def _stack(size: int, library: Any, count: int) -> Any:
    ds = _image("native", library, size)
    ds.set_pixels(np.stack([ds.pixel_array + number for number in range(count)]), "rle", bits_stored=16)
    return ds
