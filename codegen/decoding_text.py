"""The text of the generated scanners that decode on the way: see `emit_scanners`."""

from __future__ import annotations

from typing import Final

__all__ = ["DECODE_PLAIN", "EXPLICIT_READ", "IMPLICIT_READ"]

DECODE_PLAIN: Final = r"""        if decode is not None and length < {lazy_from}:
            start = pos + {short_size}
            after = start + length
            if after > end or length & 1:
                break
            if length == size:
                (value,) = number(buf, start)
            elif length:
                raw = buf[start:after]
                try:
                    if strip is None:
                        value = decode(raw, text)
                    else:
                        value = raw.decode("ascii")
                        if "\\" in value or "\x1b" in value:
                            value = decode(raw, text)
                        else:
                            value = strip(value, " \0")
                            if of_class is not None:
                                value = of_class(value)
                except ValueError:
                    slots[tag] = pos
                    left.append(tag)
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
    buf: bytes | mmap,
    pos: int,
    end: int,
    slots: dict[int, Any],
    last: int,
    stop: int,
    ends: dict[int, int],
    max_depth: int,
    rows: dict[bytes, Any],
    text: Callable[[bytes], str],
    make: Callable[[], Any],
    source: object,
    left: list[int],
) -> tuple[int, int]:
    """As `scan`, and decode on the way what needs nothing but its own bytes: ``slots[tag]`` becomes the element.

    ``rows`` tells for the bytes before a length: the tag, the VR, the size of one number and what reads it (-1 and None
    for text), how a single text is stripped and the class it becomes (None: `str`; no strip for what is more than
    text), the decoder (None: not to be decoded here), the value of no bytes. A decoder that raises ValueError leaves
    the offset in the slot; ``left`` gets the tags of all that is left so. ``make`` gives a blank element of ``source``.
    """
    head = HEAD
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    to_end = stop == {group_limit}
    while pos <= limit:
        key, length = head(buf, pos)
        tag, name, size, number, strip, of_class, decode, value = rows[key]
        if tag <= last or (not to_end and tag >= stop):
            break
{decode_plain}        if tag >= stop:
            break
        vr = key[{vr_at}:]
        if vr in SHORT:
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
        left.append(tag)
        last = tag
        pos = after
    return pos, last
'''

IMPLICIT_READ: Final = '''

def read(
    buf: bytes | mmap,
    pos: int,
    end: int,
    slots: dict[int, Any],
    last: int,
    stop: int,
    ends: dict[int, int],
    max_depth: int,
    rows: dict[bytes, Any],
    text: Callable[[bytes], str],
    make: Callable[[], Any],
    source: object,
    left: list[int],
) -> tuple[int, int]:
    """As `scan`, and decode on the way what needs nothing but its own bytes: ``slots[tag]`` becomes the element.

    As in explicit VR, but for the VR, which is the dictionary's.
    """
    head = HEAD
    sequences = SEQUENCE_TAGS
    limit = end - {limit}
    if stop > {group_limit}:
        stop = {group_limit}
    to_end = stop == {group_limit}
    while pos <= limit:
        key, length = head(buf, pos)
        tag, name, size, number, strip, of_class, decode, value = rows[key]
        if tag <= last or (not to_end and tag >= stop):
            break
{decode_plain}        after = pos + {short_size} + length
        if tag >= stop:
            break
        if after > end or length & 1:
            if length != {undefined}:
                break
            start = pos + {short_size}
            if tag == {pixel_tag}:
                after = ends.get(start) or measure_fragments(buf, start, end, ends)
            else:
                after = ends.get(start) or measure(buf, start, end, ends, max_depth)
            if not after:
                break
        elif tag in sequences and not holds_items(buf, pos + {short_size}, after, end, ends, max_depth):
            break
        slots[tag] = pos
        left.append(tag)
        last = tag
        pos = after
    return pos, last
'''
