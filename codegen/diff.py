"""`diff`: what changed from one edition to another: rows that came, went or have other facts.

Only what both editions tell is compared: a dictionary that one of them lacks, or a column that its source does not
have, is named instead. Where rows stand in the standard, since when they are known, and how names are spaced is no
change. A condition is compared by its sentence, which the dictionaries know by a hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from .model.confidentiality import PROFILES
from .model.terminology import Code, codes_from_yaml, context_groups_from_yaml, templates_from_yaml
from .yaml_io import flow, load, mapping

__all__ = ["Change", "Comparison", "compare_dictionaries", "table_lines"]

Fields = Mapping[str, str]
Rows = dict[str, Fields]

_TABLE: Final = "\0table"
"""The field that tells in which table of the standard a row stands."""

_DESCRIPTIVE: Final = ("name", "keyword", "type", "info")
"""Columns that a source may lack as a whole."""

_NO_FACTS: Final = frozenset({_TABLE, "since", "table", "section", "see", "text", "edition", "when-edition", "else"})
"""What is no fact of its own: where a row stands, since when it is known, how a condition was expressed."""

_NAMED: Final = frozenset({*PROFILES, "standard", "extensible", "root", "version"})
"""Facts whose value alone would not tell which they are."""

_WIDEST: Final = 48
"""Characters that a column is lined up for; what is longer stands out."""


class Change(NamedTuple):
    """One difference.

    Attributes:
        change: ``"added"``, ``"removed"`` or ``"changed"``.
        what: such as ``"element"``, ``"module"``.
        key: tag, UID, or identifier and path, such as ``"general-image: IconImageSequence.Rows"``.
        name: of the row, as the newer edition has it; may be empty.
        field: the fact that changed; empty for rows that came or went.
        old, new: the fact before and after; empty where there is none.
    """

    change: str
    what: str
    key: str
    name: str
    field: str
    old: str
    new: str


class Comparison(NamedTuple):
    """The editions that were compared, the changes, and what could not be compared."""

    old: str
    new: str
    changes: list[Change]
    not_compared: list[str]


def compare_dictionaries(a: Path, b: Path) -> Comparison:
    """What changed from the dictionaries of ``a`` to those of ``b``, in the order of the standard.

    Raises:
        SchemaError: a dictionary is not as it should be.
        OSError: there is no dictionary that both have.
    """
    old, new = _dictionaries(a), _dictionaries(b)
    names = _edition(a), _edition(b)
    changes: list[Change] = []
    left_out = [
        f"{path}: only {name} has it"
        for mine, others, name in ((old, new, names[0]), (new, old, names[1]))
        for path in mine
        if path not in others
    ]
    common = [path for path in old if path in new]
    if not common:
        raise FileNotFoundError(f"{a} and {b} have no dictionary in common")
    for path in common:
        what, read = _KINDS.get(path, (path.removesuffix(".yaml").replace("_", " "), _any))
        before, after = read(old[path]), read(new[path])
        untold = set(_untold(what, before, after, names, left_out))
        changes += (Change(change, what, *rest) for change, *rest in _changes(before, after, untold))
    return Comparison(*names, changes, left_out)


def table_lines(found: Comparison) -> list[str]:
    """The changes as lines of a table, the head first."""
    rows = [Change._fields, *found.changes]
    widths = [min(max(map(len, column)), _WIDEST) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _dictionaries(folder: Path) -> dict[str, Path]:
    """The dictionaries of an edition: file or folder below ``standard``, or below the folder itself."""
    top = folder / "standard" if (folder / "standard").is_dir() else folder
    found = [path for path in sorted(top.iterdir()) if path.is_dir() or path.suffix == ".yaml"]
    return {path.name: path for path in sorted(found, key=_order) if path.name not in _NO_DICTIONARIES}


_NO_DICTIONARIES: Final = ("sources.yaml", "private", "rules")


def _order(path: Path) -> int:
    return list(_KINDS).index(path.name) if path.name in _KINDS else len(_KINDS)


def _edition(folder: Path) -> str:
    """How an edition is called: by its name, or by its folder if it does not say."""
    for path in (folder / "standard" / "sources.yaml", folder / "sources.yaml"):
        if path.is_file():
            return str(load(path).get("edition", folder))
    return str(folder)


def _untold(what: str, old: Rows, new: Rows, names: tuple[str, str], left_out: list[str]) -> Iterator[tuple[str, str]]:
    """(table, column) for the columns that one of the editions has nothing in."""
    tables = {row[_TABLE] for row in old.values()} & {row[_TABLE] for row in new.values()}
    for table in sorted(tables):
        for column in _DESCRIPTIVE:
            told = [any(row.get(column) for row in rows.values() if row[_TABLE] == table) for rows in (old, new)]
            if told[0] != told[1]:
                yield table, column
                if column == "name":
                    yield table, "retired"  # which the names of UIDs tell
                lacking = names[0] if told[1] else names[1]
                left_out.append(f"{what} {column}, table {table}: {lacking} does not tell it")


def _changes(old: Rows, new: Rows, untold: set[tuple[str, str]]) -> Iterator[tuple[str, str, str, str, str, str]]:
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            row, change = (after, "added") if before is None else (before, "removed")
            assert row is not None
            yield change, key, row.get("name", ""), "", "", _summary(row)
            continue
        for field in dict.fromkeys((*before, *after)):
            one, other = before.get(field, ""), after.get(field, "")
            if _differ(field, one, other) and (before[_TABLE], field) not in untold:
                yield "changed", key, after.get("name", ""), field, one, other


def _differ(field: str, one: str, other: str) -> bool:
    if field == "name":
        one, other = one.replace(" ", ""), other.replace(" ", "")
    if field == "retired":  # "RET (2004)" is "RET" in editions that do not tell since when
        one, other = one.partition(" ")[0], other.partition(" ")[0]
    return one != other and field not in _NO_FACTS


def _summary(row: Fields) -> str:
    """The facts of a row that came or went, in a few words."""
    told = {field: text for field, text in row.items() if text and field not in (*_NO_FACTS, "name", "condition")}
    return ", ".join(f"{field} {text}" if field in _NAMED else text for field, text in told.items())


# --- dictionaries as rows -------------------------------------------------------------------------------------------


def _tables(path: Path) -> Rows:
    """The rows of a file ``{tables: {label: {key: row}}}``."""
    data = load(path)
    return {
        key: {_TABLE: label, **{field: _text(value) for field, value in mapping(row, key, path).items()}}
        for label, rows in mapping(mapping(data, "", path).get("tables"), "tables", path).items()
        for key, row in mapping(rows, f"tables.{label}", path).items()
    }


def _files(folder: Path, rows: Callable[[str, Mapping[str, Any]], Iterator[tuple[str, Fields]]]) -> Rows:
    found: Rows = {}
    for path in sorted(folder.glob("*.yaml")):
        found.update(rows(path.stem, mapping(load(path), "", path)))
    return found


def _iods(folder: Path) -> Rows:
    return _files(folder, _iod)


def _iod(name: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Fields]]:
    yield name, {_TABLE: "", "name": data["name"], "SOP classes": " ".join(data.get("sop", ()))}
    for entity, uses in data.get("modules", {}).items():
        for module, use in uses.items():
            yield f"{name}: {module}", {_TABLE: "", "entity": entity, **_facts(use, "use")}
    for macro, use in data.get("functional-groups", {}).items():
        yield f"{name}: functional group {macro}", {_TABLE: "", **_facts(use, "use")}


def _modules(folder: Path) -> Rows:
    return _files(folder, _module)


def _module(name: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Fields]]:
    yield name, {_TABLE: "", "name": data["name"]}
    stack: list[tuple[str, Mapping[str, Any]]] = [(f"{name}: ", data.get("attributes") or {})]
    while stack:
        lead, rows = stack.pop()
        for key, row in rows.items():
            yield f"{lead}{key}", {_TABLE: "", **_facts(row, "type")}
            if isinstance(row, Mapping):
                stack += [(f"{lead}{key}.", row[inner]) for inner in ("of", "with") if inner in row]


def _facts(row: Any, only: str) -> Fields:
    """The facts of a row; a row that is a scalar has but the one called ``only``."""
    if not isinstance(row, Mapping):
        return {only: _text(row)}
    facts = {key: _text(value) for key, value in row.items() if key not in ("of", "with", "when", "src")}
    if "src" in row or "when" in row:
        facts["condition"] = row.get("text") or row.get("src") or row["when"]
    return facts


def _confidentiality(path: Path) -> Rows:
    """Attributes by tag, concepts by code and value type, private elements by creator and tag."""
    data = mapping(load(path), "", path)
    rows: Rows = {}
    for tag, row in data.get("attributes", {}).items():
        facts = {key: value for key, value in row.items() if (key, value) != ("retired", "no")}
        rows[tag] = {_TABLE: "E.1-1", **facts}
    for row in data.get("concepts", ()):
        code = Code.parse(row["concept"], "concepts")
        facts = {key: value for key, value in row.items() if key not in ("concept", "type")}
        rows[f"concept {code.key} {row['type']}"] = {_TABLE: "E.3.4-1", "name": code.meaning, **facts}
    for creator, elements in data.get("safe-private", {}).items():
        for tag, row in elements.items():
            facts = {"name": row.get("meaning", ""), "vr": row.get("vr", ""), "vm": row["vm"]}
            rows[f"safe private {creator} {tag}"] = {_TABLE: "E.3.10-1", **facts}
    return rows


def _context_groups(path: Path) -> Rows:
    """Groups by their number, members by that and their code."""
    rows: Rows = {}
    for group in context_groups_from_yaml(load(path)):
        extensible = {None: "", True: "yes", False: "no"}[group.extensible]
        facts = {"name": group.name, "uid": group.uid, "version": group.version, "extensible": extensible}
        rows[f"CID {group.cid}"] = {_TABLE: "", **facts}
        for member in group.members:
            if isinstance(member, Code):
                rows[f"CID {group.cid}: {member.key}"] = {_TABLE: "", "name": member.meaning}
            else:
                rows[f"CID {group.cid}: include CID {member}"] = {_TABLE: ""}
    return rows


def _codes(path: Path) -> Rows:
    return {
        code.key: {_TABLE: code.scheme, "name": code.meaning, "retired": "yes" if code.retired else ""}
        for code in codes_from_yaml(load(path))
    }


def _templates(path: Path) -> Rows:
    """Templates by their number, rows by that and their label."""
    rows: Rows = {}
    for template in templates_from_yaml(load(path)):
        flags = {key: {None: "", True: "yes", False: "no"}[getattr(template, key)] for key in ("extensible", "root")}
        rows[f"TID {template.tid}"] = {_TABLE: "", "name": template.name, **flags}
        for index, row in enumerate(template.rows, 1):
            facts = {key: str(value) for key, value in row.to_yaml().items() if key not in ("row", "when", "src")}
            if row.when:
                facts["condition"] = row.text or row.src
            key = f"TID {template.tid}: row {row.row or index}"
            rows[key if key not in rows else f"{key} ({index})"] = {_TABLE: "", **facts}
    return rows


def _any(path: Path) -> Rows:
    """The rows of a dictionary that is not known here: of its tables, or everything by its keys."""
    if path.is_dir():
        return {f"{file.stem}: {key}": row for file in sorted(path.glob("*.yaml")) for key, row in _any(file).items()}
    data = load(path)
    if isinstance(data, Mapping) and "tables" in data:
        return _tables(path)
    return {".".join(keys): {_TABLE: "", "value": value} for keys, value in _leaves(data) if keys != ("edition",)}


def _leaves(data: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, (*keys, key))
    else:
        yield keys, _text(data)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else flow(value)


_KINDS: Final[dict[str, tuple[str, Callable[[Path], Rows]]]] = {
    "elements.yaml": ("element", _tables),
    "commands.yaml": ("command", _tables),
    "uids.yaml": ("UID", _tables),
    "iods": ("IOD", _iods),
    "modules": ("module", _modules),
    "macros": ("macro", _modules),
    "sop_classes.yaml": ("SOP class", _tables),
    "confidentiality.yaml": ("confidentiality", _confidentiality),
    "context_groups.yaml": ("context group", _context_groups),
    "codes.yaml": ("code", _codes),
    "templates.yaml": ("template", _templates),
}
"""Dictionary -> what its rows are, and what reads them. Others are compared by their keys."""
