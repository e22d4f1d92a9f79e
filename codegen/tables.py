"""The tables of an edition, or of one private dictionary, as data.

They are what the emitters write into generated modules, without the modules: the runtime keeps them in a cache, and
looks things up in them as in the modules that were shipped. The rules of bytes, VRs and character sets are not among
them: those belong to the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from . import (
    emit_confidentiality,
    emit_elements,
    emit_iods,
    emit_private,
    emit_sources,
    emit_terminology,
    emit_uids,
)
from .build import Emitter, default_dictionaries, load_private, load_specification
from .yaml_io import load

__all__ = ["constants", "edition_tables", "private_tables"]

Tables = dict[str, dict[str, Any]]
"""Path of a generated module without its suffix -> the public constants of that module."""

_EMITTERS: Final[dict[str, Emitter]] = {
    "edition": emit_sources.emit,
    "elements": emit_elements.emit,
    "uids": emit_uids.emit,
    "private": emit_private.emit,
    "iods": emit_iods.emit_iods,
    "modules": emit_iods.emit_modules,
    "macros": emit_iods.emit_macros,
    "confidentiality": emit_confidentiality.emit,
    "context_groups": emit_terminology.emit_context_groups,
    "codes": emit_terminology.emit_codes,
    "templates": emit_terminology.emit_templates,
}
"""What of a specification goes into tables; what an edition lacks is left out."""


def edition_tables(folder: Path) -> Tables:
    """The tables of the edition whose dictionaries lie in a folder.

    Raises:
        SchemaError: a dictionary is not as its model asks.
        OSError: one cannot be read.
    """
    spec = load_specification(folder, shipped=default_dictionaries())
    return _tables(
        {path: text for part, emit in _EMITTERS.items() if getattr(spec, part) for path, text in emit(spec).items()}
    )


def private_tables(file: Path) -> Tables:
    """The tables of one private dictionary. Raises as `edition_tables` does."""
    vrs = frozenset(load(default_dictionaries() / "rules" / "vr.yaml")["vrs"])
    vendor = load_private(file, vrs, own=True)
    return _tables(emit_private.emit_vendors((vendor,)))


def _tables(texts: dict[str, str]) -> Tables:
    return {path.removesuffix(".py"): constants(path, text) for path, text in texts.items()}


def constants(path: str, text: str) -> dict[str, Any]:
    """The public constants of a generated module; it imports nothing but `typing`."""
    names: dict[str, Any] = {}
    exec(compile(text, path, "exec"), names)
    return {name: value for name, value in names.items() if name.isupper() and not name.startswith("_")}
