"""Pixels: frames, codecs, and what turns stored values into what people look at (PS3.3 C.7.6.3, PS3.5 8 and Annex A.4).

The names here are loaded from the modules of this package when they are used, and numpy with them.

Which library decodes what. One that is installed is used in this order; `codecs.register` and entry points of the group
``dicomspec.codecs`` add others, which come first.

================  =========================================================================================
imagecodecs       RLE, JPEG 8 and 12 bit, JPEG lossless, JPEG-LS, JPEG 2000, HTJ2K, JPEG XL; both ways. BSD licence,
                  wheels for all supported Pythons, and the only one for every family: this is ``dicomspec[pixels]``
own               native, encapsulated uncompressed, RLE, deflated frames: no library is needed
pyjpegls          JPEG-LS, both ways: with an older imagecodecs for other than 8 and 16 bits
pylibjpeg         JPEG and JPEG lossless, JPEG-LS (pylibjpeg-libjpeg, GPL), JPEG 2000 and HTJ2K (pylibjpeg-openjpeg)
Pillow            JPEG 8 bit, JPEG 2000 of 8 bits
PyAV              frames of MPEG-2, H.264 and HEVC video: this is ``dicomspec[video]``
================  =========================================================================================
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

_NAMES: Final = {
    "Codec": "codecs",
    "Frames": "frames",
    "Image": "image",
    "Window": "pictures",
    "apply_color_lut": "palette",
    "apply_icc_profile": "colour",
    "apply_modality_lut": "grey",
    "apply_presentation_lut": "grey",
    "apply_real_world_values": "grey",
    "apply_rescale": "grey",
    "apply_voi": "grey",
    "apply_voi_lut": "grey",
    "apply_windowing": "grey",
    "compress": "habits",
    "convert_color_space": "colour",
    "create_icc_transform": "colour",
    "decompress": "habits",
    "describe": "image",
    "edit_pixels": "editing",
    "encapsulate": "encapsulated",
    "encapsulate_extended": "encapsulated",
    "encode_png": "pictures",
    "expand_segments": "palette",
    "expand_ybr422": "native",
    "frames_of": "decoding",
    "generate_fragments": "encapsulated",
    "generate_frames": "encapsulated",
    "get_expected_length": "native",
    "get_frame": "encapsulated",
    "icc_profile_of": "colour",
    "iter_pixels": "decoding",
    "montage": "pictures",
    "overlay_array": "overlays",
    "overlay_groups": "overlays",
    "overlay_mask": "overlays",
    "pack_bits": "native",
    "padding_mask": "grey",
    "parse_basic_offsets": "encapsulated",
    "parse_fragments": "encapsulated",
    "pixel_array": "decoding",
    "pixel_aspect": "pictures",
    "read_palette": "palette",
    "register": "codecs",
    "render": "pictures",
    "resample": "pictures",
    "reshape_pixel_array": "native",
    "set_pixel_data": "habits",
    "set_pixels": "encoding",
    "transcode": "encoding",
    "transfer_syntax": "image",
    "unpack_bits": "native",
    "well_known_palette": "palette",
    "windows_of": "grey",
}
"""Public name -> the module of this package that has it."""

__all__ = sorted(_NAMES)


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES})
