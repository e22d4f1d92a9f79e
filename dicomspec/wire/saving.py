"""From a dataset to a DICOM file (PS3.10 7): which encoding, what comes before the dataset, what wraps it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeAlias

from dicomspec._generated import wire as names
from dicomspec._generated.vr import VRS
from dicomspec.element import step_of
from dicomspec.elements import Elements
from dicomspec.errors import WriteError
from dicomspec.files import Chunk
from dicomspec.version import __version__
from dicomspec.wire.changes import find_changed
from dicomspec.wire.encoding import EXPLICIT_LITTLE, Syntax, encoding_of, syntax_of
from dicomspec.wire.part10 import Part10
from dicomspec.wire.reading import Reading
from dicomspec.wire.writer import encode

__all__ = [
    "IMPLEMENTATION_CLASS_UID",
    "IMPLEMENTATION_VERSION_NAME",
    "NOT_ASKED",
    "Plan",
    "complete_meta",
    "file_chunks",
    "fill",
    "missing_meta",
    "plan_for",
    "syntax_to_write",
    "target_syntax",
]

EXPLICIT_UID: Final = "1.2.840.10008.1.2.1"
Asked: TypeAlias = "tuple[bool | None, bool | None]"
"""Whether implicit VR and little endian were asked for; None where nothing was said."""

NOT_ASKED: Final[Asked] = (None, None)

IMPLEMENTATION_CLASS_UID: Final = "2.25.109801926959719116880343329664558502262"
IMPLEMENTATION_VERSION_NAME: Final = f"DICOMSPEC_{__version__}"[: VRS["SH"].max_length]


def target_syntax(
    file: Part10 | None, meta: Elements | None, implicit_vr: bool | None, little_endian: bool | None
) -> Syntax | None:
    """The syntax to write in: that of the file meta elements, of the arguments, of the source; None if nothing tells.

    Raises:
        WriteError: the arguments contradict the file meta elements.
    """
    if file is not None and meta is file.meta and implicit_vr is little_endian is None and _is_syntax_as_read(file):
        return file.syntax
    uid = str(meta.get("TransferSyntaxUID") or "").strip(" \0") if meta is not None else ""
    asked = None
    if implicit_vr is not None or little_endian is not None:
        implicit = bool(implicit_vr)
        asked = encoding_of(implicit, little_endian is False)
    if not uid:
        if asked is not None:
            return Syntax("", asked, encapsulated=file.syntax.encapsulated if file else False)
        return file.syntax if file is not None else None
    syntax = file.syntax if file is not None and file.syntax.uid == uid else syntax_of(uid)
    if asked is not None and asked is not syntax.encoding:
        raise WriteError(
            f"the file meta elements say {syntax.encoding.name} ({uid}), but {asked.name} was asked for;"
            " change file_meta.TransferSyntaxUID to convert",
            path="TransferSyntaxUID",
        )
    return syntax


def _is_syntax_as_read(file: Part10) -> bool:
    """Whether nobody looked at the transfer syntax since it was read, so that nobody can have changed it."""
    return type(file.meta._slots.get(names.TRANSFER_SYNTAX_UID)) is int


def syntax_to_write(body: Elements, file: Part10 | None, meta: Elements | None, asked: Asked) -> Syntax:
    """The syntax to write in: `target_syntax`, or the encoding that the elements were read in.

    Raises:
        WriteError: nothing tells the encoding.
    """
    syntax = target_syntax(file, meta, *asked)
    if syntax is not None:
        return syntax
    if isinstance(body._origin, Reading):
        return Syntax("", body._origin.encoding)
    raise WriteError("the encoding is not known: set file_meta.TransferSyntaxUID, or say implicit_vr and little_endian")


def file_chunks(
    body: Elements, meta: Elements | None, preamble: bytes | None, file: Part10 | None, syntax: Syntax
) -> Iterable[Chunk]:
    """All bytes of the file. What was read and is not changed is copied, a file without any change as a whole."""
    _check_pixels(body, file, syntax)
    head = _head(meta, preamble, file)
    dataset = _unchanged_dataset(body, file, syntax)
    if dataset is not None:
        return [*head, *dataset]
    chunks = encode(body, syntax.encoding, encapsulated=syntax.encapsulated)
    return [*head, *(_deflated(chunks) if syntax.deflated else chunks)]


def _unchanged_dataset(body: Elements, file: Part10 | None, syntax: Syntax) -> list[Chunk] | None:
    """The bytes of a deflated dataset that was not changed; other datasets are copied by the writer."""
    if file is None or not syntax.deflated or file.syntax is not syntax:
        return None
    body._complete()
    if body._only is not None or id(body) in find_changed(body, syntax.encoding):
        return None
    origin = body._origin
    if not isinstance(origin, Reading) or body._end != len(origin.buffer):
        return None
    return [memoryview(file.source.buffer)[file.start :]]


def _head(meta: Elements | None, preamble: bytes | None, file: Part10 | None) -> list[Chunk]:
    """What comes before the dataset."""
    if file is not None and _is_meta_of(file, meta) and preamble == file.preamble:
        encoding = file.meta._origin.encoding if isinstance(file.meta._origin, Reading) else EXPLICIT_LITTLE
        if meta is not None and id(meta) not in find_changed(meta, encoding):
            return [bytes(file.source.buffer[: file.start])]
    head: list[Chunk] = []
    if file is not None and preamble == file.preamble:  # what there is of it
        head.append(bytes(file.source.buffer[: file.meta._begin]))
    elif preamble is not None:
        if len(preamble) != names.PREAMBLE_SIZE:
            raise WriteError(
                f"the preamble has {len(preamble)} bytes, not {names.PREAMBLE_SIZE}", reference="PS3.10 7.1"
            )
        head += [preamble, names.PREFIX]
    if meta is not None and len(meta):
        origin = meta._origin
        head += encode(meta, origin.encoding if isinstance(origin, Reading) else EXPLICIT_LITTLE)
    return head


def _is_meta_of(file: Part10, meta: Elements | None) -> bool:
    """Whether these are the file meta elements that were read, or a copy of them."""
    return meta is not None and meta._origin is file.meta._origin and meta._begin == file.meta._begin


def _deflated(chunks: Iterable[Chunk]) -> list[Chunk]:
    """A bare deflate stream, padded to even length (PS3.5 A.5)."""
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    parts: list[Chunk] = [part for chunk in chunks if (part := deflater.compress(chunk))]
    parts.append(deflater.flush())
    if sum(map(len, parts)) & 1:
        parts.append(b"\0")
    return parts


def _check_pixels(body: Elements, file: Part10 | None, syntax: Syntax) -> None:
    """Compressed pixels stay compressed: changing the transfer syntax alone does not decode them."""
    if file is None or syntax.encapsulated == file.syntax.encapsulated:
        return
    element = body._element(names.PIXEL_DATA)
    if element is None or element.raw is None:
        return
    if element.is_undefined_length != syntax.encapsulated:
        done = "decompressed" if file.syntax.encapsulated else "compressed"
        raise WriteError(
            f"Pixel Data is to be {done} before the transfer syntax is changed to {syntax.uid or syntax.encoding.name}",
            path="PixelData",
            reference="PS3.5 A.4",
        )


def check_groups(body: Elements) -> None:
    """File meta elements do not belong into the dataset; those that were read there may stay.

    Raises:
        WriteError: one was put in.
    """
    put_in = body._slots if body._origin is None else body._added or ()
    for tag in put_in:
        if tag >> 16 == names.META_GROUP:
            step = step_of(tag)
            raise WriteError(f"{step} is a file meta element: set file_meta.{step}", path=step, reference="PS3.10 7.1")


# -- file meta elements (PS3.10 7.1) -----------------------------------------------------------------------


class Plan(NamedTuple):
    """What is done about the file meta elements before writing.

    Attributes:
        fills: whether those that are missing are filled in, and the preamble.
        demands: whether it is an error if one has no value then.
        explicit: whether Explicit VR Little Endian is taken where no transfer syntax is told.
    """

    fills: bool
    demands: bool
    explicit: bool = False


# Whether the dataset was built (not read from a file), has file meta elements, and is told its encoding otherwise.
_PLANS: Final = {
    (True, True, True): Plan(fills=True, demands=False),
    (True, True, False): Plan(fills=True, demands=False, explicit=True),
    (True, False, True): Plan(fills=False, demands=False),  # the elements alone
    (True, False, False): Plan(fills=True, demands=True, explicit=True),
}
_AS_READ: Final = Plan(fills=False, demands=False)


def plan_for(body: Elements, file: Part10 | None, meta: Elements | None, asked: Asked, enforce: bool) -> Plan:
    """What is done about the file meta elements of a dataset that was, or was not, read from ``file``."""
    asks = asked != NOT_ASKED
    if enforce:
        return Plan(fills=True, demands=True, explicit=file is None and not asks)
    if file is not None:
        return _AS_READ
    has_meta = bool(meta)
    return _PLANS[True, has_meta, asks or (not has_meta and body._origin is not None)]


def fill(meta: Elements, body: Elements, plan: Plan) -> None:
    """Fill in what is missing of the file meta elements.

    Raises:
        WriteError: the plan demands an element that can be had from nowhere.
    """
    missing = missing_meta(meta, body)
    if plan.explicit and "TransferSyntaxUID" in missing:
        missing.remove("TransferSyntaxUID")
    if missing and plan.demands:
        raise WriteError(
            f"a DICOM file needs {', '.join(missing)} in file_meta (PS3.10 7.1); to write the elements alone,"
            " say implicit_vr and little_endian",
            code="file-meta",
        )
    if plan.explicit and not meta.get("TransferSyntaxUID"):
        meta.update({"TransferSyntaxUID": EXPLICIT_UID})
    complete_meta(meta, body)


def complete_meta(meta: Elements, body: Elements) -> None:
    """Fill in the file meta elements that can be made of the dataset and of this library."""
    for keyword, source in names.META_FROM_DATASET.items():
        if not meta.get(keyword) and body.get(source):
            setattr(meta, keyword, body.get(source))
    defaults: dict[str, Any] = {
        **names.META_CONSTANTS,
        "ImplementationClassUID": IMPLEMENTATION_CLASS_UID,
        "ImplementationVersionName": IMPLEMENTATION_VERSION_NAME,
    }
    for keyword, value in defaults.items():
        if not meta.get(keyword):
            setattr(meta, keyword, value)
    if "FileMetaInformationGroupLength" not in meta:
        meta.update({"FileMetaInformationGroupLength": 0})  # counted when it is written


def missing_meta(meta: Elements, body: Elements) -> list[str]:
    """The required file meta elements that have no value, and cannot have one from the dataset."""
    sources = names.META_FROM_DATASET
    return [
        keyword
        for keyword in names.META_REQUIRED
        if not meta.get(keyword) and not (keyword in sources and body.get(sources[keyword]))
    ]
