"""The codes of the issues that reading and writing tell, with what each means and what is done about it."""

from __future__ import annotations

from typing import Final

__all__ = ["CODES"]

CODES: Final[dict[str, str]] = {
    # the file (PS3.10 7)
    "preamble": "no preamble and prefix where they belong; what is there instead is kept",
    "meta": "no file meta elements, or not in Explicit VR Little Endian; read as they are",
    "meta-group-length": "the file meta group length is missing or wrong; they end where group 0002 does",
    "transfer-syntax": "no transfer syntax, an unknown one, or one that is not the dataset's; the dataset's is used",
    "deflate": "the deflated dataset is wrapped in a zlib header; passed over",
    "deflate-broken": "the deflate stream is broken or cut off; what could be inflated is read",
    # elements (PS3.5 7.1)
    "duplicate": "a tag for the second time; the first one counts, the others are kept",
    "order": "an element behind one of a higher tag; read",
    "group": "an element of a group that does not belong into a dataset; read",
    "odd-length": "a value of odd length; read",
    "vr": "no value representation in the header, or a header of another form; the dictionary's is used",
    "value-past-end": "a value length that reaches past the end; what is there is taken",
    "garbage": "bytes that are no element; kept, reading goes on where an element certainly starts",
    "trailing-bytes": "bytes behind the last element, item, or deflate stream; kept",
    "trailing-zeros": "zeros behind the last element; kept",
    # sequences and fragments (PS3.5 7.5, A.4)
    "stray-delimiter": "an item or delimiter where none belongs; kept and passed over",
    "delimiter-length": "a delimiter whose length is not zero; taken as zero",
    "missing-delimiter": "undefined length without its delimiter; it ends where something else starts",
    "sequence-length": "a sequence length that is not that of its items; it ends with them",
    "item-length": "an item length that is not that of its elements; it ends with them",
    "item-past-end": "an item length that reaches past the end; what is there is taken",
    "missing-item": "elements in a sequence without an item around them; read as one item",
    "item-encoding": "items in another encoding than what is around them; read so",
    "not-a-sequence": "a sequence that does not hold items; read as bytes",
    "no-fragments": "undefined length, but neither items nor fragments; what is there is taken",
    "fragment-past-end": "a fragment that is cut off; what is there is taken",
    # values (PS3.5 6.2)
    "value": "a value that breaks its value representation; read as text or bytes",
    "charset": "an unknown or misspelt character set, or text that is not in it; read with replacements",
    # writing (PS3.5 6.2.2)
    "value-length": "a value that is too long for the header of its value representation; written as UN",
    # of the list itself
    "more-issues": "more issues than are kept; the others are not told",
}
"""Code -> meaning, in the order of the file: its parts, its elements, its values."""
