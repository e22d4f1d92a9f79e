"""Blocks of private elements (PS3.5 7.8).

The element (gggg,00bb) of an odd group names the creator to which the elements (gggg,bb00) to (gggg,bbFF) belong.
"""

from __future__ import annotations

from typing import Any

from dicomspec._generated.wire import FIRST_PRIVATE_CREATOR as FIRST
from dicomspec._generated.wire import LAST_PRIVATE_CREATOR as LAST
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.tag import Tag

__all__ = ["PrivateBlock", "private_block", "private_creators"]


class PrivateBlock:
    """The elements of one private creator in one group, by their offset (0 to 255) in the block.

    Attributes:
        group: the odd group number.
        private_creator: name of the creator.
        block_start: element number of offset 0.
    """

    __slots__ = ("_body", "block_start", "group", "private_creator")

    def __init__(self, body: Elements, group: int, creator: str, number: int) -> None:
        self._body = body
        self.group = group
        self.private_creator = creator
        self.block_start = number << 8

    def get_tag(self, element_offset: int) -> Tag:
        """The tag of an offset in the block.

        Raises:
            ValueError: the offset is not 0 to 255.
        """
        if not 0 <= element_offset <= 0xFF:
            raise ValueError(f"the offset in a private block is 0 to 255, not {element_offset}")
        return Tag(self.group << 16 | self.block_start | element_offset)

    def __contains__(self, element_offset: int) -> bool:
        return self.get_tag(element_offset) in self._body

    def __getitem__(self, element_offset: int) -> DataElement:
        element: DataElement = self._body[self.get_tag(element_offset)]
        return element

    def __delitem__(self, element_offset: int) -> None:
        del self._body[self.get_tag(element_offset)]

    def add_new(self, element_offset: int, VR: str, value: Any) -> None:  # noqa: N803
        """Put an element in."""
        tag = self.get_tag(element_offset)
        self._body.add_new(tag, VR, value)
        self._body[tag].private_creator = self.private_creator


def private_creators(body: Elements, group: int) -> list[str]:
    """The creators that have a block in ``group``.

    Raises:
        ValueError: the group is even.
    """
    if not group & 1:
        raise ValueError(f"group {group:04X} is even: private groups are odd (PS3.5 7.8)")
    return [name for _, name in _blocks(body, group)]


def private_block(body: Elements, group: int, creator: str, create: bool) -> PrivateBlock:
    """The block of ``creator`` in ``group``; made in the first free place if there is none and ``create`` is true.

    Raises:
        KeyError: there is none.
        ValueError: the group is even or full, or ``creator`` is empty.
    """
    if not creator:
        raise ValueError("a private block needs the name of its creator")
    private_creators(body, group)
    taken = dict(_blocks(body, group))
    for number, name in taken.items():
        if name == creator:
            return PrivateBlock(body, group, creator, number)
    if not create:
        raise KeyError(f"private creator {creator!r} has no block in group {group:04X}")
    elements = [tag & 0xFFFF for tag in body._tags() if tag >> 16 == group]
    used = {*elements, *(element >> 8 for element in elements)}  # a block whose creator is missing is nobody's to take
    free = [n for n in range(FIRST, LAST + 1) if n not in used]
    if not free:
        raise ValueError(f"group {group:04X} has no free block for {creator!r} (PS3.5 7.8.1)")
    body.add_new(Tag(group, free[0]), "LO", creator)
    return PrivateBlock(body, group, creator, free[0])


def _blocks(body: Elements, group: int) -> list[tuple[int, str]]:
    low, high = group << 16 | FIRST, group << 16 | LAST
    found = ((tag, body._element(tag)) for tag in body._tags() if low <= tag <= high)
    return [
        (tag & 0xFF, element.value) for tag, element in found if element is not None and isinstance(element.value, str)
    ]
