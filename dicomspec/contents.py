"""What is in an edition: how many of what, of which edition of the standard, made of what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dicomspec.edition import Edition

__all__ = ["Content", "Source", "contents", "sources"]


class Content(NamedTuple):
    """One kind of thing in an edition.

    Attributes:
        what: such as ``"data elements"``.
        number: how many there are.
        edition: of the standard, or the date of what it was made of; empty if that is not on record.
        origin: the folder or file it is from, or ``"shipped"``.
    """

    what: str
    number: int
    edition: str
    origin: str


class Source(NamedTuple):
    """One file that a dictionary was made of."""

    dictionary: str
    file: str
    edition: str
    origin: str
    sha256: str


def contents(edition: Edition) -> list[Content]:
    """What is in an edition, in the order of the parts of the standard."""
    found: list[Content] = []
    for what, table, dictionary, count in _KINDS:
        number = count(edition)
        if number:
            found.append(Content(what, number, *_made_of(edition, table, dictionary)))
    return found + list(_private(edition))


def sources(edition: Edition) -> list[Source]:
    """What the dictionaries of an edition were made of; what one of its sources lacks is from the next."""
    rows: dict[str, tuple[Any, ...]] = {}
    for layer in edition.layers:
        for dictionary, (_, files) in (layer.get("sources") or {"SOURCES": {}})["SOURCES"].items():
            rows.setdefault(dictionary, files)
    return [
        Source(dictionary, file, made, origin, digest)
        for dictionary, files in rows.items()
        for file, made, origin, digest in files
    ]


def _made_of(edition: Edition, table: str, dictionary: str) -> tuple[str, str]:
    """Edition and origin of the dictionary that a table was made of."""
    for layer in edition.layers:
        known = layer.get("sources")
        if layer.get(table) is not None and known is not None and dictionary in known["SOURCES"]:
            return str(known["SOURCES"][dictionary][0]), layer.origin
    return "", edition.origin(table)


def _elements(edition: Edition, commands: bool) -> int:
    names = edition.table("element_names")
    return sum((tag >> 16 == 0) is commands for tag in names["ELEMENTS"]) + (0 if commands else len(names["REPEATERS"]))


def _uids(edition: Edition, *kinds: str) -> int:
    return sum(row[1] in kinds for row in edition.table("uids")["UIDS"].values())


_KINDS: Any = (
    ("data elements", "elements", "standard/elements.yaml", lambda e: _elements(e, False)),
    ("command elements", "elements", "standard/commands.yaml", lambda e: _elements(e, True)),
    ("UIDs", "uids", "standard/uids.yaml", lambda e: len(e.table("uids")["UIDS"])),
    ("  SOP classes", "uids", "standard/uids.yaml", lambda e: _uids(e, "SOP Class", "Meta SOP Class")),
    ("  transfer syntaxes", "uids", "standard/uids.yaml", lambda e: _uids(e, "Transfer Syntax")),
    ("IODs", "iods", "standard/iods", lambda e: len(e.iods())),
    ("modules", "modules", "standard/modules", lambda e: len(e.modules())),
    ("macros", "macros", "standard/macros", lambda e: len(e.macros())),
    (
        "attributes with a confidentiality action",
        "confidentiality",
        "standard/confidentiality.yaml",
        lambda e: len(e.table("confidentiality")["ATTRIBUTES"]),
    ),
    ("context groups", "context_groups", "standard/context_groups.yaml", lambda e: len(e.context_groups())),
    ("templates", "templates", "standard/templates.yaml", lambda e: len(e.templates())),
)


def _private(edition: Edition) -> Iterator[Content]:
    """Private elements; those of each origin by themselves."""
    for layer in edition.layers:
        vendors = layer.get("private/__init__")
        if vendors is None:
            continue
        tables = [table for name in set(vendors["VENDORS"].values()) if (table := layer.get(f"private/{name}"))]
        count = sum(len(rows) for table in tables for kind in ("CREATORS", "MASKED") for rows in table[kind].values())
        what = f"private elements of {len(vendors['VENDORS'])} creators"
        known = layer.get("sources") or {"SOURCES": {}}
        yield Content(what, count, known["SOURCES"].get("private", ("",))[0], layer.origin)
