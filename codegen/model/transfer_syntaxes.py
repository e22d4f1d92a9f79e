"""Transfer syntaxes and their properties: PS3.5 section 10 and Annex A."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ..yaml_io import SchemaError, choice, flag, mapping, number, only_keys, text

__all__ = [
    "FAMILIES",
    "CodecFamily",
    "TransferSyntax",
    "check_against_uids",
    "families_from_yaml",
    "transfer_syntaxes_from_yaml",
]

FAMILIES: Final = (
    "none", "jpeg", "jpeg-ls", "jpeg2000", "jpeg-xl", "htj2k", "jpip", "rle", "deflated-frame",
    "mpeg2", "h264", "hevc", "smpte2110", "mime", "xml",
)  # fmt: skip
_PIXELS: Final = ("native", "encapsulated", "referenced", "streamed", "none")
_KEYS: Final = (
    "keyword", "endian", "vr", "deflated", "pixels", "loss", "family", "fragmentable", "video", "retired", "section",
    "photometric",
)  # fmt: skip


@dataclass(frozen=True)
class TransferSyntax:
    """One transfer syntax.

    Attributes:
        uid, keyword: as in PS3.6 table A-1.
        endian: ``"little"`` or ``"big"``; ``"none"`` where the dataset is not the binary encoding of PS3.5 section 7.
        vr: ``"explicit"`` or ``"implicit"``; ``"none"`` as for `endian`.
        deflated: whether the dataset as a whole is deflated.
        pixels: where the pixel data are: ``"native"``, ``"encapsulated"`` in fragments, ``"referenced"`` by URL,
            ``"streamed"`` beside the dataset, or ``"none"``.
        loss: ``"uncompressed"``, ``"lossless"``, ``"lossy"``, ``"either"``, or ``"recompression"`` (lossless with
            respect to a JPEG stream that was lossy itself).
        family: codec family, one of `FAMILIES`.
        fragmentable: whether a frame of video may span several fragments.
        video: whether the pixel data are a video stream.
        retired: whether it is retired.
        section: section of PS3.5 (or the retirement) that decides.
        photometric: the Photometric Interpretations of the standard that it can carry; empty where no table says.
    """

    uid: str
    keyword: str
    endian: str
    vr: str
    deflated: bool
    pixels: str
    loss: str
    family: str
    fragmentable: bool
    video: bool
    retired: bool
    section: str
    photometric: tuple[str, ...] = ()

    @property
    def encapsulated(self) -> bool:
        return self.pixels == "encapsulated"

    @classmethod
    def from_yaml(cls, uid: str, data: Any, where: str) -> TransferSyntax:
        only_keys(data, _KEYS, where)
        photometric = data.get("photometric", [])
        if not isinstance(photometric, list) or not all(isinstance(each, str) for each in photometric):
            raise SchemaError("", f"{where}.photometric", "a list of Photometric Interpretations", photometric)
        return cls(
            uid=uid,
            keyword=text(data, "keyword", where),
            endian=choice(data, "endian", where, ("little", "big", "none")),
            vr=choice(data, "vr", where, ("explicit", "implicit", "none")),
            deflated=flag(data, "deflated", where, False),
            pixels=choice(data, "pixels", where, _PIXELS),
            loss=choice(data, "loss", where, ("uncompressed", "lossless", "lossy", "either", "recompression", "none")),
            family=choice(data, "family", where, FAMILIES),
            fragmentable=flag(data, "fragmentable", where, False),
            video=flag(data, "video", where, False),
            retired=flag(data, "retired", where, False),
            section=text(data, "section", where, ""),
            photometric=tuple(photometric),
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {key: getattr(self, key) for key in _KEYS}
        row["photometric"] = list(self.photometric)
        return {key: value for key, value in row.items() if value not in (False, "", [])}


@dataclass(frozen=True)
class CodecFamily:
    """What is asked of compressed pixels of one family of codecs.

    Attributes:
        name: one of `FAMILIES`.
        bits: the most bits that may be stored.
        method: defined term of Lossy Image Compression Method (PS3.3 C.7.6.1.1.5.1).
        section: section of PS3.5.
        start: what a codestream starts with, SOI or SOC, as hexadecimal digits; empty where that varies.
    """

    name: str
    bits: int
    method: str
    section: str
    start: str = ""


def families_from_yaml(data: Any, where: str = "") -> tuple[CodecFamily, ...]:
    """The rows of ``{families: {name: row}}``."""
    found = []
    for name, row in mapping(data.get("families"), f"{where}families").items():
        place = f"{where}families.{name}"
        if name not in FAMILIES:
            raise SchemaError("", place, f"one of {', '.join(FAMILIES)}", name)
        only_keys(row, ("bits", "method", "section", "start"), place)
        bits, start = number(row, "bits", place), text(row, "start", place, "")
        found.append(CodecFamily(name, bits, text(row, "method", place), text(row, "section", place), start))
    return tuple(found)


def transfer_syntaxes_from_yaml(data: Any, where: str = "") -> tuple[TransferSyntax, ...]:
    """The rows of ``{transfer_syntaxes: {uid: row}}``."""
    rows = mapping(data.get("transfer_syntaxes"), f"{where}transfer_syntaxes")
    return tuple(TransferSyntax.from_yaml(uid, row, f"{where}transfer_syntaxes.{uid}") for uid, row in rows.items())


def check_against_uids(rows: Iterable[TransferSyntax], registered: Iterable[Any]) -> None:
    """Every Transfer Syntax UID has a row and the reverse, with the same keyword and retirement.

    Raises:
        SchemaError: naming the UIDs without a partner, or the first row that differs.
    """
    by_uid = {row.uid: row for row in rows}
    table = {uid.uid: uid for uid in registered if uid.type == "Transfer Syntax"}
    path = "transfer_syntaxes.yaml"
    if missing := sorted(table.keys() - by_uid.keys()):
        raise SchemaError(path, "transfer_syntaxes", "a row for each Transfer Syntax UID", f"none for {missing}")
    if stray := sorted(by_uid.keys() - table.keys()):
        raise SchemaError(path, "transfer_syntaxes", "only UIDs of uids.yaml", stray)
    for uid, row in by_uid.items():
        for key in ("keyword", "retired"):
            stated, expected = getattr(row, key), getattr(table[uid], key)
            if stated != expected:
                raise SchemaError(path, f"transfer_syntaxes.{uid}.{key}", repr(expected), stated)
