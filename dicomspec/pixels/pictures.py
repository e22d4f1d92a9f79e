"""Pictures for a screen: the whole way from stored values to 8 bits, grey or RGB (PS3.4 N.2, PS3.3 C.7.6.3, C.11)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import LimitError, PixelError
from dicomspec.pixels import grey
from dicomspec.pixels.colour import apply_icc_profile, convert_color_space, icc_profile_of
from dicomspec.pixels.decoding import open_pixels
from dicomspec.pixels.frames import Frames
from dicomspec.pixels.image import MAX_BYTES, Array
from dicomspec.pixels.overlays import overlay_groups, overlay_mask
from dicomspec.pixels.palette import read_palette, well_known_palette
from dicomspec.pixels.tables import LookupTable, functional_group, items_of, read_lut, text_of

__all__ = ["Window", "encode_png", "montage", "pixel_aspect", "render", "resample"]

Window: TypeAlias = "tuple[float, float] | int | str | None"
"""Center and width; the number or explanation of one of the dataset; "auto" for all values of the frame."""

_SUPPLEMENTAL: Final = ("COLOR", "MIXED")
_MOST_PIXELS: Final = 1 << 26
_REFERENCE: Final = "PS3.3 C.7.6.3.1.2"


@dataclass(frozen=True)
class _Look:
    """What was asked for."""

    window: Window
    palette: str | None
    overlays: bool
    overlay_color: tuple[int, int, int]
    square: bool


def render(
    src: Any,
    frame: int = 0,
    *,
    window: Window = None,
    palette: str | None = None,
    overlays: bool = True,
    overlay_color: tuple[int, int, int] = (255, 210, 0),
    square: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Array:
    """One frame as a picture for a screen.

    Grey goes through the modality transformation, a window or VOI LUT, and the presentation transformation; padding is
    black. Palettes, supplemental ones too, and YBR become RGB. An ICC profile is applied if Pillow is installed and can
    read it.

    Args:
        src: a dataset, or the path or file object of one.
        frame: number of the frame, from 0.
        window: center and width in units of the modality; or the number (from 0) or explanation of a window or VOI LUT
            of the dataset; or ``"auto"`` for all values of the frame. By default the first one of the dataset, and
            ``"auto"`` if it has none.
        palette: colours for grey: the name of a well-known palette, as `apply_color_lut` takes it.
        overlays: whether to draw the overlay planes over the picture.
        overlay_color: red, green, blue of those.
        square: enlarge the shorter side of pixels that are not square, by Pixel Spacing or Pixel Aspect Ratio.
        max_bytes: of the decoded frame.

    Returns:
        uint8, shape (rows, columns) for grey without overlays, else (rows, columns, 3) for RGB.

    Raises:
        PixelError: the dataset has no pixels, they cannot be decoded, or what tells how to show them is broken.
        LimitError: the frame is too large.
        IndexError: there is no such frame.
    """
    look = _Look(window, palette, overlays, overlay_color, square)
    body, syntax = open_pixels(src)
    return _render(body, Frames(body, syntax, max_bytes=max_bytes), frame, look)


def _render(body: Elements, frames: Frames, frame: int, look: _Look) -> Array:
    stored = frames[frame]
    number = range(len(frames))[frame]
    if frames.image.samples == 1:
        picture = _single(body, stored, number, frames.image.bits_stored, look)
    else:
        picture = _coloured(body, stored, frames.image.photometric, frames.image.bits_stored)
    if look.overlays:
        for group in overlay_groups(body):
            mask = overlay_mask(body, group, number, (picture.shape[0], picture.shape[1]))
            if mask is not None and mask.any():
                picture = _rgb(picture)
                picture[mask] = look.overlay_color
    return _squared(picture, pixel_aspect(body, number)) if look.square else picture


def _rgb(picture: Array) -> Array:
    """A picture in colour that can be drawn on."""
    return np.repeat(picture[..., None], 3, axis=-1) if picture.ndim == 2 else np.array(picture)


# --- one sample ----------------------------------------------------------------------------------------------------


def _single(body: Elements, stored: Array, frame: int, bits: int, look: _Look) -> Array:
    """A picture of one sample a pixel: by all values that there may be, if those are few, else pixel by pixel."""
    photometric = text_of(body, "PhotometricInterpretation", "MONOCHROME2")
    is_palette = photometric == "PALETTE COLOR"
    if not is_palette and not photometric.startswith("MONOCHROME"):
        raise PixelError(f"{photometric!r} of one sample is not supported", path="PhotometricInterpretation")
    present = _present(stored)
    values = stored if present is None else present
    if is_palette and look.palette is None:
        shown = _eight_bits_of(read_palette(body), values)
    else:
        shown = _grey(body, values, frame, bits, look.window, is_palette)
        if look.palette is not None:
            shown = well_known_palette(look.palette).look_up(shown)
        elif text_of(body, "PixelPresentation") in _SUPPLEMENTAL and "RedPaletteColorLookupTableDescriptor" in body:
            shown = _supplemented(body, values, shown)
    if present is None:
        return np.asarray(shown)
    table = np.zeros((1 << 8 * stored.dtype.itemsize, *shown.shape[1:]), np.uint8)
    unsigned = f"u{stored.dtype.itemsize}"
    table[present.view(unsigned)] = shown
    native = np.ascontiguousarray(stored, stored.dtype.newbyteorder("="))
    return np.take(table, native.view(unsigned), axis=0)


def _present(stored: Array) -> Array | None:
    """The values that are in an array of 8 or 16 bits; None for others."""
    if stored.dtype.kind not in "ui" or stored.dtype.itemsize > 2:
        return None
    native = np.ascontiguousarray(stored, stored.dtype.newbyteorder("="))
    seen = np.zeros(1 << 8 * stored.dtype.itemsize, bool)
    seen[native.view(f"u{stored.dtype.itemsize}").ravel()] = True
    return np.flatnonzero(seen).astype(f"u{stored.dtype.itemsize}").view(native.dtype)


def _grey(body: Elements, values: Array, frame: int, bits: int, chosen: Window, plain: bool) -> Array:
    """Stored values as grey, 0 to 255; ``plain``: indices of a palette, which have neither window nor inversion."""
    padding = None if plain else grey.padding_mask(values, body)
    modality = values if plain else grey.apply_modality_lut(values, body, frame=frame)
    shown, low, high = _interesting(body, modality, frame, bits, "auto" if plain else chosen, padding)
    tables = items_of(body, "PresentationLUTSequence")
    if tables:
        shown = grey.apply_presentation_lut(shown, body, low=low, high=high)
        low, high = 0.0, float(2 ** read_lut(tables[0]).bits - 1)
    scaled = (shown.astype(np.float64) - low) * 255 / ((high - low) or 1)
    if not plain and grey.is_inverted(body):
        scaled = 255 - scaled
    if padding is not None:
        scaled[padding] = 0
    return np.floor(np.clip(np.nan_to_num(scaled, nan=0.0), 0, 255) + 0.5).astype(np.uint8)


def _interesting(
    body: Elements, values: Array, frame: int, bits: int, chosen: Window, padding: Array | None
) -> tuple[Array, float, float]:
    """Values after the VOI transformation, and the range that they are in."""
    place = functional_group(body, "FrameVOILUTSequence", frame) or body
    if isinstance(chosen, tuple):
        center, width = chosen
        return grey.window(values, center, width, text_of(place, "VOILUTFunction", "LINEAR"), 0, 255), 0.0, 255.0
    if chosen != "auto":
        index = 0 if chosen is None else chosen
        items, windows = items_of(place, "VOILUTSequence"), grey.windows_of(body, frame)
        if items and _is_there(index, [item.get("LUTExplanation") for item in items], bool(windows)):
            bits = max(read_lut(item).bits for item in items)
            return grey.apply_voi(values, body, index, frame=frame), 0.0, float(2**bits - 1)
        if windows and not (chosen is None and _is_hopeless(windows[0])):
            low, high = grey.modality_range(body, frame) or (0.0, 255.0)
            return grey.apply_windowing(values, body, index, frame=frame), low, high
        if chosen is not None:
            raise PixelError(f"there is no window {chosen!r}: the dataset has none", path="WindowCenter")
    if bits == 1:
        return values, 0.0, 1.0
    seen = values if padding is None else values[~padding]
    seen = seen[np.isfinite(seen)] if seen.dtype.kind == "f" else seen
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    return values, low, high


def _is_there(index: int | str, names: list[Any], otherwise: bool) -> bool:
    """Whether a VOI LUT is meant; what is neither one nor a window is left to `apply_voi` to complain about."""
    if isinstance(index, str):
        return not otherwise or index.strip().lower() in [str(name or "").strip().lower() for name in names]
    return True


def _is_hopeless(window: tuple[float, float, str]) -> bool:
    """Files say 0 for a width that nobody knew; a window that is asked for is not excused."""
    return not window[1] >= 1e-9


def _supplemented(body: Elements, values: Array, shown: Array) -> Array:
    """Grey, and the colours of a supplemental palette from its first value mapped on (PS3.3 C.7.6.19)."""
    palette = read_palette(body)
    coloured = values >= palette.first
    found = np.repeat(shown[..., None], 3, axis=-1)
    found[coloured] = _eight_bits_of(palette, values[coloured])
    return found


def _eight_bits_of(palette: LookupTable, values: Array) -> Array:
    """Colours of values, 8 bits each, without alpha."""
    entries = palette.values[:, :3]
    if entries.dtype.itemsize > 1:
        entries = _to_eight_bits(entries, palette.bits)
    return LookupTable(palette.first, 8, entries).look_up(values)


# --- several samples -----------------------------------------------------------------------------------------------


def _to_eight_bits(array: Array, bits: int) -> Array:
    top = (1 << bits) - 1
    scaled = (array.astype(np.uint32) * 255 + top // 2) // top if bits <= 16 else array >> (bits - 8)
    return np.asarray(np.minimum(scaled, 255).astype(np.uint8))


def _coloured(body: Elements, stored: Array, photometric: str, bits: int) -> Array:
    if stored.shape[-1] != 3 or stored.dtype.kind != "u":
        raise PixelError(
            f"{stored.shape[-1]} samples of {stored.dtype} are not supported: 3 unsigned ones are",
            path="SamplesPerPixel",
            reference=_REFERENCE,
        )
    if photometric.startswith("YBR_PARTIAL"):
        stored = convert_color_space(stored, photometric, "RGB")
    elif photometric != "RGB" and not photometric.startswith("YBR"):
        raise PixelError(f"{photometric!r} is not supported", path="PhotometricInterpretation", reference=_REFERENCE)
    picture = stored if stored.dtype == np.uint8 and bits == 8 else _to_eight_bits(stored, bits)
    if icc_profile_of(body):
        try:
            return apply_icc_profile(picture, body, color_space="sRGB")
        except PixelError:  # no Pillow, or a profile that is not for RGB: the colours as they are
            return picture
    return picture


# --- size ----------------------------------------------------------------------------------------------------------


def pixel_aspect(ds: Elements, frame: int = 0) -> float:
    """Height of a pixel divided by its width; 1.0 where nothing tells (PS3.3 10.7.1, C.7.6.3.1.7)."""
    measures = functional_group(ds, "PixelMeasuresSequence", frame)
    spacings = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "PixelAspectRatio")
    found = [*([measures.get("PixelSpacing")] if measures else []), *map(ds.get, spacings)]
    for value in found:
        if isinstance(value, (list, tuple)) and len(value) == 2:
            try:
                height, width = map(float, value)
            except (TypeError, ValueError):
                continue
            if 0 < height < 1e6 and 0 < width < 1e6:
                return height / width
    return 1.0


def _squared(picture: Array, aspect: float) -> Array:
    """A picture with square pixels: the side on which they are longer has more of them, mixed from their neighbours."""
    if abs(aspect - 1) < 1e-3:
        return picture
    axis, factor = (0, aspect) if aspect > 1 else (1, 1 / aspect)
    count = round(picture.shape[axis] * factor)
    if count * picture.size // picture.shape[axis] > _MOST_PIXELS * 3:
        raise LimitError(f"pixels {aspect:g} times as high as wide would make a picture of {count} rows or columns")
    places = np.clip((np.arange(count) + 0.5) / factor - 0.5, 0, picture.shape[axis] - 1)
    before = np.floor(places).astype(int)
    after = np.minimum(before + 1, picture.shape[axis] - 1)
    part = (places - before).reshape((-1, 1) if axis == 0 else (1, -1))
    part = part[..., None] if picture.ndim == 3 else part
    mixed = np.take(picture, before, axis) * (1 - part) + np.take(picture, after, axis) * part
    return np.asarray(np.rint(mixed).astype(np.uint8))


def resample(picture: Array, rows: int, columns: int) -> Array:
    """A picture in another size: each pixel is the mean of those that it stands for, or the nearest one."""
    found = picture.astype(np.float32)
    for axis, count in ((0, rows), (1, columns)):
        have = found.shape[axis]
        edges = np.arange(count + 1) * have // count
        starts, lengths = edges[:-1], np.maximum(1, np.diff(edges))
        shape = tuple(-1 if each == axis else 1 for each in range(found.ndim))
        found = np.add.reduceat(found, starts, axis) / lengths.reshape(shape)
    return np.asarray(np.rint(found).astype(np.uint8))


def montage(src: Any, *, columns: int | None = None, width: int = 2048, most: int = 400, **options: Any) -> Array:
    """Frames side by side in one picture, from left to right and from top to bottom.

    Args:
        src: as for `render`, and so are ``options``.
        columns: how many frames stand in a row; by default about as many as there are rows.
        width: pixels of a row; larger frames are thinned out to fit.
        most: frames that are shown; of more, as many at even distances.

    Returns:
        uint8, grey or RGB.
    """
    body, syntax = open_pixels(src)
    max_bytes = options.pop("max_bytes", MAX_BYTES)
    names = {"window": None, "palette": None, "overlays": True, "overlay_color": (255, 210, 0), "square": False}
    if unknown := options.keys() - names.keys():
        raise TypeError(f"montage has no option {', '.join(sorted(unknown))}")
    look = _Look(**{**names, **options})
    frames = Frames(body, syntax, max_bytes=max_bytes)
    if not len(frames):
        raise PixelError("there are no frames", code="short-pixels", path="PixelData")
    count = min(len(frames), max(1, most))
    across = min(count, max(1, columns or int(np.ceil(np.sqrt(count)))))
    step = 1
    tiles = []
    for number in np.linspace(0, len(frames) - 1, count).round().astype(int).tolist():
        tile = _render(body, frames, number, look)
        step = max(step, -(-tile.shape[1] * across // max(1, width)))
        tiles.append(np.array(tile[::step, ::step]))
    if any(tile.ndim == 3 for tile in tiles):
        tiles = [_rgb(tile) for tile in tiles]
    high, wide = (max(tile.shape[axis] for tile in tiles) for axis in (0, 1))
    whole = np.zeros((-(-count // across) * high, across * wide, *tiles[0].shape[2:]), np.uint8)
    for number, tile in enumerate(tiles):
        row, column = number // across * high, number % across * wide
        whole[row : row + tile.shape[0], column : column + tile.shape[1]] = tile
    return whole


def encode_png(picture: Array) -> bytes:
    """A picture as a PNG file, by imagecodecs or Pillow.

    Raises:
        PixelError: neither is installed.
    """
    try:
        import imagecodecs

        return bytes(imagecodecs.png_encode(np.ascontiguousarray(picture)))
    except ImportError:
        pass
    try:
        from PIL import Image

        target = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(picture)).save(target, "PNG")
        return target.getvalue()
    except ImportError:
        raise PixelError(
            "to write PNG, imagecodecs or Pillow is needed: pip install 'dicomspec[pixels]'", code="no-library"
        ) from None
