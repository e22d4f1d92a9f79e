"""Tables of PS3.3 as they stand, from whatever source, and the trees of rows that are made of them.

A source gives lines: one a row, with its depth (the ``>`` before the name). `Trees` nests them: what is deeper than an
attribute is in the items of its sequence; what is deeper than an included macro is added to the sequence at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..model.modules import Attribute, Include, Module, OpenRow, Row, identifier
from .base import ImportFault
from .part03_text import Block

__all__ = ["AttributeTable", "Line", "Part03", "Section", "Trees", "UseRow", "UseTable", "caption_name"]

PART: Final = "PS3.3"


@dataclass(frozen=True)
class Line:
    """One row of an attribute table.

    Attributes:
        number: of the row, from 1.
        depth: number of ``>``.
        name: without them.
        tag: ``"(gggg,eeee)"`` or ``""``.
        type: as printed.
        include: label of the table that is included, ``""`` for none.
        note: what is said of an include.
        blocks: the description.
        open: whether it stands for attributes of any kind.
    """

    number: int
    depth: int
    name: str
    tag: str = ""
    type: str = ""
    include: str = ""
    note: str = ""
    blocks: tuple[Block, ...] = ()
    open: bool = False


@dataclass(frozen=True)
class AttributeTable:
    """One table of a module or macro."""

    label: str
    caption: str
    section: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class UseRow:
    """One row of a table of modules or functional groups."""

    number: int
    entity: str
    name: str
    reference: str
    usage: str


@dataclass(frozen=True)
class UseTable:
    """One table of the modules of an IOD, or of its functional groups."""

    label: str
    caption: str
    section: str
    rows: tuple[UseRow, ...]
    functional_groups: bool = False


@dataclass(frozen=True)
class Section:
    """A section without those below it."""

    label: str
    title: str
    blocks: tuple[Block, ...]


@dataclass
class Part03:
    """What is read of a PS3.3, by label, in its order."""

    tables: dict[str, AttributeTable] = field(default_factory=dict)
    uses: dict[str, UseTable] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)

    def sections_below(self, label: str) -> Iterator[Section]:
        """A section and those below it."""
        for each, section in self.sections.items():
            if each == label or each.startswith(f"{label}."):
                yield section


_ENDS: Final = (" Description", " Attributes", " Table")


def caption_name(caption: str) -> tuple[str, bool]:
    """Name of a table and whether it is a module: ``"CT Image Module Attributes"`` -> ``("CT Image", True)``."""
    for end in _ENDS:
        caption = caption.strip().removesuffix(end)
    caption = caption.strip()
    if caption.endswith(" Module"):
        return caption.removesuffix(" Module"), True
    return caption.removesuffix(" Macro"), False


Describe = Callable[[AttributeTable, Line, tuple[str, ...]], Attribute]
Included = Callable[[AttributeTable, Line, tuple[str, ...], str], Include]


@dataclass
class Trees:
    """Modules and macros out of tables.

    Attributes:
        tables: by label.
        describe: the attribute of a line at a path of keywords, without its rows.
        included: the include of a line at a path, given the identifier of the macro.
        lacking: what a line names that is not known, ``""`` if it is whole.
        absent: by label, the numbers of the rows left out, those below them too, and why.
    """

    tables: Mapping[str, AttributeTable]
    describe: Describe
    included: Included
    lacking: Callable[[Line], str] = lambda _: ""
    ids: dict[str, str] = field(default_factory=dict)
    absent: dict[str, dict[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken: set[tuple[str, bool]] = set()
        for label, table in self.tables.items():
            name, module = caption_name(table.caption)
            ident = identifier(name)
            self.ids[label] = ident if (ident, module) not in taken else f"{ident}-{identifier(label)}"
            taken.add((self.ids[label], module))

    def all(self) -> tuple[list[Module], list[Module]]:
        """The modules, and the macros."""
        modules: list[Module] = []
        macros: list[Module] = []
        for label, table in self.tables.items():
            name, module = caption_name(table.caption)
            made = Module(self.ids[label], name, label, table.section, self._rows(table), not module)
            (modules if module else macros).append(made)
        return modules, macros

    def _rows(self, table: AttributeTable) -> tuple[Row, ...]:
        root: list[_Node] = []
        stack = [root]
        path: list[str] = []
        left_out = len(table.lines)
        for line in table.lines:
            if line.depth > left_out:
                self._leave_out(table, line, "its sequence is left out")
                continue
            if line.depth >= len(stack):
                raise ImportFault(PART, table.label, line.number, f"at most {len(stack) - 1} >", line.depth)
            del stack[line.depth + 1 :], path[line.depth :]
            reason = self.lacking(line)
            if line.include and line.include not in self.ids:
                reason = f"table {line.include}, which it includes, is not there"
            left_out = line.depth if reason else len(table.lines)
            if reason:
                self._leave_out(table, line, reason)
                continue
            siblings = stack[line.depth]
            node = self._node(table, line, tuple(path))
            siblings.append(node)
            stack.append(node.below)
            path.append(node.row.keyword if isinstance(node.row, Attribute) else "")
            if line.include:
                path[-1] = self._last_sequence(line.include)
        return tuple(node.closed(path_of=self._end) for node in root)

    def _leave_out(self, table: AttributeTable, line: Line, reason: str) -> None:
        self.absent.setdefault(table.label, {})[line.number] = reason

    def _node(self, table: AttributeTable, line: Line, path: tuple[str, ...]) -> _Node:
        if line.open:
            return _Node(OpenRow())
        if not line.include:
            return _Node(self.describe(table, line, path))
        return _Node(self.included(table, line, path, self.ids[line.include]), line.include)

    def _end(self, label: str) -> str:
        if not (keyword := self._last_sequence(label)):
            raise ImportFault(PART, label, "", "a sequence at the end, for what is added to it", "none")
        return keyword

    def _last_sequence(self, label: str, seen: tuple[str, ...] = ()) -> str:
        """Keyword of the last attribute of a table that stands outermost; macros in it are looked into."""
        table = self.tables[label]
        for line in reversed(table.lines):
            if line.depth == 0 and line.include and line.include not in seen and line.include in self.tables:
                if keyword := self._last_sequence(line.include, (*seen, label)):
                    return keyword
            elif line.depth == 0 and not (line.open or line.include or self.lacking(line)):
                return self.describe(table, line, ()).keyword
        return ""


@dataclass
class _Node:
    """A row while what is below it is collected."""

    row: Row
    label: str = ""
    below: list[_Node] = field(default_factory=list)

    def closed(self, path_of: Callable[[str], str]) -> Row:
        rows = tuple(node.closed(path_of) for node in self.below)
        if isinstance(self.row, Attribute):
            return replace(self.row, rows=rows)
        if isinstance(self.row, Include) and rows:
            return replace(self.row, changes=(*self.row.changes, Attribute(path_of(self.label), rows=rows)))
        return self.row
