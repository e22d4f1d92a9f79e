"""A file explained byte by byte, with the issues of reading at their place.

`wire.explain` cuts the bytes up as the standard lays them out; here the reader says how the dataset is truly encoded,
gives the bytes of a deflated one, and tells what was wrong where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from dicomspec import dicomio, paths
from dicomspec._generated import wire as names
from dicomspec.edition import Edition, edition_for
from dicomspec.errors import DicomError, Issue
from dicomspec.files import Source, open_source
from dicomspec.wire.encoding import Encoding, syntax_of
from dicomspec.wire.explain import UNPARSED, Field, explain
from dicomspec.wire.part10 import Part10
from dicomspec.wire.reading import Reading

__all__ = ["Annotated", "explain_file"]


class Annotated(NamedTuple):
    """Some bytes, what they are, and what is wrong with them.

    Attributes:
        field: offset, bytes, structure, name and meaning.
        issues: the issues of reading that were found at these bytes.
        inflated: whether the offset is one in the inflated dataset, not in the file.
    """

    field: Field
    issues: tuple[Issue, ...]
    inflated: bool


def explain_file(fp: Any, **options: Any) -> Iterator[Annotated]:
    """All bytes of a file, in order, without gap; behind those of a deflated dataset come the inflated ones.

    Args:
        fp: whatever `dicomio.read_file` reads; it need not be DICOM.
        options: those of `dicomio.read_file`.

    Raises:
        OSError: the file cannot be opened.
    """
    source = open_source(fp)
    edition = edition_for(options.get("edition"))
    try:
        ds = dicomio.read_file(source.buffer, **{"force": True, **options})
        issues = ds.issues
    except DicomError as error:
        yield from _annotate(explain(source.buffer, edition=edition), [error.issue], False)
        return
    file, reading = ds._file, ds._origin
    if file is None or not isinstance(reading, Reading):
        yield from _annotate(explain(source.buffer, edition=edition), issues, False)
    elif reading.source is file.source:
        yield from _annotate(_fields(source, file, reading.encoding, edition), issues, False)
    else:
        inner = [issue for issue in issues if _is_inside(issue, edition)]
        yield from _annotate(
            explain(source.buffer, edition=edition), [issue for issue in issues if issue not in inner], False
        )
        yield from _annotate(explain(reading.buffer, encoding=_key(reading.encoding), edition=edition), inner, True)


def _fields(source: Source, file: Part10, encoding: Encoding, edition: Edition) -> Iterator[Field]:
    """The dataset as the transfer syntax says, or in the encoding that it really has, if that is another."""
    element = file.meta._element(names.TRANSFER_SYNTAX_UID)
    said = str(element.value).strip() if element is not None and element.value else ""
    if file.preamble is not None and said and syntax_of(said).encoding is encoding:
        yield from explain(source.buffer, edition=edition)
        return
    opening = 0 if file.preamble is not None else file.meta._begin
    if opening:
        yield Field(0, opening, "", UNPARSED, "", bytes(source.buffer[:opening]), "not what a file starts with")
    if opening < file.start:
        yield from _up_to(file.start, explain(source.buffer, start=opening, edition=edition))
    yield from explain(source.buffer, encoding=_key(encoding), start=file.start, edition=edition)


def _up_to(end: int, fields: Iterable[Field]) -> Iterator[Field]:
    """The fields before an offset; one that reaches beyond it is cut."""
    for field in fields:
        if field.offset >= end:
            return
        size = min(field.size, end - field.offset)
        yield field._replace(size=size, raw=field.raw[:size])


def _key(encoding: Encoding) -> str:
    return f"{'implicit' if encoding.implicit else 'explicit'}_{'big' if encoding.big_endian else 'little'}"


def _is_inside(issue: Issue, edition: Edition) -> bool:
    """Whether the issue is about an element of the dataset, not about the file or its file meta elements."""
    if not issue.path:
        return False
    tag = paths.tag_of(paths.parse(issue.path)[0], "", edition)
    return tag.group != names.META_GROUP


def _annotate(fields: Iterable[Field], issues: list[Issue], inflated: bool) -> Iterator[Annotated]:
    """Each field with the issues at its bytes; those without go with the first, those past the end with the last."""
    rest = sorted(issues, key=_offset)
    waiting: Field | None = None
    for field in fields:
        if waiting is not None:
            end = waiting.offset + waiting.size
            count = next((at for at, issue in enumerate(rest) if _offset(issue) >= end), len(rest))
            yield Annotated(waiting, tuple(rest[:count]), inflated)
            del rest[:count]
        waiting = field
    if waiting is not None:
        yield Annotated(waiting, tuple(rest), inflated)


def _offset(issue: Issue) -> int:
    return issue.offset or 0
