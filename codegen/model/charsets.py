"""Character sets, as `dictionaries/rules/charsets.yaml` has them (PS3.5 6.1, PS3.3 C.12.1.1.2, ISO/IEC 2022)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..yaml_io import SchemaError, choice, flag, mapping, number, only_keys, text

__all__ = ["Charsets", "CodeElement", "Term", "escape_bytes", "escape_notation", "squeeze"]


def escape_bytes(notation: str, where: str = "") -> bytes:
    """The bytes of ``"02/08 04/02"``: column and row of the code table, 16 rows a column."""
    try:
        cells = [tuple(map(int, cell.split("/"))) for cell in notation.split()]
        return bytes(column << 4 | row for column, row in cells)
    except ValueError:
        raise SchemaError("", where, "column/row pairs such as 02/08 04/02", notation) from None


def escape_notation(escape: bytes) -> str:
    """The reverse of `escape_bytes`."""
    return " ".join(f"{byte >> 4:02}/{byte & 15:02}" for byte in escape)


def squeeze(term: str) -> str:
    """A term in capitals, letters and digits only: what is compared where a term is not written as defined."""
    return re.sub(r"[^A-Z0-9]", "", term.upper())


def _codec(row: Mapping[str, Any], where: str) -> str:
    name = text(row, "codec", where)
    try:
        codecs.lookup(name)
    except LookupError:
        raise SchemaError("", f"{where}.codec", "a Python codec", name) from None
    return name


@dataclass(frozen=True, slots=True)
class CodeElement:
    """A graphic character set that escape sequences designate.

    Attributes:
        name: ISO registration, such as ``"ISO-IR 87"``.
        area: ``"G0"`` or ``"G1"``.
        escape: the bytes after ESC; ``also``: others met for the same set.
        width: bytes of one character.
        codec: Python codec.
        designated: whether the codec itself reads and writes the escape sequence.
    """

    name: str
    area: str
    escape: bytes
    also: tuple[bytes, ...]
    width: int
    codec: str
    designated: bool

    @classmethod
    def from_yaml(cls, name: str, data: Any, where: str) -> CodeElement:
        row = only_keys(data, ("area", "escape", "also", "width", "codec", "designated"), where)
        return cls(
            name=name,
            area=choice(row, "area", where, ("G0", "G1")),
            escape=escape_bytes(text(row, "escape", where), f"{where}.escape"),
            also=tuple(escape_bytes(one, f"{where}.also") for one in row.get("also", [])),
            width=number(row, "width", where),
            codec=_codec(row, where),
            designated=flag(row, "designated", where, False),
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {"area": self.area, "escape": escape_notation(self.escape)}
        if self.also:
            row["also"] = [escape_notation(one) for one in self.also]
        row |= {"width": self.width, "codec": self.codec}
        return {**row, "designated": True} if self.designated else row


@dataclass(frozen=True, slots=True)
class Term:
    """A defined term of Specific Character Set (0008,0005).

    Attributes:
        term: the term; empty for the default repertoire.
        description: what it is.
        g0, g1: names of the code elements; empty where there is none.
        codec: Python codec of text in this set alone.
        extensions: whether escape sequences may occur.
    """

    term: str
    description: str
    g0: str
    g1: str
    codec: str
    extensions: bool

    @classmethod
    def from_yaml(cls, term: str, data: Any, where: str) -> Term:
        row = only_keys(data, ("description", "g0", "g1", "codec", "extensions"), where)
        return cls(
            term=term,
            description=text(row, "description", where),
            g0=text(row, "g0", where, ""),
            g1=text(row, "g1", where, ""),
            codec=_codec(row, where),
            extensions=flag(row, "extensions", where),
        )

    def to_yaml(self) -> dict[str, object]:
        row: dict[str, object] = {"description": self.description}
        row |= {key: name for key, name in (("g0", self.g0), ("g1", self.g1)) if name}
        return {**row, "codec": self.codec, "extensions": self.extensions}


@dataclass(frozen=True, slots=True)
class Charsets:
    """All of charsets.yaml.

    Attributes:
        code_elements, terms: as the file orders them.
        misspelt: (term met in files, defined term it means).
    """

    code_elements: tuple[CodeElement, ...]
    terms: tuple[Term, ...]
    misspelt: tuple[tuple[str, str], ...]

    @classmethod
    def from_yaml(cls, data: Any, where: str = "") -> Charsets:
        """The model of the file's content.

        Raises:
            SchemaError: a key is missing, unknown or has a value that does not fit, or two escapes or terms collide.
        """
        only_keys(data, ("code_elements", "terms", "misspelt"), where)
        elements = mapping(data.get("code_elements"), f"{where}code_elements")
        terms = mapping(data.get("terms"), f"{where}terms")
        made = cls(
            tuple(CodeElement.from_yaml(name, row, f"{where}code_elements.{name}") for name, row in elements.items()),
            tuple(Term.from_yaml(term, row, f"{where}terms.{term}") for term, row in terms.items()),
            tuple(mapping(data.get("misspelt"), f"{where}misspelt").items()),
        )
        made._check(where)
        return made

    def _check(self, where: str) -> None:
        areas = {element.name: element.area for element in self.code_elements}
        for term in self.terms:
            for area, name in (("G0", term.g0), ("G1", term.g1)):
                if name and areas.get(name) != area:
                    raise SchemaError("", f"{where}terms.{term.term}", f"a code element of {area}", name)
        escapes = [escape for element in self.code_elements for escape in (element.escape, *element.also)]
        if twice := sorted({escape_notation(escape) for escape in escapes if escapes.count(escape) > 1}):
            raise SchemaError("", f"{where}code_elements", "each escape sequence once", twice)
        defined = {term.term for term in self.terms}
        squeezed = [squeeze(term) for term in (*sorted(defined), *(wrong for wrong, _ in self.misspelt))]
        if twice := sorted({one for one in squeezed if squeezed.count(one) > 1}):
            raise SchemaError("", f"{where}misspelt", "terms that differ in letters and digits", twice)
        for wrong, right in self.misspelt:
            if right not in defined:
                raise SchemaError("", f"{where}misspelt.{wrong}", "a defined term", right)

    def to_yaml(self) -> dict[str, object]:
        return {
            "code_elements": {element.name: element.to_yaml() for element in self.code_elements},
            "terms": {term.term: term.to_yaml() for term in self.terms},
            "misspelt": dict(self.misspelt),
        }
