"""File meta elements (PS3.10 7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dicomspec._generated import wire as names
from dicomspec.edition import DEFAULT
from dicomspec.validation.nodes import File
from dicomspec.validation.rule import Finding, file_rule

__all__: list[str] = []

REQUIRED: Final = (
    "FileMetaInformationGroupLength",
    "FileMetaInformationVersion",
    "MediaStorageSOPClassUID",
    "MediaStorageSOPInstanceUID",
    "TransferSyntaxUID",
    "ImplementationClassUID",
)
VERSION: Final = b"\x00\x01"


@file_rule("meta-missing", "meta", "error", "a file meta element that each file has is missing or empty", "PS3.10 7.1")
def meta_missing(file: File) -> Iterator[Finding]:
    if file.meta is None or file.part10 is None or not len(file.meta):
        return
    for keyword in REQUIRED:
        element = file.meta._element(DEFAULT.keywords[keyword])
        if element is None or element.is_empty:
            state = "missing" if element is None else "empty"
            yield Finding(DEFAULT.keywords[keyword], f"{state}; each file has it with a value (Type 1)")


@file_rule("meta-version", "meta", "error", "a File Meta Information Version other than 00 01", "PS3.10 7.1")
def meta_version(file: File) -> Iterator[Finding]:
    value = None if file.meta is None else file.meta.get("FileMetaInformationVersion")
    if isinstance(value, bytes) and value and not (len(value) == len(VERSION) and value[1] & 1):
        yield Finding(DEFAULT.keywords["FileMetaInformationVersion"], f"{value.hex(' ')}; the version is 00 01")


@file_rule("meta-private", "meta", "error", "private file meta information without its creator", "PS3.10 7.1")
def meta_private(file: File) -> Iterator[Finding]:
    if file.meta is None:
        return
    both = [DEFAULT.keywords[name] for name in ("PrivateInformationCreatorUID", "PrivateInformation")]
    creator, information = (file.meta._element(tag) is not None for tag in both)
    if information and not creator:
        yield Finding(both[0], "missing; Private Information is there, and needs it (Type 1C)")
    if creator and not information:
        yield Finding(both[1], "missing; Private Information Creator UID is there, and needs it (Type 1C)", "warning")


@file_rule("preamble-use", "meta", "info", "a preamble that holds something", "PS3.10 7.1")
def preamble_use(file: File) -> Iterator[Finding]:
    preamble = None if file.part10 is None else file.part10.preamble
    if preamble is not None and preamble.strip(b"\0"):
        dual = " of a TIFF file" if preamble[:2] in (b"II", b"MM") else ""
        yield Finding(None, f"the {names.PREAMBLE_SIZE} bytes of the preamble hold data{dual}: look what, if in doubt")
