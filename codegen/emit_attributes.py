"""Emits the types of ``ds.Keyword`` for editors and type checkers: a class that is empty when it runs, and its stub.

The stub has one descriptor for each keyword, whose type says what reading gives and what setting takes, by the codec
kind of the VR and the multiplicity (PS3.6). One value is a scalar and several are a list; where the standard allows
both, the type says both.
"""

from __future__ import annotations

from typing import Final

from .model import Element, Specification
from .source_text import BANNER

__all__ = ["ALONE", "GET", "SET", "emit", "form", "value_kind"]

# What reading gives for one value, and what setting takes, by the codec kind of a VR.
GET: Final = {
    "text": "str",
    "paragraph": "str",
    "name": "PersonName",
    "decimal": "float",
    "integer": "int",
    "date": "DA",
    "time": "TM",
    "datetime": "DT",
    "uid": "UID",
    "number": "int",
    "float": "float",
    "tag": "Tag",
    "bytes": "bytes",
    "words": "int | bytes",
}
SET: Final = {
    "text": "str",
    "paragraph": "str",
    "name": "str",
    "decimal": "float | str | Decimal",
    "integer": "int | str",
    "date": "str | date",
    "time": "str | time",
    "datetime": "str | datetime",
    "uid": "str",
    "number": "int",
    "float": "float",
    "tag": "int | str | tuple[int, int]",
    "bytes": "bytes | bytearray | memoryview",
    "words": "int | bytes",
}
ALONE: Final = {"decimal": "str", "integer": "str", "number": "", "float": "", "tag": "", "words": "bytes"}
"""What setting takes beside a list, of attributes that have several values: text has them with backslashes between."""
EMPTY_IS_TEXT: Final = frozenset(["text", "paragraph", "name", "date", "time", "datetime", "uid"])
"""Kinds whose empty value is the empty text; that of all others is None."""

_RUNTIME: Final = f'''{BANNER}
"""Keywords as attributes, for type checkers: the stub beside this file says what each one holds."""


class Attributes:
    __slots__ = ()
'''

_HEAD: Final = f"""{BANNER}
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Generic, TypeVar

from dicomspec.dataset import Dataset
from dicomspec.sequence import Sequence
from dicomspec.tag import Tag
from dicomspec.uid import UID
from dicomspec.values import DA, DT, TM, MultiValue, PersonName

_Get = TypeVar("_Get", covariant=True)
_Set = TypeVar("_Set", contravariant=True)

class _Value(Generic[_Get, _Set]):
    def __get__(self, instance: object, owner: object = ...) -> _Get: ...
    def __set__(self, instance: object, value: _Set) -> None: ...
    def __delete__(self, instance: object) -> None: ...

"""


def emit(spec: Specification) -> dict[str, str]:
    """The module ``attributes`` and its stub."""
    named = sorted((e for e in spec.elements if e.keyword and e.vr and not e.repeats), key=lambda e: e.value)
    kinds = {element.tag: value_kind(spec, element) for element in named}
    forms = sorted({(kinds[e.tag], form(e.vm)) for e in named})
    aliases = "".join(
        f"{_alias(kind, form)} = _Value[{_get(kind, form)}, {_set(kind, form)}]\n" for kind, form in forms
    )
    lines = "".join(_line(element, kinds[element.tag]) for element in named)
    return {
        "attributes.py": _RUNTIME,
        "attributes.pyi": f"{_HEAD}{aliases}\nclass Attributes:\n{lines}",
    }


def value_kind(spec: Specification, element: Element) -> str:
    """The kind of an element's value: that of its VR, where ``float`` is a binary number with a fraction, and
    ``words`` numbers or bytes, as other elements will tell."""
    kinds = {_kind(spec, vr) for vr in element.vrs}
    return kinds.pop() if len(kinds) == 1 else "words"


def _kind(spec: Specification, code: str) -> str:
    vr = next(vr for vr in spec.vrs.vrs if vr.code == code)
    return "float" if vr.kind == "number" and vr.format in ("f", "d") else vr.kind


def _least_values(vm: str) -> int:
    """The least number of values that a multiplicity such as "2-2n" asks for."""
    return min(int(choice.split("-")[0].replace("n", "") or 1) for choice in vm.split(" or "))


def form(vm: str) -> str:
    """``one`` value, ``some`` (one or several), or ``many``."""
    if vm == "1":
        return "one"
    return "many" if _least_values(vm) > 1 else "some"


def _line(element: Element, kind: str) -> str:
    """The attribute of one keyword, with what an editor shows of it."""
    mark = ", retired" if element.retired else ""
    told = f"{element.name}: {element.tag}, {element.vr}, VM {element.vm}{mark}"
    return f'    {element.keyword}: {_alias(kind, form(element.vm))}\n    """{told}"""\n'


def _alias(kind: str, form: str) -> str:
    return f"_{kind.title()}{form.title()}"


def _get(kind: str, form: str) -> str:
    if kind == "sequence":
        return "Sequence[Dataset]"
    several = f"MultiValue[{GET[kind]}]"
    given = {"one": GET[kind], "some": f"{GET[kind]} | {several}", "many": several}[form]
    return given if kind in EMPTY_IS_TEXT else f"{given} | None"


def _set(kind: str, form: str) -> str:
    if kind == "sequence":
        return "Iterable[Dataset] | None"
    if form == "one":
        return f"{SET[kind]} | None"
    alone = ALONE.get(kind, SET[kind]) if form == "many" else SET[kind]
    return " | ".join(filter(None, [alone, f"Iterable[{SET[kind]}]", "None"]))
