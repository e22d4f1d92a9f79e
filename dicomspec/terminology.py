"""Context groups, codes and templates (PS3.16): values made from the tables of an edition, and its look-ups of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .errors import EditionError

__all__ = ["Code", "ContextGroup", "Template", "TemplateRow", "TerminologyLookups"]


class Code(NamedTuple):
    """A coded concept: coding scheme designator, code value, meaning; the meaning is empty where it is not known."""

    scheme: str
    value: str
    meaning: str = ""


class ContextGroup(NamedTuple):
    """A set of codes for one purpose (PS3.16 Annex B).

    Attributes:
        cid: its number, such as ``"29"``.
        extensible: whether other codes may be used as well; None where it is not known.
        codes: its own codes; those of `includes` come with them.
        includes: numbers of other groups.

    A group with neither codes nor includes takes them from elsewhere, such as all units of UCUM.
    """

    cid: str
    name: str
    keyword: str
    uid: str
    version: str
    extensible: bool | None
    codes: tuple[Code, ...]
    includes: tuple[str, ...]


class TemplateRow(NamedTuple):
    """One row of a template (PS3.16 Annex A).

    Attributes:
        row: label of the row.
        level: how deep it is nested, 0 for the outermost.
        relation: relationship with the parent, such as ``"CONTAINS"``.
        type: value type such as ``"CODE"``; empty for an include.
        include: number of the template that stands in its place.
        concept: concept name, ``"DCM 121071 Finding"``, or a context group, ``"DCID 7003"`` (defined), ``"BCID"``
            (baseline), ``"ECID"`` (enumerated), ``"CID"``; ``"?"`` for what is none of these; empty for any.
        vm: how many, ``"1-n"``.
        use: requirement type: M, MC, U, UC.
        when, src, text: condition: ``"?"`` where it is not expressed, hash of its text, the text if it is there.
        values, units: constraint of the value and of its unit, as for `concept`.
    """

    row: str
    level: int = 0
    relation: str = ""
    type: str = ""
    include: str = ""
    concept: str = ""
    vm: str = ""
    use: str = ""
    when: str = ""
    src: str = ""
    text: str = ""
    values: str = ""
    units: str = ""


class Template(NamedTuple):
    """A tree of content items (PS3.16 Annex A), its rows flat. The flags are None where the source does not tell."""

    tid: str
    name: str
    extensible: bool | None
    ordered: bool | None
    root: bool | None
    rows: tuple[TemplateRow, ...]


class TerminologyLookups:
    """What an edition can be asked of PS3.16."""

    name: str
    _kept: dict[str, dict[str, Any]]

    def table(self, name: str) -> Mapping[str, Any]:
        """The constants of a generated module."""
        raise NotImplementedError

    def context_groups(self) -> tuple[str, ...]:
        """The numbers of all context groups."""
        return tuple(self.table("context_groups")["CONTEXT_GROUPS"])

    def context_group(self, cid: str | int) -> ContextGroup:
        """A context group by its number. Raises `EditionError` if there is none, as `template` does."""
        row = self._row("CID", str(cid), "context_groups", "CONTEXT_GROUPS")
        return _context_group(str(cid), row, self.table("codes")["MEANINGS"])

    def codes_of(self, cid: str | int) -> frozenset[tuple[str, str]]:
        """(coding scheme, code value) of all codes of a context group, those of the groups it includes too."""
        kept: dict[str, frozenset[tuple[str, str]]] = self._kept.setdefault("codes_of", {})
        if (found := kept.get(str(cid))) is None:
            self._row("CID", str(cid), "context_groups", "CONTEXT_GROUPS")
            found = kept[str(cid)] = _all_codes(str(cid), self.table("context_groups")["CONTEXT_GROUPS"])
        return found

    def meaning(self, scheme: str, value: str) -> str:
        """What a code means, empty if it is in no context group and not DICOM's own."""
        found: str = self.table("codes")["MEANINGS"].get(scheme, {}).get(value, "")
        return found

    def templates(self) -> tuple[str, ...]:
        """The numbers of all templates."""
        return tuple(self.table("templates")["TEMPLATES"])

    def template(self, tid: str | int) -> Template:
        """A template by its number."""
        return _template(str(tid), self._row("TID", str(tid), "templates", "TEMPLATES"))

    def _row(self, what: str, number: str, table: str, constant: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self.table(table)[constant].get(number)
        if row is None:
            raise EditionError(f"the dictionary of {self.name} has no {what} {number}", reference="PS3.16")
        return row


# --- from the tables ---

_INCLUDE: Final = "+"


def _context_group(cid: str, row: tuple[Any, ...], meanings: Mapping[str, Mapping[str, str]]) -> ContextGroup:
    """The value of a row of the table ``context_groups``; ``meanings`` as in the table ``codes``."""
    name, keyword, uid, version, extensible, members = row
    codes: list[Code] = []
    includes: list[str] = []
    for line in members.splitlines():
        if line.startswith(_INCLUDE):
            includes.append(line.removeprefix(_INCLUDE))
        else:
            scheme, _, values = line.partition("\t")
            known = meanings.get(scheme, {})
            codes += (Code(scheme, value, known.get(value, "")) for value in values.split(" "))
    return ContextGroup(cid, name, keyword, uid, version, extensible, tuple(codes), tuple(includes))


def _all_codes(cid: str, groups: Mapping[str, tuple[Any, ...]]) -> frozenset[tuple[str, str]]:
    """(scheme, value) of all codes of a group in the table ``context_groups``, those of its includes too."""
    found: set[tuple[str, str]] = set()
    seen: set[str] = set()
    left = [cid]
    while left:
        if (name := left.pop()) in seen or name not in groups:
            continue
        seen.add(name)
        group = _context_group(name, groups[name], {})
        found.update(code[:2] for code in group.codes)
        left += group.includes
    return frozenset(found)


def _template(tid: str, row: tuple[Any, ...]) -> Template:
    """The value of a row of the table ``templates``."""
    name, extensible, ordered, root, rows = row
    return Template(tid, name, extensible, ordered, root, tuple(TemplateRow(*each) for each in rows))
