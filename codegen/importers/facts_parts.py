"""Fact files of PS3.4 and PS3.15 that other projects carry in JSON; the manifest names them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ..docbook import open_text
from ..model.confidentiality import PRIVATE, AttributeActions, ConceptActions, Confidentiality
from ..model.sop_classes import SopClass
from ..model.terminology import Code
from .base import Errata, ImportFault
from .part06 import UID_PATTERN

__all__ = ["read_confidentiality", "read_sop_classes"]

_STORAGE: Final = "B.5-1"


def _json(path: Path) -> Any:
    with open_text(path) as stream:
        return json.load(stream)


def read_sop_classes(path: Path, errata: Errata) -> list[SopClass]:
    """The map of SOP Class UID to IOD.

    Raises:
        ImportFault: something is not as expected.
    """
    classes = []
    for row, (uid, iod) in enumerate(_json(path).items(), 1):
        uid, iod = errata.correct("", ("uid", "iod"), (uid, iod))
        if not UID_PATTERN.fullmatch(uid) or not iod:
            raise ImportFault(path.name, "", row, "a SOP Class UID and an IOD", (uid, iod))
        classes.append(SopClass(uid, iod, table=_STORAGE))
    errata.finish()
    return classes


_OPTIONS: Final = {
    "retain_safe_private": "retain-safe-private",
    "retain_uids": "retain-uids",
    "retain_device_identity": "retain-device-identity",
    "retain_institution_identity": "retain-institution-identity",
    "retain_patient_characteristics": "retain-patient-characteristics",
    "retain_longitudinal_full_dates": "retain-longitudinal-full-dates",
    "retain_longitudinal_modified_dates": "retain-longitudinal-modified-dates",
    "clean_descriptors": "clean-descriptors",
    "clean_structured_content": "clean-structured-content",
    "clean_graphics": "clean-graphics",
}
_NOTE: Final = re.compile(r" \(see Note \d+\)")
_ROW: Final = {"tag", "name", "retired", "in_std_iod", "basic", "options"}
_ITEM: Final = {"code", "scheme", "meaning", "value_type", "retired", "basic", "options"}


def read_confidentiality(path: Path, before: Confidentiality) -> Confidentiality:
    """Tables E.1-1 and E.3.4-1 of an edition, and from the edition before what the file lacks.

    Every row of the edition before must be there as it was, but for the case of names: the file is trusted for what is
    new only.

    Raises:
        ImportFault: something is not as expected.
    """
    data = _json(path)
    attributes = tuple(_attribute(path.name, row, entry) for row, entry in enumerate(data["rules"], 1))
    concepts = tuple(_concept(path.name, row, entry) for row, entry in enumerate(data["content_items"], 1))
    _check_kept(path.name, "E.1-1", {row.tag: row for row in before.attributes}, {row.tag: row for row in attributes})
    _check_kept(
        path.name,
        "E.3.4-1",
        {(row.code.key, row.type): row for row in before.concepts},
        {(row.code.key, row.type): row for row in concepts},
    )
    return replace(before, attributes=attributes, concepts=concepts)


def _check_kept(name: str, table: str, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> None:
    for key, row in before.items():
        if str(after.get(key)).casefold() != str(row).casefold():
            raise ImportFault(name, table, key, f"the row of the edition before, {row}", after.get(key))


def _row_actions(name: str, row: int, entry: Mapping[str, Any]) -> dict[str, str]:
    options = entry["options"]
    if unknown := options.keys() - _OPTIONS.keys():
        raise ImportFault(name, "", row, f"one of the options {', '.join(_OPTIONS)}", *sorted(unknown)[:1])
    return {"basic": entry["basic"], **{key: options[option] for option, key in _OPTIONS.items() if option in options}}


def _attribute(name: str, row: int, entry: Mapping[str, Any]) -> AttributeActions:
    if entry.keys() != _ROW:
        raise ImportFault(name, "E.1-1", row, f"the keys {', '.join(sorted(_ROW))}", sorted(entry))
    tag = entry["tag"]
    return AttributeActions(
        tag=PRIVATE if tag == "PRIVATE" else f"({tag[:4]},{tag[4:]})",
        name=_NOTE.sub("", entry["name"]),
        actions=_row_actions(name, row, entry),
        retired=entry["retired"],
        standard=entry["in_std_iod"],
    )


def _concept(name: str, row: int, entry: Mapping[str, Any]) -> ConceptActions:
    if entry.keys() != _ITEM:
        raise ImportFault(name, "E.3.4-1", row, f"the keys {', '.join(sorted(_ITEM))}", sorted(entry))
    code = Code(entry["scheme"], entry["code"], entry["meaning"])
    return ConceptActions(code, entry["value_type"], _row_actions(name, row, entry))
