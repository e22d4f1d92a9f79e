"""Colour spaces: YBR and RGB (PS3.3 C.7.6.3.1.2), and ICC profiles (PS3.3 C.11.15)."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np

from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.image import Array
from dicomspec.pixels.native import rgb_to_ybr, ybr_to_rgb
from dicomspec.pixels.tables import items_of

__all__ = ["apply_icc_profile", "convert_color_space", "create_icc_transform", "icc_profile_of"]

_FULL: Final = ("YBR_FULL", "YBR_FULL_422")
_PARTIAL: Final = ("YBR_PARTIAL_422", "YBR_PARTIAL_420")
_SPACES: Final = {"SRGB": "sRGB", "XYZ": "XYZ", "LAB": "LAB"}


def convert_color_space(arr: Any, current: str, desired: str, per_frame: bool = False) -> Array:
    """Colour from one space to another.

    Args:
        arr: uint8 or uint16, last axis colour; the samples of YBR_FULL_422 already expanded to all pixels.
        current, desired: Photometric Interpretations: RGB, YBR_FULL, YBR_FULL_422; also from YBR_PARTIAL_422 and
            YBR_PARTIAL_420.
        per_frame: convert one frame after the other in place, to save memory.

    Raises:
        PixelError: a space that is not known, or another type of array.
    """
    array = np.asarray(arr)
    if array.dtype not in (np.uint8, np.uint16) or array.ndim < 3 or array.shape[-1] != 3:
        raise PixelError(f"colour is converted in uint8 or uint16 of three samples, not {array.dtype} of {array.shape}")
    if current not in (*_FULL, *_PARTIAL, "RGB") or desired not in (*_FULL, "RGB"):
        raise PixelError(f"a conversion from {current} to {desired} is not supported", reference="PS3.3 C.7.6.3.1.2")
    if current == desired or (current in _FULL and desired in _FULL):
        return array
    if per_frame and array.ndim == 4:
        for frame in array:
            frame[...] = convert_color_space(frame, current, desired)
        return array
    if current in _PARTIAL:
        rgb = _partial_to_rgb(array)
        return rgb if desired == "RGB" else rgb_to_ybr(rgb)
    return ybr_to_rgb(array) if desired == "RGB" else rgb_to_ybr(array)


def _partial_to_rgb(array: Array) -> Array:
    """Black is 16 and white 235, colour goes from 16 to 240 (of 8 bits)."""
    bits = array.dtype.itemsize * 8
    scale, top = 1 << (bits - 8), (1 << bits) - 1
    values = array.astype(np.float32)
    luma = (values[..., 0] - 16 * scale) * (top / (219 * scale))
    blue, red = ((values[..., at] - 128 * scale) * (top / (224 * scale)) for at in (1, 2))
    green = luma - 0.114 * 1.772 / 0.587 * blue - 0.299 * 1.402 / 0.587 * red
    return _whole(np.rint(np.stack([luma + 1.402 * red, green, luma + 1.772 * blue], axis=-1)), array)


def _whole(values: Array, like: Array) -> Array:
    return np.asarray(np.clip(values, 0, np.iinfo(like.dtype).max).astype(like.dtype))


# --- ICC profiles --------------------------------------------------------------------------------------------------


def icc_profile_of(ds: Elements) -> bytes:
    """The ICC profile of a dataset, or of the first optical path of a slide; empty if there is none."""
    for place in (ds, *list(items_of(ds, "OpticalPathSequence"))[:1]):
        found = place.get("ICCProfile")
        if isinstance(found, (bytes, bytearray, memoryview)) and len(found):
            return bytes(found)
    return b""


def _cms() -> tuple[Any, Any]:
    try:
        from PIL import Image, ImageCms
    except ImportError:
        raise PixelError("an ICC profile needs Pillow: pip install 'dicomspec[pixels]'", code="no-library") from None
    return Image, ImageCms


def create_icc_transform(
    ds: Elements | None = None, icc_profile: bytes = b"", intent: int | None = None, color_space: str | None = None
) -> Any:
    """Pillow's transform from an ICC profile, that of a dataset or one given, to a colour space.

    Args:
        ds: with ICC Profile.
        icc_profile: instead of it.
        intent: 0 perceptual, 1 relative colorimetric, 2 saturation, 3 absolute colorimetric; by default that of the
            profile.
        color_space: ``"sRGB"``, ``"LAB"`` or ``"XYZ"``; by default Color Space of the dataset, else sRGB.

    Raises:
        PixelError: there is no profile, it is broken, or Pillow is not installed.
    """
    _, cms = _cms()
    profile = icc_profile or (icc_profile_of(ds) if ds is not None else b"")
    if not profile:
        raise PixelError("there is no ICC profile", code="no-profile", path="ICCProfile", reference="PS3.3 C.11.15")
    space = color_space or str((ds.get("ColorSpace") if ds is not None else None) or "sRGB")
    if space.upper() not in _SPACES:
        raise PixelError(f"{space!r} is none of sRGB, LAB and XYZ: give color_space", path="ColorSpace")
    if intent not in (None, 0, 1, 2, 3):
        raise PixelError(f"{intent!r} is no rendering intent: 0 to 3 are")
    try:
        source = cms.ImageCmsProfile(io.BytesIO(profile))
        wanted = cms.Intent(cms.getDefaultIntent(source) if intent is None else intent)
        target = cms.createProfile(_SPACES[space.upper()])
        return cms.buildTransform(source, target, "RGB", "RGB", renderingIntent=wanted)
    except (cms.PyCMSError, OSError, ValueError) as error:
        raise PixelError(f"the ICC profile is broken: {error}", path="ICCProfile", reference="PS3.3 C.11.15") from None


def apply_icc_profile(
    arr: Any,
    ds: Elements | None = None,
    transform: Any = None,
    intent: int | None = None,
    color_space: str | None = None,
) -> Array:
    """RGB by an ICC profile, as RGB of a standard colour space.

    Args:
        arr: uint8, shape (rows, columns, 3) or (frames, rows, columns, 3).
        ds: with ICC Profile; or
        transform: what `create_icc_transform` gave.
        intent, color_space: as there.

    Returns:
        A new array.

    Raises:
        PixelError: as `create_icc_transform`, or the array is of another type.
    """
    image, cms = _cms()
    if (ds is None) == (transform is None):
        raise PixelError("give either a dataset or a transform")
    array = np.asarray(arr)
    if array.dtype != np.uint8 or array.ndim not in (3, 4) or array.shape[-1] != 3:
        raise PixelError(f"an ICC profile is for uint8 of three samples, not {array.dtype} of {array.shape}")
    chosen = create_icc_transform(ds, intent=intent, color_space=color_space) if transform is None else transform
    if array.ndim == 4:
        return np.stack([apply_icc_profile(frame, transform=chosen) for frame in array])
    try:
        return np.array(cms.applyTransform(image.fromarray(np.ascontiguousarray(array)), chosen))
    except (cms.PyCMSError, ValueError) as error:
        raise PixelError(f"the ICC profile cannot be applied: {error}", path="ICCProfile") from None
