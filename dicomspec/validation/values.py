"""What values may hold: length, characters and form by VR (PS3.5 6.2). The facts are those of ``vr.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from dicomspec._generated import vr as rules
from dicomspec._generated import wire as names
from dicomspec._generated.charsets import TERMS
from dicomspec.element import DataElement
from dicomspec.validation.nodes import File, Node
from dicomspec.validation.rule import Finding, element_rule, item_rule
from dicomspec.values.charset import ESCAPE, decoder_for
from dicomspec.values.checks import NAME_GROUPS, NAME_PARTS, form_of, is_day, outside_of, shown

__all__ = ["is_plainly_right", "plain_form"]

INFOS: Final = rules.VRS
FORMS: Final = {code: form for code, info in INFOS.items() if info.kind != "uid" and (form := form_of(code))}
OUTSIDE: Final = {code: found for code, info in INFOS.items() if info.kind != "uid" and (found := outside_of(code))}
OF_ONE_FORM: Final = ("uid", "date", "time", "datetime")
"""Kinds whose form tells the length too."""

LIMITED: Final = [c for c in rules.TEXT_VRS if INFOS[c].max_length < 1 << 20 and INFOS[c].kind not in OF_ONE_FORM]
DIGITS: Final = 9
"""An IS of so many digits is within its limits."""

_BEYOND: Final = r"\x80"
_MORE: Final = {
    "name": rf"(?!(?:[^^\\]*\^){{{NAME_PARTS}}})(?![^\\]*=)",
    "uid": r"(?=2\.|[01]\.[0-3]?[0-9]\.)(?!1\.2\.840\.10008\.)",
}
"""What a plain value has to be besides, by kind."""

WORDS: Final = [code for code, info in INFOS.items() if info.size > 1 and info.kind == "bytes"]


@cache
def plain_form(vr: str) -> re.Pattern[bytes]:
    """What the bytes of most values look like that break no rule about text: ASCII, and not padded oddly."""
    info = INFOS[vr]
    value = info.pattern.replace("(", "(?:")
    if not value:
        value = f"[{rules.REPERTOIRES[info.repertoire].split(_BEYOND)[0]}]*"
    most = DIGITS if vr == "IS" else info.max_length
    end = r"(?:\\|\Z)" if info.separator else r"\Z"
    if most < 1 << 20:
        value = rf"(?=[^\\]{{0,{most}}}{end}){value}" if info.separator else rf"(?=[\s\S]{{0,{most}}}\Z){value}"
    value = _MORE.get(info.kind, "") + value
    if info.separator:
        value = rf"{value}(?:\\{value})*"
    pad = info.pad.decode("latin-1").replace("\0", r"\x00")
    return re.compile(f"{value}{pad}?".encode("latin-1"))


def is_plainly_right(file: File, element: DataElement) -> bool:
    """Whether the bytes of a text element show at once that no rule about its value finds anything."""
    data = file.raw_bytes(element)
    if data is None:
        return False
    if plain_form(element.VR).fullmatch(data) is None:
        return not data
    return element.VR not in ("DA", "DT") or all(map(is_day, data.decode("ascii").split("\\")))


def text_of(file: File, node: Node, element: DataElement) -> str:
    """The text of an element with its padding; of one that was made, of its values."""
    data = file.raw_bytes(element)
    if data is None:
        return _joined(element.value)
    if element.VR not in rules.CHARSET_VRS or (data.isascii() and data.find(ESCAPE) < 0):
        return data.decode("latin-1")
    try:
        return decoder_for(_charset(node))(data)
    except ValueError:
        return ""  # told by reading


def _charset(node: Node) -> tuple[str, ...]:
    """The character set that a map of elements was read with."""
    return node.body._origin.charset(node.body) if node.body._origin is not None else ()


def _joined(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "\\".join(_joined(part) for part in value)
    return "" if value is None else str(getattr(value, "original_string", None) or value)


def values_of(file: File, node: Node, element: DataElement) -> list[str]:
    """The values of a text element without what its VR calls padding."""
    known = file.known.get("values")
    if known is not None and known[0] is element:  # only the element in hand is asked for again
        values: list[str] = known[1]
        return values
    info = INFOS[element.VR]
    text = text_of(file, node, element)
    parts = text.split("\\") if info.separator else [text]
    last = parts[-1]
    if last[-1:] in (" ", "\0") and info.kind != "paragraph":
        parts[-1] = last.rstrip("\0") if last.endswith("\0") else last
    strip = str.strip if info.spaces == "both" else str.rstrip
    found = [strip(part, " ") for part in parts]
    file.known["values"] = (element, found)
    return found


@element_rule("value-too-long", "value", "error", "a value is longer than its VR allows", "PS3.5 6.2", LIMITED, "value")
def value_too_long(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    info = INFOS[element.VR]
    data = file.raw_bytes(element)
    if data is not None and len(data) <= info.max_length:
        return
    for number, value in enumerate(values_of(file, node, element), 1):
        for part in value.split("=") if info.kind == "name" else [value]:
            if len(part) > info.max_length:
                which = f"value {number}, {shown(value)}," if number > 1 else f"{shown(value)}"
                yield Finding(
                    element._tag,
                    f"{which} has {len(part)} {info.length_unit}; {element.VR} allows {info.max_length}: shorten it",
                )
                return


@element_rule(
    "value-characters", "value", "error", "a character that the VR does not allow", "PS3.5 6.2", OUTSIDE, "value"
)
def value_characters(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    outside = OUTSIDE[element.VR]
    for value in values_of(file, node, element):
        found = outside.search(value)
        if found is not None and found[0] == ESCAPE.decode():
            if any(term.startswith("ISO 2022") for term in _charset(node)):
                continue  # told by reading
            message = f"an escape sequence in {shown(value)}, but Specific Character Set names no code extensions"
            yield Finding(element._tag, message, "", "PS3.5 6.1.2.5")
            return
        if found is not None:
            char = f"{found[0]!r} (U+{ord(found[0]):04X})"
            yield Finding(element._tag, f"{char} in {shown(value)} is not allowed in {element.VR}: take it out")
            return


@element_rule("value-form", "value", "error", "a value that has not the form of its VR", "PS3.5 6.2", FORMS, "value")
def value_form(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    form, outside = FORMS[element.VR], OUTSIDE[element.VR]
    for value in values_of(file, node, element):
        if not value or outside.search(value):
            continue
        if not form.fullmatch(value):
            info = INFOS[element.VR]
            yield Finding(element._tag, f"{shown(value)} is not of the form of {element.VR} ({info.name})")
        elif element.VR == "IS" and not -(1 << 31) <= int(value) < 1 << 31:
            yield Finding(element._tag, f"{value} is outside -2147483648 to 2147483647, which IS allows")
        elif element.VR in ("DA", "DT") and not is_day(value):
            yield Finding(element._tag, f"{shown(value)}: the calendar has no such day")


@element_rule(
    "value-padding",
    "value",
    "warning",
    "a value padded with what its VR does not pad with",
    "PS3.5 6.2",
    rules.TEXT_VRS,
    "value",
)
def value_padding(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    data = file.raw_bytes(element)
    if not data:
        return
    info = INFOS[element.VR]
    last = data[-1:]
    if last == b"\0" and info.pad != b"\0":
        yield Finding(element._tag, f"padded with a null byte; {element.VR} is padded with a space")
    elif info.kind == "uid" and (last == b" " or data.find(b"\0\0") >= 0):
        what = "a space" if last == b" " else "more than one null byte"
        yield Finding(element._tag, f"padded with {what}; UI is padded with one null byte if its length is odd")


@element_rule(
    "value-name", "value", "error", "a person name with too many components or groups", "PS3.5 6.2.1", ["PN"], "value"
)
def value_name(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    for value in values_of(file, node, element):
        groups = value.split("=")
        if len(groups) > NAME_GROUPS:
            yield Finding(element._tag, f"{shown(value)} has {len(groups)} component groups; three are allowed")
        for group in groups:
            count = group.count("^") + 1
            if count > NAME_PARTS:
                yield Finding(element._tag, f"{shown(group)} has {count} components; five are allowed")


@element_rule(
    "value-size", "value", "error", "a length that is no multiple of the size of its numbers", "PS3.5 6.2", WORDS
)
def value_size(file: File, node: Node, element: DataElement) -> Iterator[Finding]:
    raw = element.raw
    if raw is None or element.is_undefined_length:
        return
    length, size = raw[3] - raw[2], INFOS[element.VR].size
    if length % size:
        yield Finding(element._tag, f"{length} bytes are no multiple of the {size} of a number of VR {element.VR}")


# --- values that the standard gives a form of its own ---------------------------------------------------------------


@item_rule(
    "charset-term",
    "charset",
    "error",
    "a character set that is none of the Defined Terms, or that cannot stand with others",
    "PS3.3 C.12.1.1.2",
    [names.SPECIFIC_CHARACTER_SET],
)
def charset_term(file: File, node: Node) -> Iterator[Finding]:
    tag = names.SPECIFIC_CHARACTER_SET
    value = node.value(tag)
    terms = [str(term or "").strip(" ") for term in value] if isinstance(value, list) else [str(value or "").strip(" ")]
    for term in terms:
        if term not in TERMS:
            yield Finding(tag, f"{shown(term)} is no Defined Term of a character set: its text cannot be read for sure")
            return
    alone = [term for number, term in enumerate(terms) if not TERMS[term].extensions and (term or number)]
    if len(terms) > 1 and alone:
        yield Finding(tag, f"{shown(alone[0])} allows no code extensions: it stands alone, or as ISO 2022 IR ...")
