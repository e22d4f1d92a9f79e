"""What `help` tells of typed classes: the modules of an IOD and its functional groups, and each attribute.

Texts are made when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from textwrap import fill
from typing import Any, Final, TypeVar

from dicomspec.edition import Edition
from dicomspec.iods import Attribute, Condition, Iod, Items, Use

__all__ = ["Doc", "attribute_doc", "groups_doc", "iod_doc", "told", "type_text", "use_text"]

C = TypeVar("C", bound="type[Any]")

SHOWN: Final = 300
"""Characters of a condition; a few list a hundred terms."""
WIDTH: Final = 110


class Doc:
    """A docstring that is made when it is read.

    Args:
        text: of the class that has it.
        of: makes the one of an instance of that class.
    """

    def __init__(self, text: Callable[[], str | None], of: Callable[[Any], str] | None = None) -> None:
        self._text, self._of = text, of

    def __get__(self, instance: Any, owner: Any = None) -> str | None:
        return self._text() if instance is None or self._of is None else self._of(instance)


def told(cls: C) -> C:
    """Gives a class of attributes `Doc` as its docstring: that of an instance is what ``_told`` gives."""
    text = cls.__doc__
    setattr(cls, "__doc__", Doc(lambda: text, lambda value: value._told()))  # noqa: B010 (to type checkers it is text)
    return cls


def type_text(attribute: Attribute) -> str:
    """The type, with its condition: ``"type 1C if RescaleType != HU, else optional"``."""
    if not attribute.type:
        return "no type"
    return " ".join(filter(None, ["type", attribute.type, _condition(attribute.condition)]))


def use_text(use: Use) -> str:
    """The usage, with its condition."""
    return " ".join(filter(None, [use.use, _condition(use.condition)]))


def _condition(condition: Condition | None) -> str:
    if condition is None:
        return ""
    when, otherwise = condition.when, condition.otherwise
    last = {"": "absent", "may": "optional"}
    return _when(when) + (f", else {last.get(otherwise) or f'optional {_when(otherwise)}'}" if when != "?" else "")


def _when(expression: str) -> str:
    return "as the section says" if expression == "?" else f"if {_brief(expression)}"


def _brief(expression: str) -> str:
    return expression if len(expression) <= SHOWN else expression[:SHOWN].rpartition(" ")[0] + " ..."


def attribute_doc(attribute: Attribute, named: str, section: str, use: Use | None = None) -> str:
    """Name, VR, VM, type with condition, and section; then number of items, and values.

    Args:
        named: its name, VR and VM.
        use: of the functional group that it is.
    """
    lines = [", ".join(filter(None, [named, attribute.type and f"type {attribute.type}", section]))]
    if attribute.condition is not None:
        lines.append(f"Required {_condition(attribute.condition)}")
    if use is not None:
        lines.append(f"Functional group: {use_text(use)}")
    if attribute.items is not None:
        lines.append(f"Items: {_count(attribute.items)}")
    for each in attribute.values:
        kind = "Enumerated Values" if each.enumerated else "Defined Terms"
        place = f" of value {each.position}" if each.position else ""
        when = f" {_when(each.condition.when)}" if each.condition is not None else ""
        lines.append(f"{kind}{place}{when}: {_brief(', '.join(each.values))}")
    return "\n".join(fill(line, WIDTH, subsequent_indent="    ", break_long_words=False) for line in lines)


def _count(items: Items) -> str:
    if items.most is None:
        return f"{items.least} or more"
    return str(items.least) if items.least == items.most else f"{items.least} to {items.most}"


def iod_doc(edition: Edition, iod: Iod, name: str) -> str:
    """The modules of an IOD by information entity, and its functional groups."""
    lines = [
        f"{iod.name} IOD [PS3.3 {iod.section}]",
        "",
        f"A view of a dataset: {name}(ds), or {name}.read(path). Attributes are below, module by module.",
        "In conditions, ? stands for what cannot be told from a dataset; lookup tells of each module.",
        "",
        *(f"SOP Class: {_uid(edition, each)}" for each in iod.sop_classes),
        "",
        "Modules (M mandatory, C conditional, U user option):",
        *_table(iod.modules, lambda use: edition.module(use.id)),
    ]
    if iod.functional_groups:
        lines += ["", f"Functional groups of each frame, {name}.functional_groups:"]
        lines += _table(iod.functional_groups, lambda use: edition.macro(use.id))
    return "\n".join(lines)


def _uid(edition: Edition, uid: str) -> str:
    entry = edition.uid(uid)
    return uid if entry is None else f"{entry.name} ({uid})"


def groups_doc(edition: Edition, iod: Iod) -> str:
    """The functional groups of an IOD."""
    title = f"The functional groups of a frame of the {iod.name} IOD [PS3.3 {iod.section}]"
    return "\n".join([title, "", *_table(iod.functional_groups, lambda use: edition.macro(use.id))])


def _table(uses: Iterable[Use], module_of: Callable[[Use], Any]) -> Iterator[str]:
    entity = ""
    for use in uses:
        if use.entity != entity:
            entity = use.entity
            yield f"  {entity}"
        module = module_of(use)
        line = ": ".join(filter(None, [f"    {use.use}  {module.name}, {module.section}", _condition(use.condition)]))
        yield fill(line, WIDTH, subsequent_indent="         ", break_long_words=False)
