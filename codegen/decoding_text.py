"""The text of the generated scanners that decode on the way: see `emit_scanners`."""

from __future__ import annotations

from typing import Final

__all__ = ["DECODE_PLAIN", "EXPLICIT_READ", "IMPLICIT_READ"]

DECODE_PLAIN: Final = """        row = plain.get({key})
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
"""

EXPLICIT_READ: Final = '''

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
    stop_group = stop >> 16
    while pos <= limit:
        group, element, vr, length = header(buf, pos)
        tag = group * 0x10000 + element
        if tag <= last or (group >= stop_group and tag >= stop):
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
'''

IMPLICIT_READ: Final = '''

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
    stop_group = stop >> 16
    while pos <= limit:
        group, element, length = header(buf, pos)
        tag = group * 0x10000 + element
        if tag <= last or (group >= stop_group and tag >= stop):
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
'''
