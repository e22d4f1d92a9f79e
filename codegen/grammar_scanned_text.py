"""The part of the generated construct grammar that works by scanner, as a template.

Names in double angle brackets stand for tables that the emitter fills in.
"""

from __future__ import annotations

from typing import Final

__all__ = ["SCANNED"]

SCANNED: Final = '''

class _Irregular(Exception):
    """The scanner met something that it leaves to the interpreted grammar."""


class ScannedDataset(Construct):  # type: ignore[misc]
    """A dataset to the end of the stream: the same Containers as `grammar` makes, by the generated scanner.

    What is not regular to the scanner (tags out of order, odd lengths) is left to ``grammar``. Parsing costs no Python
    recursion.
    """

    def __init__(self, encoding: str, grammar: Any) -> None:
        super().__init__()
        self.encoding = encoding
        self.grammar = grammar

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        start = stream.tell()
        try:
            return _scanned_elements(stream.read(), self.encoding)
        except _Irregular:
            stream.seek(start)
            return self.grammar._parsereport(stream, context, path)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        try:
            data = _encoded_elements(obj, self.encoding)
        except _Irregular:
            return self.grammar._build(obj, stream, context, path)
        stream.write(data)
        return obj

    def _sizeof(self, context: Any, path: str) -> int:
        return int(Construct._sizeof(self, context, path))


def _scanned_elements(buf: bytes, encoding: str) -> Any:
    """The elements of ``buf``. What nests waits on a stack: (list to fill, encoding, start, end)."""
    result = ListContainer()
    ends: dict[int, int] = {}
    waiting: list[tuple[Any, str, int, int]] = [(result, encoding, 0, len(buf))]
    while waiting:
        found, encoding, start, end = waiting.pop()
        slots: dict[int, int] = {}
        pos, _ = _SCANNERS[encoding].scan(buf, start, end, slots, -1, 1 << 32, ends, _ANY_DEPTH)
        if pos != end:
            raise _Irregular
        found.extend(_scanned_element(buf, encoding, tag, at, ends, waiting) for tag, at in slots.items())
    return result


def _scanned_element(
    buf: bytes, encoding: str, tag: int, at: int, ends: dict[int, int], waiting: list[tuple[Any, str, int, int]]
) -> Any:
    scanner = _SCANNERS[encoding]
    vr, pos, length = scanner.header(buf, at)
    element = Container(tag=_tag(tag))
    if vr:
        element["vr"] = vr
        if vr in _LONG:
            (element["reserved"],) = _RESERVED[encoding].unpack_from(buf, at)
    element["length"] = length
    form, undefined = _FORMS[encoding](element)
    if form == "value":
        element["value"] = buf[pos : pos + length]
        return element
    end = ends[pos] - scanner.ITEM_SIZE if undefined else pos + length
    if form == "fragments":
        element["fragments"] = _scanned_fragments(buf, scanner, pos, end)
    else:
        element["items"] = _scanned_items(buf, form if undefined else encoding, pos, end, ends, waiting)
    if undefined:
        element["delimiter"] = Container(tag=_tag(_SEQUENCE_DELIMITATION), length=0)
    return element


def _scanned_fragments(buf: bytes, scanner: Any, pos: int, end: int) -> Any:
    found = ListContainer()
    while pos < end:
        length = scanner.ITEM(buf, pos)[2]
        pos += scanner.ITEM_SIZE
        found.append(Container(tag=_tag(_ITEM), length=length, value=buf[pos : pos + length]))
        pos += length
    return found


def _scanned_items(
    buf: bytes, encoding: str, pos: int, end: int, ends: dict[int, int], waiting: list[tuple[Any, str, int, int]]
) -> Any:
    scanner = _SCANNERS[encoding]
    spans: list[tuple[int, int]] = []
    if scanner.items(buf, pos, end, spans, ends, _ANY_DEPTH) != end:
        raise _Irregular
    found = ListContainer()
    for at, content_end in spans:
        length = scanner.ITEM(buf, at)[2]
        item = Container(tag=_tag(_ITEM), length=length, elements=ListContainer())
        if length == UNDEFINED:
            item["delimiter"] = Container(tag=_tag(_ITEM_DELIMITATION), length=0)
        waiting.append((item["elements"], encoding, at + scanner.ITEM_SIZE, content_end))
        found.append(item)
    return found


def _encoded_elements(elements: Any, encoding: str) -> bytes:
    return b"".join(part for element in elements for part in _encoded_element(element, encoding))


def _encoded_element(element: Any, encoding: str) -> tuple[bytes, bytes]:
    """Header and value; irregular is what the interpreted grammar refuses, or a reserved field that is not zero."""
    scanner = _SCANNERS[encoding]
    try:
        form, undefined = _FORMS[encoding](element)
        if form == "value":
            value = element["value"]
        elif form == "fragments":
            parts = (part for entry in element["fragments"] for part in _encoded_fragment(entry, scanner))
            value = b"".join(parts) + scanner.SEQUENCE_DELIMITER
        else:
            inner = form if undefined else encoding
            value = b"".join(part for item in element["items"] for part in _encoded_item(item, inner))
            if undefined:
                value += _SCANNERS[inner].SEQUENCE_DELIMITER
        if element.get("reserved"):
            raise _Irregular
        return scanner.encode_header(element["tag"], element.get("vr", ""), _length(element, value, undefined)), value
    except (AttributeError, KeyError, TypeError, ValueError, ConstructError):
        raise _Irregular from None


def _length(obj: Any, value: bytes, undefined: bool) -> int:
    given = obj.get("length")
    if undefined or not isinstance(value, bytes) or given not in (None, len(value)):
        if undefined and given in (None, UNDEFINED):
            return UNDEFINED
        raise _Irregular
    return len(value)


def _encoded_fragment(fragment: Any, scanner: Any) -> tuple[bytes, bytes]:
    return scanner.encode_item(_length(fragment, fragment["value"], False)), fragment["value"]


def _encoded_item(item: Any, encoding: str) -> tuple[bytes, bytes, bytes]:
    scanner = _SCANNERS[encoding]
    data = _encoded_elements(item["elements"], encoding)
    if _is_undefined(item):
        return scanner.ITEM_UNDEFINED, data, scanner.ITEM_DELIMITER
    return scanner.encode_item(_length(item, data, False)), data, b""


_ANY_DEPTH: Final = 1 << 60
_ITEM: Final = <<item>>
_ITEM_DELIMITATION: Final = <<item_delimitation>>
_SEQUENCE_DELIMITATION: Final = <<sequence_delimitation>>
_SCANNERS: Final[dict[str, Any]] = {
<<scanners>>}
_FORMS: Final[dict[str, Callable[[Any], tuple[str, bool]]]] = {
<<forms>>}
_RESERVED: Final = {
<<reserved>>}
'''
