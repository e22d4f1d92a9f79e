"""A dataset as the Python that builds it: running the script gives an equal one.

The class of the IOD is used where there is one. Values are assigned by keyword where the dictionary has the element
with its VR, on the dataset itself what the IOD does not have, and put in by tag and VR elsewhere. A value that no
assignment gives, such as text that is no number in a number, is read from its bytes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from dicomspec.dataset import Dataset
from dicomspec.edition import DEFAULT
from dicomspec.element import DataElement, accept, convert, same_vr
from dicomspec.errors import DicomError
from dicomspec.typed import Item, SequenceOf, Value, class_of
from dicomspec.values import normalise_terms
from dicomspec.values.multi import same

__all__ = ["codify"]

WIDTH: Final = 88
"""Columns of a line, as formatters have it."""
INDENT: Final = "    "
LONGEST: Final = 20
"""Characters of the name of a view."""
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def codify(ds: Dataset, *, source: str | None = None, limit: int = 64, target: str = "new.dcm") -> str:
    """The source text of a script that makes ``ds`` again, and saves it when it is run as a program.

    Args:
        ds: the dataset; its file meta elements and preamble are made too.
        source: the file that binary values of more than ``limit`` bytes are taken from; None to write them out.
        limit: in bytes.
        target: the file that the script saves.
    """
    return _Script(ds, source, limit).text(target)


class _Part(NamedTuple):
    """A dataset or item, and what the script calls it: by which name, made by what, and where it is in the source.

    Attributes:
        kind, view: the class of the IOD or of the items, and the name of the view; none where there is none.
    """

    name: str
    body: Any
    made: str
    place: str
    kind: type[Item] | None = None
    view: str = ""

    @property
    def dataset(self) -> str:
        return f"{self.name}.dataset" if self.view == self.name else self.name

    def field(self, element: DataElement) -> Value[Any, Any] | None:
        """The attribute of the class that gives the element, if there is one."""
        found = getattr(self.kind, element.keyword, None) if element.keyword and _by_keyword(element) else None
        return found if isinstance(found, Value) else None


class _Script:
    def __init__(self, ds: Dataset, source: str | None, limit: int) -> None:
        self.ds = ds
        self.source = source
        self.limit = limit
        self.checked = True  # whether all values keep the rules of the standard
        self.uses_source = self.reads = False
        self.count: dict[str, int] = {}
        self.kind = class_of(ds)

    def text(self, target: str) -> str:
        meta = getattr(self.ds, "file_meta", None)
        lines = [] if meta is None else ["", "# File meta elements", *self._body("file_meta", meta, "FileMetaDataset")]
        lines += ["", "# Dataset", *self._body("ds", self.ds, "Dataset")]
        if meta is not None:
            lines.append("ds.file_meta = file_meta")
        preamble = getattr(self.ds, "preamble", None)
        if preamble is not None:
            lines += [
                f"ds.preamble = {_hex('ds.preamble = ', preamble) if any(preamble) else f'bytes({len(preamble)})'}"
            ]
        if meta is None or not meta.get("TransferSyntaxUID"):
            implicit, little = self.ds.original_encoding
            options = f", implicit_vr={implicit is not False}, little_endian={little is not False}"
        else:
            options = ""
        end = ["", 'if __name__ == "__main__":', f"{INDENT}ds.save_as({_quoted(target)}{options})"]
        names = [name for name, used in (("Dataset", True), ("FileMetaDataset", meta is not None)) if used]
        names += ["dcmread"] if self.uses_source else []
        head = ["from dicomspec import " + ", ".join(names)]
        head += ["from dicomspec.dicomio import read_dataset"] if self.reads else []
        if self.source is not None and self.uses_source:
            path = _quoted(self.source)
            head += ["", _call("source = dcmread", [], lambda start: path)]
        if self.kind is not None:
            head += [f"from dicomspec.iods import {self.kind.__name__}"]
        body = re.sub("\n{3,}", "\n\n", "\n".join([*head, *lines, *end])) + "\n"
        return body if self.checked else re.sub(r"(?m)^(\w+ = (?:FileMeta)?Dataset)\(\)$", r"\1(check=False)", body)

    def _body(self, name: str, body: Any, made: str) -> Iterator[str]:
        """The lines that make a dataset and all in it; nesting costs no recursion."""
        work: list[Any] = [_Part(name, body, made, {"ds": "source", "file_meta": "source.file_meta"}[name])]
        while work:
            task = work.pop()
            if isinstance(task, str):
                yield task
                continue
            yield _assigned(f"{task.name} = ", f"{task.made}()")
            if task.name == "ds" and self.kind is not None:
                view = _view_name(self.kind.__name__)
                yield f"ds.SOPClassUID = {_one(body.SOPClassUID)}"
                yield _assigned(f"{view} = ", f"{self.kind.__name__}(ds)")
                task = task._replace(kind=self.kind, view=view)
            todo: list[Any] = []
            for element in task.body:
                if element.VR == "SQ":
                    todo += self._sequence(task, element)
                elif element.keyword != "SOPClassUID" or task.name != "ds" or self.kind is None:
                    todo += self._statement(task, element)
            work.extend(reversed(todo))

    def _sequence(self, part: _Part, element: DataElement) -> Iterator[Any]:
        stem = "_".join(_WORDS.split(element.keyword.removesuffix("Sequence"))).lower() or f"item_{element._tag:08x}_"
        field = part.field(element)
        names = []
        for index, item in enumerate(element.value):
            self.count[stem] = self.count.get(stem, 0) + 1
            names.append(f"{stem}{self.count[stem]}")
            yield ""
            yield f"# {' '.join(element.name.split()) or element.tag}: item {index + 1}"
            place = f"{_at(part.place, element)}[{index}]"
            if isinstance(field, SequenceOf):
                made = f"{part.view}.{element.keyword}.append"
                yield _Part(names[-1], item, made, place, field.item, names[-1])
            else:
                yield _Part(names[-1], item, "Dataset", place)
        if not names or not isinstance(field, SequenceOf):
            yield from self._put(part, element, lambda start: _listed(start, names))
        if names:
            yield ""

    def _statement(self, part: _Part, element: DataElement) -> Iterator[str]:
        value = _given(element)
        try:
            fits = _equal(convert(element._tag, element.VR, value), element.value)
        except DicomError:
            fits = False
        data = element.value
        if not fits:
            yield from self._from_bytes(part, element)
        elif isinstance(data, bytes) and len(data) > self.limit and self.source is not None:
            self.uses_source = True
            by_keyword = _by_keyword(element)
            yield from self._put(
                part, element, lambda start: _at(part.place, element) + ("" if by_keyword else ".value")
            )
        else:
            self._note(part, element, value)
            yield from self._put(part, element, lambda start: _literal(start, value))

    def _put(self, part: _Part, element: DataElement, make: Callable[[str], str]) -> Iterator[str]:
        if _by_keyword(element):
            start = f"{part.dataset if part.field(element) is None else part.view}.{element.keyword} = "
            yield _assigned(start, make(start))
        else:
            yield _call(f"{part.dataset}.add_new", [f"0x{element._tag:08X}", _quoted(element.VR)], make)

    def _note(self, part: _Part, element: DataElement, value: Any) -> None:
        """Note whether the value keeps the rules of the standard."""
        own = part.body.get("SpecificCharacterSet")
        field = part.field(element)
        try:
            accept(
                element._tag,
                element.VR,
                value,
                DEFAULT if _by_keyword(element) else None,
                (lambda: normalise_terms(own)[0]) if own else None,
            )
            if field is not None:
                field.check_terms(part.kind, value)
        except (DicomError, ValueError):
            self.checked = False

    def _from_bytes(self, place: _Part, element: DataElement) -> Iterator[str]:
        """The element read from the bytes that it is written as, in explicit VR little endian."""
        self.reads = True
        part = Dataset()
        part.add(element)
        target = io.BytesIO()
        part.save_as(target, implicit_vr=False, little_endian=True)
        read = _call("read_dataset", ["is_implicit_VR=False"], lambda start: _hex(start, target.getvalue()), first=True)
        yield f"broken = {read}"
        yield f"{place.dataset}.add(broken[0x{element._tag:08X}])"


def _view_name(kind: str) -> str:
    """Such as ``ct_image``; the last words of a long name."""
    words = _WORDS.split(kind)
    while len(words) > 1 and len("_".join(words)) > LONGEST:
        del words[0]
    return "_".join(words).lower()


def _assigned(start: str, value: str) -> str:
    """An assignment, its value in parentheses where it does not fit."""
    short = "\n" in value or value.startswith(("[", "bytes.")) or len(start) + len(value) <= WIDTH
    return start + (value if short or len(INDENT) + len(value) > WIDTH else f"(\n{INDENT}{value}\n)")


def _by_keyword(element: DataElement) -> bool:
    """Whether assigning to the keyword gives the element its VR."""
    keyword = element.keyword
    return DEFAULT.keywords.get(keyword) == element._tag and same_vr(DEFAULT.vrs[element._tag], element.VR)


def _at(place: str, element: DataElement) -> str:
    return f"{place}.{element.keyword}" if _by_keyword(element) else f"{place}[0x{element._tag:08X}]"


def _equal(one: Any, other: Any) -> bool:
    return same(one, other) and isinstance(one, (str, bytes)) == isinstance(other, (str, bytes))


def _given(element: DataElement) -> Any:
    """What to assign: plain values, of numbers that are text the text where the number alone is not written as that."""
    value = element.value
    if element.VR in ("DS", "IS") and value is not None:
        texts = (element.original_string or "").split("\\")
        numbers = list(value) if isinstance(value, list) else [value]
        if len(texts) != len(numbers):
            return value
        made = [_number(text.strip(), number) for text, number in zip(texts, numbers, strict=True)]
        return made if isinstance(value, list) else made[0]
    return value


def _number(text: str, number: Any) -> Any:
    if number is None or isinstance(number, str):
        return number
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text) and text != "-0":
        return int(text)
    return float(number) if text == repr(float(number)) and isinstance(number, float) else text or number


def _literal(start: str, value: Any) -> str:
    """The source text of a value, wrapped if it does not fit behind ``start``."""
    if isinstance(value, list):
        return _listed(start, [_one(part) for part in value])
    if isinstance(value, bytes):
        return _hex(start, value)
    return _one(value)


def _one(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(str.__str__(value))
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if type(value).__name__ == "Tag":
        return f"0x{int(value):08X}"
    if isinstance(value, (int, float)):
        return repr(float(value)) if isinstance(value, float) else repr(int(value))
    return repr(value)


def _quoted(text: str) -> str:
    """A string literal in the quotes that formatters prefer."""
    literal = ascii(text) if not text.isprintable() else repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal


def _listed(start: str, parts: list[str]) -> str:
    line = f"[{', '.join(parts)}]"
    if len(start) + len(line) <= WIDTH:
        return line
    return "[\n" + "".join(f"{INDENT}{part},\n" for part in parts) + "]"


def _call(function: str, others: list[str], make: Callable[[str], str], first: bool = False) -> str:
    """A call, its arguments on lines of their own where they do not fit."""
    ends = "".join(f", {other}" for other in others) if first else ""
    start = f"{function}(" + ("" if first else "".join(f"{other}, " for other in others))
    value = make(start + ends)
    if "\n" not in value and len(start) + len(value) + len(ends) < WIDTH:
        return f"{start}{value}{ends})"
    value = make(INDENT).replace("\n", f"\n{INDENT}")
    parts = [value, *others] if first else [*others, value]
    line = INDENT + ", ".join(parts)
    if "\n" not in value and len(line) <= WIDTH:
        return f"{function}(\n{line}\n)"
    return f"{function}(\n" + "".join(f"{INDENT}{part},\n" for part in parts) + ")"


def _hex(start: str, data: bytes) -> str:
    text = data.hex()
    if len(start) + len(text) + 18 <= WIDTH:
        return f'bytes.fromhex("{text}")'
    step = WIDTH - 8 - 2
    return "bytes.fromhex(\n" + "".join(f'{INDENT}"{text[i : i + step]}"\n' for i in range(0, len(text), step)) + ")"
