"""The text of the generated scanners, with what the YAML decides left open: see `emit_scanners`."""

from __future__ import annotations

from typing import Final

__all__ = ["COMMON", "EXPLICIT_CODE", "HEAD", "IMPLICIT", "MEASURE_ITEMS"]

HEAD: Final = '''{banner}
"""{title}: straight-line scanner and encoder of element headers ({section}; PS3.5 7.1, 7.5, A.4).

The fast form of the same structures as in `grammar`. ``buf`` is anything with the buffer interface; offsets and
lengths are in bytes. "Regular" is what these functions walk over; where they meet anything else they stop and say
where, and the caller decides what it was. Nesting costs no Python recursion.
"""

from __future__ import annotations

import struct
from mmap import mmap
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
KEY: Final = struct.Struct("{key_format}")
HEAD: Final = KEY.unpack_from
"""The first bytes of a header as one number ({head_content}), by which is looked up what is asked about it."""
_ITEM_HEAD: Final = struct.Struct("{item_head_format}").unpack_from
"""The tag of an item as bytes, and its length."""
MOST_HEADS: Final = {most_heads}
"""When so many different ones are remembered, that starts anew."""

Head = tuple[int, int, {form_type}]
WHOLE: Final[{form_type}] = {whole}
"""What a `Head` has third where its size is that of the whole element."""
HEADS: Final[dict[int, Head]] = {{}}
"""By the first bytes of headers what `look_up` tells of them. Filled as they are met."""
'''

EXPLICIT_CODE: Final = '''
MAX_SHORT: Final = {max_short}
"""Longest even length of the short form."""
SHORT: Final = {short_vrs}
LONG: Final = {long_vrs}
NAMES: Final[dict[bytes, str]] = {{vr: vr.decode("ascii") for vr in sorted(SHORT | LONG)}}
SEQUENCES: Final = {sequences}
"""VRs whose value of undefined length is items in this encoding."""
IMPLICIT_SEQUENCES: Final = {implicit_sequences}
"""VRs whose value of undefined length is items in Implicit VR Little Endian (PS3.5 6.2.2)."""


def look_up(key: int) -> Head:
    """Tag, size, and VR of the long form (None: the short one) of an element whose header starts with ``key``.

    The size, in bytes, is that of the element; in the long form, of its header. Tag -1: not the header of a regular
    element.
    """
    group, element, vr, length = _HEADER.unpack(KEY.pack(key))
    head: Head = -1, {short_size}, None
    if group < {group} and vr in SHORT and not length & 1:
        head = group << 16 | element, {short_size} + length, None
    elif group < {group} and vr in LONG:
        head = group << 16 | element, {long_size}, vr
    if len(HEADS) >= MOST_HEADS:
        HEADS.clear()
    HEADS[key] = head
    return head


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
    head, heads = HEAD, HEADS
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    to_end = stop == {group_limit}
    while pos <= limit:
        (key,) = head(buf, pos)
        try:
            tag, size, vr = heads[key]
        except KeyError:
            tag, size, vr = look_up(key)
        if tag <= last or (not to_end and tag >= stop):
            break
        after = {after}
        if after > end or not after:
            break
        slots[tag] = pos
        last = tag
        pos = after
    return pos, last


def end_of(buf: Buffer, pos: int, vr: bytes, end: int, ends: dict[int, int], max_depth: int) -> int:
    """End of the element of the long form whose header is at ``pos``, of a value before ``end``; 0 if not regular."""
    start = pos + {long_size}
    if start > end:
        return 0
    (length,) = LENGTH(buf, pos + {length_at})
    if length == {undefined}:
        return ends.get(start) or measure_value(buf, vr, start, end, ends, max_depth)
    after: int = start + length
    if length & 1 or (vr in SEQUENCES and not holds_items(buf, start, after, end, ends, max_depth)):
        return 0
    return after


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
    head, heads = HEAD, HEADS
    starts = [pos]
    while True:
        if pos + {limit} > end:
            return 0
        if in_item:
            (key,) = head(buf, pos)
            try:
                tag, size, form = heads[key]
            except KeyError:
                tag, size, form = look_up(key)
            if form is None and tag >= 0:
                pos += size
                continue
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

IMPLICIT: Final = '''
MAX_SHORT: Final = {undefined} - 1
"""Longest even length of a header; there is one form only."""
FRAGMENTS: Final = {fragments}
"""VRs whose value of undefined length is fragments, not items (PS3.5 A.4)."""
SEQUENCE_TAGS: Final = frozenset(
    {sequence_tags}
)
"""The tags whose VR is a sequence, by the dictionary."""


def look_up(key: int) -> Head:
    """Tag and size of an element whose header is ``key``, and whether that is the size, in bytes, of the whole element.

    It is not for sequences and for undefined length: `end_of` tells their end. Tag -1: not the header of a regular
    element.
    """
    group, element, length = _HEADER.unpack(KEY.pack(key))
    tag = group << 16 | element
    head: Head = -1, {short_size}, True
    if group < {group} and (tag in SEQUENCE_TAGS or length == {undefined}):
        head = tag, {short_size}, False
    elif group < {group} and not length & 1:
        head = tag, {short_size} + length, True
    if length < {lazy_from}:  # longer ones hardly come again
        if len(HEADS) >= MOST_HEADS:
            HEADS.clear()
        HEADS[key] = head
    return head


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
    head, heads = HEAD, HEADS
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    to_end = stop == {group_limit}
    while pos <= limit:
        (key,) = head(buf, pos)
        try:
            tag, size, whole = heads[key]
        except KeyError:
            tag, size, whole = look_up(key)
        if tag <= last or (not to_end and tag >= stop):
            break
        after = {after}
        if after > end or not after:
            break
        slots[tag] = pos
        last = tag
        pos = after
    return pos, last


def end_of(buf: Buffer, pos: int, tag: int, end: int, ends: dict[int, int], max_depth: int) -> int:
    """End of the element ``tag`` at ``pos``, a sequence or of undefined length, before ``end``; 0 if not regular."""
    start = pos + {short_size}
    (length,) = LENGTH(buf, pos + {item_length})
    if length == {undefined}:
        if tag == {pixel_tag}:
            return ends.get(start) or measure_fragments(buf, start, end, ends)
        return ends.get(start) or measure(buf, start, end, ends, max_depth)
    after: int = start + length
    if length & 1 or not holds_items(buf, start, after, end, ends, max_depth):
        return 0
    return after


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
    head, heads = HEAD, HEADS
    starts = [pos]
    while True:
        if pos + {limit} > end:
            return 0
        if in_item:
            (key,) = head(buf, pos)
            try:
                tag, size, whole = heads[key]
            except KeyError:
                tag, size, whole = look_up(key)
            if whole and tag >= 0:
                pos += size
                continue
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

MEASURE_ITEMS: Final = """\
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

COMMON: Final = '''

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
    head = _ITEM_HEAD
    limit = after - {item_size}
    while pos <= limit:
        code, length = head(buf, pos)
        if code != {item_code}:
            return False
        if length != {undefined}:
            pos += {item_size} + length
        else:
            pos += {item_size}
            pos = ends.get(pos) or measure(buf, pos, after, ends, max_depth, True)
            if not pos:
                return False
    return pos == after


def items(buf: Buffer, pos: int, end: int, spans: list[tuple[int, int]], ends: dict[int, int], max_depth: int) -> int:
    """Index the items of a sequence value in ``[pos, end)``: appends (offset of the item header, end of its content).

    The content starts `ITEM_SIZE` bytes behind the header; that of an undefined-length item ends before its
    delimiter. Returns the offset where it stopped: ``end``, or the first thing that is not a regular item.
    """
    head = _ITEM_HEAD
    limit = end - {item_size}
    while pos <= limit:
        code, length = head(buf, pos)
        if code != {item_code}:
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
