"""The text of the generated scanners that decode on the way: see `emit_scanners`."""

from __future__ import annotations

from typing import Final

__all__ = ["READ"]

READ: Final = '''

def read(
    buf: bytes | mmap,
    pos: int,
    end: int,
    slots: dict[int, Any],
    last: int,
    ends: dict[int, int],
    max_depth: int,
    rows: Any,
    source: object,
    left: list[int],
) -> tuple[int, int]:
    """As `scan` to the end, and decode on the way what its own bytes alone tell: ``slots[tag]`` becomes the element.

    ``rows.known`` (and where it has none, ``rows.new``) tells for the start of a header what `look_up` does, and the VR
    ("": not to be decoded here), what reads the numbers (or None), how a single text is stripped (None: it is more
    than text), the class that it or several numbers become (or None), the decoder (None for numbers, and for no
    bytes), the value of no bytes. A decoder takes ``rows.text`` for text; one that raises ValueError leaves the offset
    in the slot. ``left`` gets the tags of all that is left so. ``rows.make`` gives a blank element of ``source``.
    """
    known, new, text, make = rows.known, rows.new, rows.text, rows.make
    head = HEAD
    limit = end - {limit}
    while pos <= limit:
        (key,) = head(buf, pos)
        try:
            tag, size, {form}, name, number, strip, of_class, decode, value = known[key]
        except KeyError:
            tag, size, {form}, name, number, strip, of_class, decode, value = new(key)
        if tag <= last:
            break
        after = {after}
        if after > end or not after:
            break
        if number is not None:
            value = number(buf, pos + {short_size})
            value = value[0] if of_class is None else of_class(value)
        elif decode is not None:
            raw = buf[pos + {short_size} : after]
            try:
                if strip is None:
                    value = decode(raw, text)
                else:
                    value = raw.decode("ascii")
                    if "\\\\" in value or "\\x1b" in value:
                        value = decode(raw, text)
                    else:
                        value = strip(value, " \\0")
                        if of_class is not None:
                            value = of_class(value)
            except ValueError:
                name = ""
        if name:
            slots[tag] = made = make()
            made._tag = tag
            made.VR = name
            made._value = value
            made._source = source
            made._slot = pos
            made._dirty = False
            made.private_creator = None
        else:
            slots[tag] = pos
            left.append(tag)
        last = tag
        pos = after
    return pos, last
'''
