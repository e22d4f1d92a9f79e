"""Where rules look: the file, and the maps of elements in it with the way to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dicomspec.edition import Edition
from dicomspec.element import DataElement, step_of
from dicomspec.elements import Elements
from dicomspec.wire.findings import TOLD
from dicomspec.wire.part10 import Part10
from dicomspec.wire.reading import Reading

__all__ = ["DIRECTORY", "SOP_CLASS", "SOP_INSTANCE", "File", "Node", "listed"]

SOP_CLASS: Final = 0x00080016
SOP_INSTANCE: Final = 0x00080018
DIRECTORY: Final = "1.2.840.10008.1.3.10"
"""Media Storage Directory Storage."""

PER_FRAME: Final = 0x52009230
"""Per-Frame Functional Groups Sequence (PS3.3 C.7.6.16)."""


class Node:
    """A map of elements and the way to it: its parent, the tag of the sequence, and the index in that."""

    __slots__ = ("body", "index", "parent", "plan", "tag")

    def __init__(
        self, body: Elements, parent: Node | None = None, tag: int = 0, index: int = 0, plan: Any = None
    ) -> None:
        self.body = body
        self.parent = parent
        self.tag = tag
        self.index = index
        self.plan = plan

    @property
    def root(self) -> Node:
        here = self
        while here.parent is not None:
            here = here.parent
        return here

    def up(self) -> Iterator[Node]:
        """This node and those around it, the innermost first."""
        here: Node | None = self
        while here is not None:
            yield here
            here = here.parent

    @property
    def frame(self) -> int | None:
        """The frame, counted from 1, whose functional groups it is in."""
        if self.parent is None:
            return None
        return next((node.index + 1 for node in self.up() if node.tag == PER_FRAME), None)

    def path(self, tag: int | None, edition: Edition) -> str:
        """Such as ``BeamSequence[0].BeamName``; of a path that is too long the inner part."""
        if self.parent is None:
            return "" if tag is None else step_of(tag, edition)
        steps = [] if tag is None else [step_of(tag, edition)]
        for node in self.up():
            if node.parent is None:
                break
            if len(steps) >= TOLD:
                steps.append("...")
                break
            steps.append(f"{step_of(node.tag, edition)}[{node.index}]")
        return ".".join(reversed(steps))

    def value(self, tag: int) -> Any:
        """The value of an element here, None if there is none or it is empty."""
        element = self.body._element(tag)
        if element is None:
            return None
        value = element.value
        return None if isinstance(value, str) and not value else value

    def number(self, tag: int) -> int | float | None:
        """The value of an element here, if it is one number."""
        value = self.value(tag)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def offset(self, tag: int | None) -> int | None:
        """Where the element starts in the source, or the item for None and for what is not there."""
        if tag is not None:
            element = self.body._slots.get(tag)
            if isinstance(element, DataElement):
                raw = element.raw
                return None if raw is None else raw[1]
        if self.parent is None or self.body._origin is None:
            return None
        return self.body._begin

    def children(self, tag: int) -> Iterator[Node]:
        """The items of a sequence; those that nobody looked at are not kept."""
        element = self.body._element(tag)
        if element is not None and element.VR == "SQ" and element.value is not None:
            for index in range(len(element.value)):
                yield Node(element.value.view(index), self, tag, index)


class File:
    """A dataset with what is around it.

    Attributes:
        top: the dataset.
        meta: the file meta elements, None for a dataset without.
        part10: how it was read, None for a dataset that was not read from a file.
        reading: the source of the dataset, None if it was built.
        edition: the dictionaries to go by.
        sop_class: SOP Class UID, or "".
        transfer_syntax: UID, or "".
        elements: VR, VM, name, keyword and retirement of the elements of the standard, by tag.
        name: of the file, or "".
    """

    def __init__(self, body: Elements, edition: Edition, name: str = "") -> None:
        self.top = Node(body)
        self.meta: Elements | None = getattr(body, "file_meta", None)
        self.part10: Part10 | None = getattr(body, "_file", None)
        self.reading = body._origin if isinstance(body._origin, Reading) else None
        self.edition = edition
        self.name = name
        self.sop_class = self._text(SOP_CLASS)
        self.transfer_syntax = "" if self.meta is None else str(self.meta.get("TransferSyntaxUID") or "")
        self.elements: Mapping[int, Any] = edition.table("element_names")["ELEMENTS"]
        self.known: dict[Any, Any] = {}  # what rules keep for each other
        self.found: dict[Any, Any] = {}  # what conditions looked for in the dataset
        self._raw: tuple[DataElement | None, Any, str] = (None, None, "")
        self._bytes: tuple[DataElement | None, bytes | None] = (None, None)

    def raw(self, element: DataElement) -> Any:
        """Where an element stands in the source; None for one that was made or changed."""
        if self._raw[0] is not element:
            source = None if element._dirty else element._source
            if isinstance(source, Reading):
                raw, vr = source.located(element._slot)
                self._raw = (element, raw, vr)
            else:
                self._raw = (element, element.raw, "")
        return self._raw[1]

    def written_vr(self, element: DataElement) -> str:
        """The VR in the header of an element; "" in implicit VR, and of one that was not read."""
        self.raw(element)
        return self._raw[2]

    def raw_bytes(self, element: DataElement) -> bytes | None:
        """The bytes of an element as they stand in the source; None for one that was made or changed."""
        if self._bytes[0] is not element:
            raw = self.raw(element)
            self._bytes = (element, None if raw is None else raw[0].value_bytes(raw[2], raw[3]))
        return self._bytes[1]

    def _text(self, tag: int) -> str:
        value = self.top.value(tag)
        return value if isinstance(value, str) else ""

    @property
    def explicit(self) -> bool:
        """Whether the source has VRs in its headers."""
        return self.reading is not None and not self.reading.encoding.implicit

    @property
    def is_directory(self) -> bool:
        return self.sop_class == DIRECTORY or self.meta_class == DIRECTORY

    @property
    def meta_class(self) -> str:
        """Media Storage SOP Class UID."""
        return "" if self.meta is None else str(self.meta.get("MediaStorageSOPClassUID") or "")


def listed(value: Any) -> list[Any]:
    """The values of an element, however many there are."""
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
