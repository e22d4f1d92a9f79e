"""Private elements: the dictionaries of dicom3tools, GDCM and dicom-private-dicts, joined.

An element is known by its creator (without case or extra blanks), group and the byte that the private block leaves
free (PS3.5 7.8.1). The sources are asked in order: the first VR that is not UN, with its multiplicity, and the first
name that is one. Each creator goes to the file of its vendor.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from ..docbook import open_text
from ..model.private import PrivateCreator, PrivateElement, PrivateVendor, normalise
from .base import Errata, ImportFault

__all__ = ["join", "read_private"]


@dataclass(frozen=True)
class Entry:
    """One row of a source, and the vendor its file stands for ("" if it has none)."""

    creator: str
    element: PrivateElement
    vendor: str = ""


# Vendor of each file of the sources; "other" and files of all vendors have none.
_VENDOR_OF_FILE: Final = {
    "acuson": "acuson", "agfa": "agfa", "camtron": "camtronics", "dicondep": "diconde", "elscint": "elscint",
    "fuji": "fujifilm", "gems": "ge", "hitachi": "hitachi", "isg": "isg", "papyrus": "papyrus", "philips": "philips",
    "picker": "picker", "pms": "philips", "siemens": "siemens", "spi": "spi", "toshiba": "canon_toshiba",
    "other": "", "privatedicts": "",
}  # fmt: skip
# Vendor by the start of the creator, for those that no vendor's file holds.
_VENDOR_OF_CREATOR: Final = (
    ("ACUSON", "acuson"), ("AGFA", "agfa"), ("BRAINLAB", "brainlab"), ("CANON_MEC", "canon_toshiba"),
    ("CARDIO-SMS", "siemens"), ("ELGEMS", "ge"), ("FDMS", "fujifilm"), ("FOEM", "fujifilm"), ("GEMS", "ge"),
    ("HOLOGIC", "hologic"), ("INTEGRIS", "philips"), ("ISG", "isg"), ("LORAD", "hologic"), ("PHILIPS", "philips"),
    ("PMTF", "canon_toshiba"), ("SIEMENS", "siemens"), ("SPI-P", "philips"), ("TOSHIBA", "canon_toshiba"),
    ("UIH", "united_imaging"), ("VARIAN", "varian"), ("IMPAC", "elekta"), ("ATL ", "philips"),
    ("3DHISTECH", "histech_3d"), ("MEVIS", "mevis"), ("SCHICK", "schick"), ("SECTRA", "sectra"), ("VEPRO", "vepro"),
    ("CARESTREAM", "carestream"), ("KODAK", "carestream"), ("PRAMANA", "pramana"), ("INTELERAD", "intelerad"),
    ("SEGAMI", "segami"), ("QVA", "ge"), ("METAEMOTION", "metaemotion"),
)  # fmt: skip
_OTHER: Final = "other"
_NAMELESS: Final = ("", "?", "Unknown")
_VM: Final = re.compile(r"\d+(-(\d*n|\d+))?")
_TPL: Final = re.compile(r"\(([0-9A-Fa-fx]{4}),([0-9A-Fa-f]{4})\)\s+(\w+=.*)")
_PAIR: Final = re.compile(r'(\w+)="([^"]*)"')
_FIELDS: Final = ("vr", "vm")


def read_private(path: Path, vrs: frozenset[str], errata: Errata) -> list[Entry]:
    """The rows of one source: a tar of ``.tpl`` or XML files, or one XML file; perhaps xz-compressed.

    Raises:
        ImportFault: something is not as expected.
    """
    entries: list[Entry] = []
    for name, content in _members(path):
        stem = re.sub(r".*-", "", name.partition(".")[0])
        if stem not in _VENDOR_OF_FILE:
            raise ImportFault(path.name, "", name, "a file of a known vendor", stem)
        read: Callable[[str, bytes], Iterator[tuple[int, str, str, str, dict[str, str]]]]
        read = _tpl_rows if name.endswith(".tpl") else _xml_rows
        for row, creator, group, element, cells in read(name, content):
            vr, vm = errata.correct("", _FIELDS, (cells["vr"], cells["vm"]))
            tag = _tag(name, row, group, element)
            made = PrivateElement(tag, vr, vm, _name(cells.get("name", "")))
            _check(name, row, creator, made, vrs)
            entries.append(Entry(creator.strip(), made, _VENDOR_OF_FILE[stem]))
    errata.finish()
    return entries


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a source by name."""
    with open_text(path) as stream:
        content = stream.read()
    name = path.name.removesuffix(".xz")
    if not name.endswith(".tar"):
        yield name, content
        return
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            opened = archive.extractfile(member)
            if opened is not None and member.name.endswith((".tpl", ".xml")):
                yield member.name, opened.read()


def _tpl_rows(name: str, content: bytes) -> Iterator[tuple[int, str, str, str, dict[str, str]]]:
    for row, line in enumerate(content.decode("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _TPL.fullmatch(line.strip())
        cells = dict(_PAIR.findall(match[3])) if match else {}
        if match is None or not {"VR", "VM", "Owner"} <= cells.keys():
            raise ImportFault(name, "", row, "(gggg,eeee) with VR, VM and Owner", line)
        yield row, cells["Owner"], match[1], match[2], {k.lower(): v for k, v in cells.items()}


def _xml_rows(name: str, content: bytes) -> Iterator[tuple[int, str, str, str, dict[str, str]]]:
    for row, node in enumerate(ET.fromstring(content), 1):
        cells = dict(node.attrib)
        if node.tag != "entry" or not {"owner", "group", "element", "vr", "vm"} <= cells.keys():
            raise ImportFault(name, "", row, "an entry with owner, group, element, vr and vm", cells)
        yield row, cells["owner"], cells["group"], cells["element"], cells


def _tag(name: str, row: int, group: str, element: str) -> str:
    """``(gggg,xxee)``; an element such as ``10xx`` stands for a whole block and stays."""
    group, element = (digits.upper().replace("X", "x") for digits in (group, element))
    if not re.fullmatch(r"[0-9A-F]{2}([0-9A-F]{2}|xx)", group) or not re.fullmatch(r"[0-9A-Fx]{4}", element):
        raise ImportFault(name, "", row, "group and element of four digits", f"{group},{element}")
    return f"({group},{element})" if element.endswith("xx") else f"({group},xx{element[2:]})"


def _name(text: str) -> str:
    text = " ".join(text.split())
    return "" if text in _NAMELESS else text


def _check(name: str, row: int, creator: str, element: PrivateElement, vrs: frozenset[str]) -> None:
    if not creator.strip() or not vrs.issuperset(element.vr.split(" or ")) or not _VM.fullmatch(element.vm):
        raise ImportFault(name, "", row, "a creator, known VRs and a multiplicity", (creator, element.vr, element.vm))


def join(sources: Iterable[Iterable[Entry]], names: tuple[str, ...]) -> tuple[PrivateVendor, ...]:
    """One entry a vendor from the rows of all sources, the preferred source first; ``names`` are theirs."""
    spelling: dict[str, str] = {}
    vendor: dict[str, str] = {}
    joined: dict[tuple[str, str], PrivateElement] = {}
    for entry in (entry for source in sources for entry in source):
        key = normalise(entry.creator)
        spelling.setdefault(key, entry.creator)
        if entry.vendor:
            vendor.setdefault(key, entry.vendor)
        place = (key, entry.element.tag)
        joined[place] = _merge(joined[place], entry.element) if place in joined else entry.element
    files: dict[str, dict[str, list[PrivateElement]]] = {}
    for (key, _), element in sorted(joined.items()):
        files.setdefault(vendor.get(key) or _vendor_of(key), {}).setdefault(key, []).append(element)
    return tuple(
        PrivateVendor(name, names, tuple(PrivateCreator(spelling[key], tuple(rows)) for key, rows in creators.items()))
        for name, creators in sorted(files.items())
    )


def _merge(first: PrivateElement, second: PrivateElement) -> PrivateElement:
    if first.vr == "UN" and second.vr != "UN":
        first = replace(first, vr=second.vr, vm=second.vm)
    return first if first.name or not second.name else replace(first, name=second.name)


def _vendor_of(creator: str) -> str:
    return next((vendor for start, vendor in _VENDOR_OF_CREATOR if creator.startswith(start)), _OTHER)
