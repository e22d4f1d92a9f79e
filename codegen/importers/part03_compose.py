"""The shipped IODs, modules and macros: the fact files of several editions, joined.

- Rows, includes, types: the tables of 2025e; then the unfolded modules of 2026b change types and add rows. They lack
  attributes that were new to 2024d and later, so a row that is only in 2025e stays.
- Conditions: the sentence of 2025e; where that is cut or absent, that of 2020a. Neither is kept, only its hash.
- Value lists: 2020a, or what 2026b lists in the same place.
- Conditions of includes and context groups: 2016c, for the rows that it has.
- IODs: 2026b; conditions of modules and functional groups: 2025b.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ..model.elements import Element
from ..model.iods import Iod, Use
from ..model.modules import Attribute, Condition, Include, Items, Module, Row, ValueList, expand, identifier
from .base import Errata, ImportFault, Report
from .part03 import Library, Reading, unknown
from .part03_docbook import read_docbook
from .part03_facts import (
    MANIFEST,
    Expanded,
    Prose,
    read_expanded,
    read_json,
    read_prose,
    read_tables,
    read_term_lists,
)
from .part03_tables import AttributeTable, Line, Part03, Trees
from .part03_text import (
    Block,
    Express,
    Listing,
    constraints,
    included_when,
    item_count,
    joined,
    points_to_values,
    required_when,
    section_lists,
    sections_named,
    stated,
    value_lists,
)

__all__ = ["agreement", "compose"]

_GROUPS: Final = ("multi-frame-functional-groups", "current-frame-functional-groups")
_SPARSE: Final = "sparse-multi-frame-functional-groups"
_OLD: Final = "2020a"
_OLDEST: Final = "2016c"
_NEW_VALUES: Final = "2026b"
_TITLES: Final = ("Defined Terms", "Enumerated Values")


def compose(folder: Path, rules: Path, elements: Iterable[Element], express: Express = unknown) -> Library:
    """IODs, modules and macros out of the files of the manifest below a folder.

    Raises:
        ImportFault: a file is not as expected, or two cannot be joined.
    """
    files: dict[str, list[Path]] = {}
    errata: dict[str, list[Errata]] = {}
    for entry in MANIFEST:
        files.setdefault(entry.role, []).append(folder / entry.path)
        errata.setdefault(entry.role, []).append(Errata.load(rules, entry.name, entry.edition))
    tables = read_tables(files["part03-tables"], files["part03-sections"][0], errata["part03-tables"])
    older = read_docbook(files["part03-docbook"][0], _OLDEST, errata["part03-docbook"][0], Report())
    expanded = read_expanded(files["part03-expanded"][0], errata["part03-expanded"][0])
    rows = _Joined(tables, tuple(elements), express)
    rows.prose = read_prose(files["part03-prose"], files["part03-references"][0], errata["part03-prose"][1])
    rows.section_terms, rows.terms = read_term_lists(files["part03-terms"][0])
    rows.notes = dict(_include_notes(rows.reading, older))
    modules, macros = rows.modules()
    names = {identifier(row["id"]): row for row in read_json(files["part03-module-names"][0])}
    errata["part03-prose"][1].finish()
    modules = _merged(rows, modules, macros, expanded, names)
    iods = _iods(
        read_json(files["part03-iods"][0]),
        read_json(files["part03-sop"][0]),
        {row["id"]: row for row in read_json(files["part03-names"][0])},
        read_json(files["part03-uses"][0]),
        read_json(files["part03-groups"][0]),
        {macro.id for macro in macros},
        express,
    )
    return Library(tuple(iods), tuple(modules), tuple(macros))


# --- rows --------------------------------------------------------------------------------------------------------

Place = tuple[str, tuple[str, ...], str, int]
"""An include: table, path of keywords, included table, how many-eth of these."""


def _include_notes(reading: Reading, part: Part03) -> Iterator[tuple[Place, str]]:
    for table in part.tables.values():
        path: list[str] = []
        count: Counter[tuple[tuple[str, ...], str]] = Counter()
        for line in table.lines:
            del path[line.depth :]
            if line.include:
                key = (tuple(path), line.include)
                count[key] += 1
                yield (table.label, *key, count[key]), line.note
            path.append(
                "" if line.include or line.open or reading.lacking(line) else reading.element(table, line).keyword
            )


@dataclass
class _Joined:
    """The rows of the newest tables, with what the other files say of each."""

    tables: Part03
    elements: tuple[Element, ...]
    express: Express
    prose: Prose = field(default_factory=lambda: Prose({}, {}, Errata.none("", "")))
    notes: Mapping[Place, str] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    section_terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    count: Counter[tuple[str, tuple[str, ...], str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.reading = Reading(self.tables, self.elements, self.express)
        self.tags = {element.keyword: element.tag for element in self.elements if element.keyword}
        self.by_keyword = {element.keyword: element for element in self.elements}

    def modules(self) -> tuple[list[Module], list[Module]]:
        trees = Trees(self.tables.tables, self.describe, self.included, self.reading.lacking)
        made = trees.all()
        for label, reasons in trees.absent.items():
            number, reason = next(iter(reasons.items()))
            raise ImportFault("PS3.3", label, number, "a row that can be taken", reason)
        return made

    def describe(self, table: AttributeTable, line: Line, path: tuple[str, ...]) -> Attribute:
        element = self.reading.element(table, line)
        return self.attribute(table.label, element, line.type, line.blocks, path)

    def attribute(
        self, label: str, element: Element, kind: str, blocks: tuple[Block, ...], path: tuple[str, ...]
    ) -> Attribute:
        """One attribute without its rows; ``blocks``: its description in the newest tables, ``()`` if there is none."""
        tags = tuple(self.tags.get(keyword, "(0000,0000)") for keyword in path)
        older = self.prose.blocks(label, (*tags, element.tag))
        text = " ".join(block for block in blocks if isinstance(block, str))
        items = self._items(text, older) if element.vr == "SQ" else None
        sections = sections_named(blocks) or sections_named(older)
        when = self._condition(blocks, older) if kind.endswith("C") else None
        lead = next((block for block in blocks if isinstance(block, str)), "")
        values = self._values(element, older, lead)
        return Attribute(element.keyword, kind, when, values, items, see=sections[0] if sections else "")

    def _items(self, text: str, older: tuple[Block, ...]) -> Items | None:
        return item_count(text) or item_count(" ".join(block for block in older if isinstance(block, str)))

    def _condition(self, blocks: tuple[Block, ...], older: tuple[Block, ...]) -> Condition | None:
        new, old = required_when(blocks), required_when(older)
        cut = bool(new) and not new.endswith(".") and old.lower().startswith(new.lower())
        if new and not cut:
            return stated(new, self.express)
        return stated(old, self.express, edition=_OLD)

    def _values(self, element: Element, older: tuple[Block, ...], lead: str) -> tuple[ValueList, ...]:
        lists = value_lists(older, element.name, element.tag, element.vrs, own=True, express=self.express)
        newer = self.terms.get(lead, ())
        if lists:
            return (_updated(lists[0], newer, element),) if len(lists) == 1 else lists
        found = self._section_values(element, older)
        if not found and len(newer) > 1 and (made := _newer(newer, element, False)):
            return (made,)
        return found

    def _section_values(self, element: Element, older: tuple[Block, ...]) -> tuple[ValueList, ...]:
        found: list[ValueList] = []
        for label in sections_named(older):
            section = self.prose.section(label)
            if section is None:
                continue
            about = (element.name, element.tag, element.vrs)
            lists = section_lists(
                section.blocks, section.title, *about, asked=points_to_values(older), express=self.express
            )
            if len(lists) == 1:
                lists = (_updated(lists[0], self.section_terms.get(label, ()), element),)
            found.extend(lists)
        return joined(found)

    def included(self, table: AttributeTable, line: Line, path: tuple[str, ...], macro: str) -> Include:
        key = (table.label, path, line.include)
        self.count[key] += 1
        older = self.notes.get((*key, self.count[key]), "")
        new = included_when(line.note)
        when = stated(new, self.express) or stated(included_when(older), self.express, edition=_OLDEST)
        return Include(macro, when, constraints(older, self.reading.keyword_of))


def _updated(known: ValueList, values: tuple[str, ...], element: Element) -> ValueList:
    """A list with what a newer edition adds; that one leaves out the terms that it does not explain.

    What has nothing in common is no newer form of the list: it may explain the letters that its terms are made of.
    """
    made = _newer(values, element, known.enumerated) if values else None
    if made is None or not set(known.values) & set(made.values):
        return known
    if set(made.values) <= set(known.values):
        return known
    whole = set(known.values) <= set(made.values)
    merged = made.values if whole else tuple(dict.fromkeys(known.values + made.values))
    return replace(known, values=merged, edition=_NEW_VALUES)


def _newer(values: tuple[str, ...], element: Element, enumerated: bool) -> ValueList | None:
    """A list of the newest edition, None if something in it cannot be a value of the attribute."""
    from_text = value_lists(
        (Listing(_TITLES[enumerated], values),), element.name, element.tag, element.vrs, own=True, edition=_NEW_VALUES
    )
    return from_text[0] if from_text else None


# --- newer rows --------------------------------------------------------------------------------------------------


def _merged(
    joined: _Joined,
    modules: list[Module],
    macros: list[Module],
    expanded: Mapping[str, Expanded],
    names: Mapping[str, dict[str, str]],
) -> list[Module]:
    """The modules with the types and the rows that the unfolded ones have, and the modules that only they have."""
    by_id = {module.id: module for module in modules}
    library = {macro.id: macro for macro in macros}
    folder = _Folder(joined, library)
    for name, module in expanded.items():
        ident = identifier(name)
        if ident not in by_id and not ident.endswith(_GROUPS):
            by_id[ident] = folder.module(names[ident], module.types)
        elif ident in by_id:
            own = by_id[ident]
            ours = {path: attribute.type for path, attribute in expand(own.rows, {**by_id, **library})}
            rows = _amended(own.rows, (), module.types, ours, own.table, folder)
            by_id[ident] = replace(own, rows=rows)
    return list(by_id.values())


def _amended(
    rows: tuple[Row, ...],
    path: tuple[str, ...],
    theirs: Mapping[tuple[str, ...], str],
    ours: Mapping[tuple[str, ...], str],
    table: str,
    folder: _Folder,
) -> tuple[Row, ...]:
    """Rows with their types, and with those that only they have after what they follow there."""
    done: list[Row] = []
    for row in rows:
        if isinstance(row, Attribute):
            here = (*path, row.keyword)
            kind = theirs.get(here, row.type)
            below = _amended(row.rows, here, theirs, ours, table, folder) if row.rows else ()
            row = replace(row, type=kind, rows=below)
            if kind != ours.get(here, kind):
                row = replace(row, condition=row.condition if kind.endswith("C") else None)
        done.append(row)
    known = [row.keyword for row in done if isinstance(row, Attribute)]
    before = ""
    lacking: dict[str, list[str]] = {}
    for there in theirs:
        if len(there) == len(path) + 1 and there[:-1] == path:
            if there in ours:
                before = there[-1] if there[-1] in known else before
            else:
                lacking.setdefault(before, []).append(there[-1])
    for before, keywords in lacking.items():
        places = [n + 1 for n, row in enumerate(done) if isinstance(row, Attribute) and row.keyword == before]
        index = places[0] if places else 0
        done[index:index] = folder.rows(table, theirs, path, keywords)
    return tuple(done)


@dataclass
class _Folder:
    """Unfolded rows -> rows with includes: the largest macros that fit, over and over."""

    joined: _Joined
    macros: Mapping[str, Module]
    shapes: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for ident, macro in self.macros.items():
            shape = {path: attribute.type for path, attribute in expand(macro.rows, self.macros)}
            if len(shape) > 1:
                self.shapes[ident] = shape

    def module(self, row: Mapping[str, str], types: Mapping[tuple[str, ...], str]) -> Module:
        """A module that no table has; ``row``: its name and place."""
        section, table = _place(row)
        return Module(identifier(row["name"]), row["name"], table, section, self.rows(table, types, ()))

    def rows(
        self,
        table: str,
        types: Mapping[tuple[str, ...], str],
        path: tuple[str, ...],
        keywords: list[str] | None = None,
    ) -> tuple[Row, ...]:
        """The rows below ``path``, or those of them that ``keywords`` names."""
        below = {
            there[len(path) :]: kind for there, kind in types.items() if there[: len(path)] == path and there != path
        }
        if keywords is not None:
            below = {there: kind for there, kind in below.items() if there[0] in keywords}
        included: dict[str, str] = {}
        while (fit := self._fitting(below, included)) is not None:
            included.update(dict.fromkeys((there[0] for there in self.shapes[fit]), fit))
        done: list[Row] = []
        for there, kind in below.items():
            if len(there) > 1:
                continue
            if (macro := included.get(there[0])) is not None:
                if Include(macro) not in done:
                    done.append(Include(macro))
                continue
            element = self.joined.by_keyword.get(there[0])
            if element is None:
                raise ImportFault("PS3.3", table, "/".join((*path, *there)), "a keyword of PS3.6", there[0])
            attribute = self.joined.attribute(table, element, kind, (), path)
            done.append(replace(attribute, rows=self.rows(table, types, (*path, there[0]))))
        return tuple(done)

    def _fitting(self, below: Mapping[tuple[str, ...], str], taken: Mapping[str, str]) -> str | None:
        best, size = None, 0
        for ident, shape in self.shapes.items():
            free = not any(there[0] in taken for there in shape)
            if len(shape) > size and free and all(below.get(there) == kind for there, kind in shape.items()):
                best, size = ident, len(shape)
        return best


# --- IODs --------------------------------------------------------------------------------------------------------


def _iods(
    modules_of: dict[str, list[dict[str, str]]],
    sop: dict[str, str],
    names: dict[str, dict[str, str]],
    uses: list[dict[str, str]],
    groups: list[dict[str, str]],
    macros: set[str],
    express: Express,
) -> Iterator[Iod]:
    conditions = {(row["ciodId"], row["moduleId"]): row["conditionalStatement"] for row in uses}
    of_iod: dict[str, list[Use]] = {}
    for row in groups:
        macro = identifier(row["macroId"])
        macro = macro if macro in macros else f"{macro}-functional-group"
        of_iod.setdefault(row["ciodId"], []).append(_use(macro, row["usage"], row["conditionalStatement"], express))
    for ident, rows in modules_of.items():
        named = names[ident]
        section, table = _place(named)
        yield Iod(
            identifier(ident),
            named["name"],
            table,
            section,
            tuple(uid for uid, iod in sop.items() if iod == ident),
            tuple(_use(r["key"], r["usage"], conditions.get((ident, r["key"])), express, r["ie"]) for r in rows),
            tuple(of_iod.get(ident, ())),
        )


def _place(row: Mapping[str, str]) -> tuple[str, str]:
    """Section and table that a row links to."""
    page, _, table = row["linkToStandard"].rpartition("/")[2].partition("#table_")
    return page.removeprefix("sect_").removesuffix(".html"), table


def _use(key: str, usage: str, sentence: str | None, express: Express, entity: str = "") -> Use:
    name = identifier(key)
    for group in _GROUPS:
        name = group if name.endswith(group) and name != _SPARSE else name
    when = " ".join(s for s in [(sentence or "").replace("\xa0", " ").strip()] if s)
    return Use(name, usage, stated(when.partition(" See Section")[0], express) if usage == "C" else None, entity)


def agreement(library: Library, folder: Path, rules: Path) -> tuple[int, int]:
    """How many paths of the unfolded modules of 2026b have the same type in the library, and how many there are."""
    (entry,) = (entry for entry in MANIFEST if entry.role == "part03-expanded")
    expanded = read_expanded(folder / entry.path, Errata.load(rules, entry.name, entry.edition))
    same = total = 0
    for name, module in expanded.items():
        ours = _expanded_paths(library, name)
        total += len(module.types)
        same += sum(ours.get(path) == kind for path, kind in module.types.items())
    return same, total


def _expanded_paths(library: Library, name: str) -> dict[tuple[str, ...], str]:
    """Path -> type of a module with its macros unfolded; of an IOD's functional groups under the name of both."""
    known = {module.id: module for module in (*library.modules, *library.macros)}
    ident = identifier(name)
    for module in library.modules:
        if module.id == ident:
            return {path: attribute.type for path, attribute in expand(module.rows, known)}
    (iod,) = (iod for iod in library.iods if _stem(iod.id) == _stem(ident.removesuffix(f"-{_GROUPS[0]}")))
    paths = {path: attribute.type for path, attribute in expand(known[_GROUPS[0]].rows, known)}
    for use in iod.functional_groups:
        for path, attribute in expand(known[use.id].rows, known):
            for sequence in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
                there = (sequence, *path)
                paths[there] = attribute.type
    return paths


def _stem(ident: str) -> str:
    return ident.removesuffix("-image")
