"""pydicom's names for what `set_pixels` and `transcode` do."""

from __future__ import annotations

from typing import Any

from dicomspec.elements import Elements
from dicomspec.errors import PixelError
from dicomspec.pixels.decoding import pixel_array
from dicomspec.pixels.encoding import DEFAULT_SYNTAX, set_pixels, transcode
from dicomspec.pixels.header import give_new_uid
from dicomspec.pixels.image import syntax_of_body, transfer_syntax

__all__ = ["compress", "decompress", "set_pixel_data"]


def compress(
    ds: Elements,
    transfer_syntax_uid: str,
    arr: Any = None,
    *,
    encoding_plugin: str = "",
    encapsulate_ext: bool = False,
    generate_instance_uid: bool = True,
    jls_error: int | None = None,
    j2k_psnr: list[float] | None = None,
    **options: Any,
) -> None:
    """Compress the pixels, or an array in their place.

    Args:
        ds: the dataset.
        transfer_syntax_uid: UID, keyword or short name.
        arr: as for `set_pixels`.
        encoding_plugin: name of the codec to use.
        encapsulate_ext: with an Extended Offset Table instead of the basic one.
        generate_instance_uid: give a new SOP Instance UID.
        jls_error, j2k_psnr: as in pydicom; of several layers the last counts. Ratios (``j2k_cr``) cannot be asked for.
        options: as for `set_pixels`.
    """
    table = "extended" if encapsulate_ext else "basic"
    if "j2k_cr" in options:
        raise PixelError("a compression ratio cannot be asked for; j2k_psnr can")
    options |= {} if jls_error is None else {"error": jls_error}
    options |= {} if j2k_psnr is None else {"psnr": list(j2k_psnr)[-1]}
    more: dict[str, Any] = {"offset_table": table, "encoding_plugin": encoding_plugin, "new_uid": generate_instance_uid}
    if arr is not None:
        set_pixels(ds, arr, transfer_syntax_uid, **more, **options)
    else:
        transcode(ds, transfer_syntax_uid, **more, **options)


def decompress(
    ds: Elements, *, as_rgb: bool = True, generate_instance_uid: bool = True, decoding_plugin: str = ""
) -> None:
    """Make compressed pixels native (Explicit VR Little Endian).

    Args:
        ds: the dataset.
        as_rgb: make YBR_FULL RGB too; what a codec alone makes of RGB becomes RGB anyhow.
        generate_instance_uid: give a new SOP Instance UID.
        decoding_plugin: name of the codec to use.
    """
    transcode(ds, DEFAULT_SYNTAX, decoding_plugin=decoding_plugin, new_uid=generate_instance_uid)
    if as_rgb and str(ds.get("PhotometricInterpretation")).startswith("YBR_FULL"):
        set_pixels(ds, pixel_array(ds), photometric="RGB")


def set_pixel_data(
    ds: Elements, arr: Any, photometric_interpretation: str, bits_stored: int, *, generate_instance_uid: bool = True
) -> None:
    """Put an array in as native pixels."""
    syntax = syntax_of_body(ds)
    native = bool(syntax) and transfer_syntax(syntax).pixels == "native"
    set_pixels(
        ds, arr, syntax if native else DEFAULT_SYNTAX, photometric=photometric_interpretation, bits_stored=bits_stored
    )
    if generate_instance_uid:
        give_new_uid(ds)
