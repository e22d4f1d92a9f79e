"""wire.yaml -> `scan_implicit_little`, `scan_explicit_little`, `scan_explicit_big`, and the constants module `wire`.

A scanner is the straight-line form of an encoding's grammar: it walks headers, decodes nothing and makes no object an
element. All three come from one text; only what reads a header differs. Sizes, offsets, formats, tags and VR
classes are composed from the field declarations. They are written into the code as literals, since a global look-up
costs as much as an addition.
"""

from __future__ import annotations

from typing import Any, Final

from .emit_wire import emit_constants, struct_format
from .model import Specification
from .model.wire import Encoding, Structure, WireRules
from .source_text import BANNER

__all__ = ["emit"]

_EXPLICIT: Final = ("short", "long")
_LAZY_FROM: Final = 4096  # bytes; longer values are decoded when they are asked for


def emit(spec: Specification) -> dict[str, str]:
    """The scanner modules and `wire.py`, by path relative to the generated package."""
    texts = {f"scan_{encoding.name}.py": _module(spec, encoding) for encoding in spec.wire.encodings}
    return {"wire.py": emit_constants(spec.wire), **texts}


def _module(spec: Specification, encoding: Encoding) -> str:
    names = _names(spec, encoding)
    parts = (_HEAD, _IMPLICIT, _COMMON) if encoding.implicit else (_HEAD, _EXPLICIT_CODE, _COMMON)
    return "".join(part.format_map(names) for part in parts)


def _names(spec: Specification, encoding: Encoding) -> dict[str, Any]:
    """What the texts below leave open: numbers, formats and VR classes."""
    wire: WireRules = spec.wire
    item, order = wire.item("item"), encoding.byte_order
    first = wire.structure(encoding.header[0][1])
    names: dict[str, Any] = {
        "banner": BANNER,
        "title": encoding.title,
        "section": encoding.section,
        "implicit": encoding.implicit,
        "big_endian": order == "big",
        "undefined": f"0x{wire.constant('undefined_length'):X}",
        "header_format": struct_format(first, order),
        "item_format": struct_format(item, order),
        "short_size": first.size,
        "item_size": item.size,
        "limit": max(_size(first), _size(item)),
        "length_format": struct_format(item, order, only="length"),
        "item_length": item.field("length").at,
        "group_limit": f"0x{wire.group('delimiters') << 16:X}",
        "pixel_group": f"0x{wire.tag('pixel_data') >> 16:X}",
        "pixel_element": f"0x{wire.tag('pixel_data') & 0xFFFF:X}",
        "group": f"0x{wire.group('delimiters'):X}",
        "long_size": first.size,
        "sequence_tags": _sequence_tags(spec),
        "lazy_from": _LAZY_FROM,
        "imports": "",
        "other_measure": "measure",
    }
    for name, _ in wire.items:
        names[name] = f"0x{wire.item_tag(name) & 0xFFFF:X}"
    names["decode_plain"] = _DECODE_PLAIN.format_map({**names, "key": "vrs.get(tag)" if encoding.implicit else "vr"})
    names["measure_items"] = _MEASURE_ITEMS.format_map(names)
    return {**names, **_vr_names(spec, encoding), **({} if encoding.implicit else _explicit_names(wire, encoding))}


def _vr_names(spec: Specification, encoding: Encoding) -> dict[str, str]:
    vrs = {code: (vr.header, vr.undefined_length) for code, vr in sorted(vr_table(spec).items())}
    by_key = dict(encoding.undefined_length)
    return {
        "short_vrs": _byte_set(code for code, (header, _) in vrs.items() if header == "short"),
        "long_vrs": _byte_set(code for code, (header, _) in vrs.items() if header == "long"),
        "sequences": _byte_set(code for code, (_, key) in vrs.items() if by_key.get(key) == encoding.name),
        "fragments": _byte_set(code for code, (_, key) in vrs.items() if key == "fragments"),
        "implicit_sequences": _byte_set(
            code for code, (_, key) in vrs.items() if by_key.get(key) not in (None, encoding.name, "fragments")
        ),
    }


def _sequence_tags(spec: Specification) -> str:
    tags = sorted(row.digits for row in spec.elements if row.vr == "SQ" and "x" not in row.digits)
    return "[" + ", ".join(f"0x{tag}" for tag in tags) + "]"


def vr_table(spec: Specification) -> dict[str, Any]:
    """VR code -> its rules."""
    return {vr.code: vr for vr in spec.vrs.vrs}


def _byte_set(codes: Any) -> str:
    return "frozenset([" + ", ".join(f'b"{code}"' for code in codes) + "])"


def _size(structure: Structure) -> int:
    assert structure.size is not None
    return structure.size


def _explicit_names(wire: WireRules, encoding: Encoding) -> dict[str, Any]:
    short, long = (wire.structure(dict(encoding.header)[form]) for form in _EXPLICIT)
    for name in ("tag", "vr"):
        assert short.field(name).at == long.field(name).at, "the scanner reads both headers with one format"
    other = next(value for key, value in encoding.undefined_length if key == "implicit-sequence")
    return {
        "long_size": long.size,
        "long_format": struct_format(long, encoding.byte_order),
        "length_at": long.field("length").at,
        "max_short": (1 << 8 * short.field("length").size) - 2,
        "imports": f"from . import scan_{other}\n",
        "other_measure": f"scan_{other}.measure",
    }


_HEAD: Final = '''{banner}
"""{title}: straight-line scanner and encoder of element headers ({section}; PS3.5 7.1, 7.5, A.4).

The fast form of the same structures as in `grammar`. ``buf`` is anything with the buffer interface; offsets and
lengths are in bytes. "Regular" is what these functions walk over; where they meet anything else they stop and say
where, and the caller decides what it was. Nesting costs no Python recursion.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

{imports}from .wire import Buffer

UNDEFINED: Final = {undefined}
SHORT_SIZE: Final = {short_size}
LONG_SIZE: Final = {long_size}
ITEM_SIZE: Final = {item_size}
LAZY_FROM: Final = {lazy_from}
"""Values of this many bytes or more are not decoded on the way."""
IMPLICIT: Final = {implicit}
BIG_ENDIAN: Final = {big_endian}

_HEADER: Final = struct.Struct("{header_format}")
_ITEM: Final = struct.Struct("{item_format}")
_LENGTH: Final = struct.Struct("{length_format}")
HEADER: Final = _HEADER.unpack_from
ITEM: Final = _ITEM.unpack_from
LENGTH: Final = _LENGTH.unpack_from
'''

_EXPLICIT_CODE: Final = '''
MAX_SHORT: Final = {max_short}
"""Longest even length of the short form."""
SHORT: Final = {short_vrs}
LONG: Final = {long_vrs}
NAMES: Final[dict[bytes, str]] = {{vr: vr.decode("ascii") for vr in sorted(SHORT | LONG)}}
SEQUENCES: Final = {sequences}
"""VRs whose value of undefined length is items in this encoding."""
IMPLICIT_SEQUENCES: Final = {implicit_sequences}
"""VRs whose value of undefined length is items in Implicit VR Little Endian (PS3.5 6.2.2)."""

_LONG: Final = struct.Struct("{long_format}")
_SHORT_NAMES: Final = {{NAMES[vr]: vr for vr in sorted(SHORT)}}
_LONG_NAMES: Final = {{NAMES[vr]: vr for vr in sorted(LONG)}}


def scan(
    buf: Buffer,
    pos: int,
    end: int,
    slots: dict[int, int],
    last: int,
    stop: int,
    ends: dict[int, int],
    max_depth: int,
) -> tuple[int, int]:
    """Index regular elements from ``pos``: ``slots[tag]`` becomes the offset of the header.

    Stops before the first element that is not regular (tag not above ``last``, tag of ``stop`` or above, a delimiter,
    unknown VR, odd length, value past ``end``, undefined length without a regular end, a sequence whose items do not
    fill it). Returns its offset and the last tag indexed.
    """
    header = HEADER
    short = SHORT
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    while pos <= limit:
        group, element, vr, length = header(buf, pos)
        tag = group << 16 | element
        if not last < tag < stop:
            break
        if vr in short:
            after = pos + {short_size} + length
        elif vr in LONG:
            if pos + {long_size} > end:
                break
            (length,) = LENGTH(buf, pos + {length_at})
            if length == {undefined}:
                after = ends.get(pos + {long_size}) or measure_value(buf, vr, pos + {long_size}, end, ends, max_depth)
                if not after:
                    break
                length = 0
            else:
                start, after = pos + {long_size}, pos + {long_size} + length
                if vr in SEQUENCES and not holds_items(buf, start, after, end, ends, max_depth):
                    break
        else:
            break
        if after > end or length & 1:
            break
        slots[tag] = pos
        last = tag
        pos = after
    return pos, last


def read(
    buf: Buffer,
    pos: int,
    end: int,
    slots: dict[int, Any],
    last: int,
    stop: int,
    ends: dict[int, int],
    max_depth: int,
    plain: dict[Any, Any],
    text: Callable[[bytes], str],
    make: Callable[[], Any],
    source: object,
    vrs: dict[int, str],
) -> tuple[int, int]:
    """As `scan`, and decode on the way what needs nothing but its own bytes: ``slots[tag]`` becomes the element.

    ``plain`` tells for a VR: its name, the size of one number and what reads it (0 and None for text), the decoder, the
    value of no bytes. A decoder that raises ValueError leaves the offset in the slot. ``make`` gives a blank element
    of ``source``. ``vrs`` is for implicit VR.
    """
    header = HEADER
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    while pos <= limit:
        group, element, vr, length = header(buf, pos)
        tag = group << 16 | element
        if not last < tag < stop:
            break
{decode_plain}        if vr in SHORT:
            after = pos + {short_size} + length
        elif vr in LONG:
            if pos + {long_size} > end:
                break
            (length,) = LENGTH(buf, pos + {length_at})
            if length == {undefined}:
                after = ends.get(pos + {long_size}) or measure_value(buf, vr, pos + {long_size}, end, ends, max_depth)
                if not after:
                    break
                length = 0
            else:
                start, after = pos + {long_size}, pos + {long_size} + length
                if vr in SEQUENCES and not holds_items(buf, start, after, end, ends, max_depth):
                    break
        else:
            break
        if after > end or length & 1:
            break
        slots[tag] = pos
        last = tag
        pos = after
    return pos, last


def measure_value(buf: Buffer, vr: bytes, pos: int, end: int, ends: dict[int, int], max_depth: int) -> int:
    """End of the undefined-length value of a ``vr`` that starts at ``pos``, with its delimiter; 0 if not regular."""
    if vr in SEQUENCES:
        return measure(buf, pos, end, ends, max_depth)
    if vr in IMPLICIT_SEQUENCES:
        return {other_measure}(buf, pos, end, ends, max_depth)
    return measure_fragments(buf, pos, end, ends)


def measure(buf: Buffer, pos: int, end: int, ends: dict[int, int], max_depth: int, in_item: bool = False) -> int:
    """End of the undefined-length sequence (``in_item``: item) whose content starts at ``pos``, its delimiter included.

    0 if something in it is not regular or sequences are nested deeper than ``max_depth``. Notes the end of each
    sequence and item of undefined length that it meets in ``ends``, by the offset of the content.
    """
    if max_depth < 1 and not in_item:
        return 0
    starts = [pos]
    while True:
        if pos + {limit} > end:
            return 0
        if in_item:
            group, element, vr, length = HEADER(buf, pos)
            if vr in SHORT:
                pos += {short_size} + length
            elif vr in LONG:
                if pos + {long_size} > end:
                    return 0
                (length,) = LENGTH(buf, pos + {length_at})
                pos += {long_size}
                if length != {undefined}:
                    pos += length
                elif vr in SEQUENCES:
                    if len(starts) >= 2 * max_depth:
                        return 0
                    starts.append(pos)
                    in_item = False
                else:
                    pos = measure_value(buf, vr, pos, end, ends, max_depth - (len(starts) + 1) // 2)
                    if not pos:
                        return 0
            elif group == {group} and element == {item_delimitation} and not LENGTH(buf, pos + {item_length})[0]:
                pos += {item_size}
                ends[starts.pop()] = pos
                if not starts:
                    return pos
                in_item = False
            else:
                return 0
{measure_items}

def header(buf: Buffer, pos: int) -> tuple[str, int, int]:
    """VR, offset of the value, and length of the regular element whose header is at ``pos``."""
    _, _, vr, length = HEADER(buf, pos)
    if vr in SHORT:
        return NAMES[vr], pos + {short_size}, length
    return NAMES[vr], pos + {long_size}, LENGTH(buf, pos + {length_at})[0]


def encode_header(tag: int, vr: str, length: int) -> bytes:
    """The header bytes of an element; ``length`` may be `UNDEFINED` for a VR of the long form.

    Raises:
        ValueError: the VR is unknown, or the tag or the length does not fit its field.
    """
    try:
        if vr in _SHORT_NAMES:
            return _HEADER.pack(tag >> 16, tag & 0xFFFF, _SHORT_NAMES[vr], length)
        return _LONG.pack(tag >> 16, tag & 0xFFFF, _LONG_NAMES[vr], length)
    except (KeyError, struct.error):
        raise ValueError(f"no header for tag {{tag:#010x}}, VR {{vr!r}} and length {{length}}") from None
'''

_DECODE_PLAIN: Final = '''        row = plain.get({key})
        if row is not None and length < {lazy_from}:
            start = pos + {short_size}
            after = start + length
            if after > end or length & 1:
                break
            name, size, number, decode, value = row
            if length == size and number is not None:
                (value,) = number(buf, start)
            elif length:
                try:
                    value = decode(buf[start:after], text)
                except ValueError:
                    slots[tag] = pos
                    last = tag
                    pos = after
                    continue
            slots[tag] = made = make()
            made._tag = last = tag
            made.VR = name
            made._value = value
            made._source = source
            made._slot = pos
            made._dirty = False
            made.private_creator = None
            pos = after
            continue
'''

_IMPLICIT: Final = '''
MAX_SHORT: Final = {undefined} - 1
"""Longest even length of a header; there is one form only."""
FRAGMENTS: Final = {fragments}
"""VRs whose value of undefined length is fragments, not items (PS3.5 A.4)."""
SEQUENCE_TAGS: Final = frozenset(
    {sequence_tags}
)
"""The tags whose VR is a sequence, by the dictionary."""


def scan(
    buf: Buffer,
    pos: int,
    end: int,
    slots: dict[int, int],
    last: int,
    stop: int,
    ends: dict[int, int],
    max_depth: int,
) -> tuple[int, int]:
    """Index regular elements from ``pos``: ``slots[tag]`` becomes the offset of the header.

    Stops before the first element that is not regular (tag not above ``last``, tag of ``stop`` or above, a delimiter,
    odd length, value past ``end``, undefined length without a regular end, a sequence whose items do not fill it).
    Returns its offset and the last tag indexed.
    """
    header = HEADER
    sequences = SEQUENCE_TAGS
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    while pos <= limit:
        group, element, length = header(buf, pos)
        tag = group << 16 | element
        if not last < tag < stop:
            break
        after = pos + {short_size} + length
        if after > end or length & 1:
            if length != {undefined}:
                break
            start = pos + {short_size}
            if group == {pixel_group} and element == {pixel_element}:
                after = ends.get(start) or measure_fragments(buf, start, end, ends)
            else:
                after = ends.get(start) or measure(buf, start, end, ends, max_depth)
            if not after:
                break
        elif tag in sequences and not holds_items(buf, pos + {short_size}, after, end, ends, max_depth):
            break
        slots[tag] = pos
        last = tag
        pos = after
    return pos, last


def read(
    buf: Buffer,
    pos: int,
    end: int,
    slots: dict[int, Any],
    last: int,
    stop: int,
    ends: dict[int, int],
    max_depth: int,
    plain: dict[Any, Any],
    text: Callable[[bytes], str],
    make: Callable[[], Any],
    source: object,
    vrs: dict[int, str],
) -> tuple[int, int]:
    """As `scan`, and decode on the way what needs nothing but its own bytes: ``slots[tag]`` becomes the element.

    As in explicit VR, but for the VR, which is the dictionary's, ``vrs``.
    """
    header = HEADER
    sequences = SEQUENCE_TAGS
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    while pos <= limit:
        group, element, length = header(buf, pos)
        tag = group << 16 | element
        if not last < tag < stop:
            break
{decode_plain}        after = pos + {short_size} + length
        if after > end or length & 1:
            if length != {undefined}:
                break
            start = pos + {short_size}
            if group == {pixel_group} and element == {pixel_element}:
                after = ends.get(start) or measure_fragments(buf, start, end, ends)
            else:
                after = ends.get(start) or measure(buf, start, end, ends, max_depth)
            if not after:
                break
        elif tag in sequences and not holds_items(buf, pos + {short_size}, after, end, ends, max_depth):
            break
        slots[tag] = pos
        last = tag
        pos = after
    return pos, last


def measure_value(buf: Buffer, vr: bytes, pos: int, end: int, ends: dict[int, int], max_depth: int) -> int:
    """End of the undefined-length value that starts at ``pos``, its delimiter included; 0 if not regular.

    ``vr`` is what the dictionary says: a VR of `FRAGMENTS` holds fragments, any other (``b""``: not known) items.
    """
    if vr in FRAGMENTS:
        return measure_fragments(buf, pos, end, ends)
    return measure(buf, pos, end, ends, max_depth)


def measure(buf: Buffer, pos: int, end: int, ends: dict[int, int], max_depth: int, in_item: bool = False) -> int:
    """End of the undefined-length sequence (``in_item``: item) whose content starts at ``pos``, its delimiter included.

    0 if something in it is not regular or sequences are nested deeper than ``max_depth``. Notes the end of each
    sequence and item of undefined length that it meets in ``ends``, by the offset of the content.
    """
    if max_depth < 1 and not in_item:
        return 0
    starts = [pos]
    while True:
        if pos + {limit} > end:
            return 0
        if in_item:
            group, element, length = HEADER(buf, pos)
            pos += {short_size}
            if group == {group}:
                if element != {item_delimitation} or length:
                    return 0
                ends[starts.pop()] = pos
                if not starts:
                    return pos
                in_item = False
            elif length != {undefined}:
                pos += length
            elif group == {pixel_group} and element == {pixel_element}:
                pos = measure_fragments(buf, pos, end, ends)
                if not pos:
                    return 0
            else:
                if len(starts) >= 2 * max_depth:
                    return 0
                starts.append(pos)
                in_item = False
{measure_items}

def header(buf: Buffer, pos: int) -> tuple[str, int, int]:
    """VR (``""``: the dictionary knows), offset of the value, and length of the element whose header is at ``pos``."""
    return "", pos + {short_size}, HEADER(buf, pos)[2]


def encode_header(tag: int, vr: str, length: int) -> bytes:
    """The header bytes of an element; ``vr`` is not written, ``length`` may be `UNDEFINED`.

    Raises:
        ValueError: the tag or the length does not fit its field.
    """
    try:
        return _HEADER.pack(tag >> 16, tag & 0xFFFF, length)
    except struct.error:
        raise ValueError(f"no header for tag {{tag:#010x}}, VR {{vr!r}} and length {{length}}") from None
'''

_MEASURE_ITEMS: Final = """\
        else:
            group, element, length = ITEM(buf, pos)
            pos += {item_size}
            if group != {group}:
                return 0
            if element == {item}:
                if length != {undefined}:
                    pos += length
                else:
                    starts.append(pos)
                    in_item = True
            elif element == {sequence_delimitation} and not length:
                ends[starts.pop()] = pos
                if not starts:
                    return pos
                in_item = True
            else:
                return 0
"""

_COMMON: Final = '''

def encode_item(length: int) -> bytes:
    """The header bytes of an item or fragment whose content has ``length`` bytes.

    Raises:
        ValueError: the length does not fit.
    """
    try:
        return _ITEM.pack({group}, {item}, length)
    except struct.error:
        raise ValueError(f"no item header for length {{length}}") from None


ITEM_UNDEFINED: Final = _ITEM.pack({group}, {item}, {undefined})
ITEM_DELIMITER: Final = _ITEM.pack({group}, {item_delimitation}, 0)
SEQUENCE_DELIMITER: Final = _ITEM.pack({group}, {sequence_delimitation}, 0)


def measure_fragments(buf: Buffer, pos: int, end: int, ends: dict[int, int]) -> int:
    """End of the encapsulated fragments that start at ``pos``, the delimiter included; 0 if not regular (PS3.5 A.4)."""
    start = pos
    while pos + {item_size} <= end:
        group, element, length = ITEM(buf, pos)
        pos += {item_size}
        if group != {group}:
            return 0
        if element == {item}:
            pos += length  # undefined or past the end: the loop ends
        elif element == {sequence_delimitation} and not length:
            ends[start] = pos
            return pos
        else:
            return 0
    return 0


def holds_items(buf: Buffer, pos: int, after: int, end: int, ends: dict[int, int], max_depth: int) -> bool:
    """Whether the sequence value in ``[pos, after)`` is regular items from its start to its end, all before ``end``."""
    if after > end:
        return False
    while pos + {item_size} <= after:
        group, element, length = ITEM(buf, pos)
        pos += {item_size}
        if group != {group} or element != {item}:
            return False
        if length != {undefined}:
            pos += length
        else:
            pos = ends.get(pos) or measure(buf, pos, after, ends, max_depth, True)
            if not pos:
                return False
    return pos == after


def items(buf: Buffer, pos: int, end: int, spans: list[tuple[int, int]], ends: dict[int, int], max_depth: int) -> int:
    """Index the items of a sequence value in ``[pos, end)``: appends (offset of the item header, end of its content).

    The content starts `ITEM_SIZE` bytes behind the header; that of an undefined-length item ends before its
    delimiter. Returns the offset where it stopped: ``end``, or the first thing that is not a regular item.
    """
    while pos + {item_size} <= end:
        group, element, length = ITEM(buf, pos)
        if group != {group} or element != {item}:
            break
        start = pos + {item_size}
        if length != {undefined}:
            after = start + length
            if after > end:
                break
            spans.append((pos, after))
        else:
            after = ends.get(start) or measure(buf, start, end, ends, max_depth, True)
            if not after or after > end:
                break
            spans.append((pos, after - {item_size}))
        pos = after
    return pos
'''
