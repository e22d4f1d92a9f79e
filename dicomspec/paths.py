"""Paths: text that says where in a dataset something is, such as ``BeamSequence[0].BeamName``.

A path is a chain of steps with dots between them. A step is a keyword or a tag, ``(300A,00B0)``; the number of an item
follows it in brackets, counted from 0, or from the end if negative. These are the paths that `Issue` and
`dicomspec explain` tell.
"""

from __future__ import annotations

import difflib
import re
from typing import Any, Final, NamedTuple

from dicomspec._generated import wire as names
from dicomspec.edition import DEFAULT, Edition
from dicomspec.element import DataElement
from dicomspec.element import step_of as step_of_tag
from dicomspec.elements import Elements
from dicomspec.errors import PathError, TagError, UnknownKeywordError
from dicomspec.sequence import Sequence
from dicomspec.tag import Tag

__all__ = ["Step", "find", "parse", "step_of", "tag_of"]

_STEP: Final = re.compile(r"(?P<name>\([^)]*\)|[^.\[\]()]+?)\s*(?:\[\s*(?P<item>-?\d+)\s*\])?\s*(?P<rest>\..*)?", re.S)


class Step(NamedTuple):
    """One step of a path.

    Attributes:
        name: the keyword or tag as it was written.
        item: number of the item, None for the element itself.
    """

    name: str
    item: int | None

    def __str__(self) -> str:
        return self.name if self.item is None else f"{self.name}[{self.item}]"


def step_of(element: DataElement) -> str:
    """How paths name an element: by its keyword, or by its tag if it has none."""
    return step_of_tag(element.tag, element._edition)


def parse(path: str) -> list[Step]:
    """The steps of a path.

    Raises:
        PathError: the text is not a path.
    """
    steps: list[Step] = []
    rest = "." + path.strip()
    while rest:
        match = _STEP.fullmatch(rest[1:])
        if match is None or not match["name"].strip():
            raise PathError(
                f"{path!r} is no path: {rest[1:]!r} does not start with a keyword or tag, perhaps with the number"
                " of an item, as in BeamSequence[0].BeamName or (300A,00B0)[0]"
            )
        steps.append(Step(match["name"].strip(), None if match["item"] is None else int(match["item"])))
        rest = match["rest"] or ""
    return steps


def tag_of(step: Step, path: str = "", edition: Edition = DEFAULT) -> Tag:
    """The tag that a step names in an edition; ``path`` is for the errors.

    Raises:
        PathError: it names no tag.
        UnknownKeywordError: it is no keyword of the dictionary; the message names the nearest ones.
    """
    try:
        return edition.tag_for(step.name)
    except UnknownKeywordError as error:
        raise UnknownKeywordError(error.message, path=path) from None
    except TagError:
        raise PathError(f"{step.name!r} is neither a keyword nor a tag such as (300A,00B0)", path=path) from None


def find(body: Elements, path: str) -> Any:
    """What stands at ``path``: a `DataElement`, or the dataset of an item if the path ends with its number.

    Elements of group 0002 are looked for in the file meta elements too.

    Raises:
        PathError: there is nothing there; the message names the step that fails and what is near it.
        UnknownKeywordError: a step is no keyword of the dictionary.
    """
    here = body
    done = ""
    steps = parse(path)
    for number, step in enumerate(steps):
        element = _element(here, step, done)
        done = f"{done}.{step}" if done else str(step)
        if step.item is not None:
            here = _item(element, step.item, done)
        elif number == len(steps) - 1:
            return element
        else:
            raise PathError(_needs_item(element, step, steps[number + 1]), path=done)
    return here


def _element(here: Elements, step: Step, done: str) -> DataElement:
    where = f"{done}.{step.name}" if done else step.name
    tag = tag_of(step, where, here._edition)
    if tag.group == names.META_GROUP and tag not in here:
        here = getattr(here, "file_meta", here)
    if tag not in here:
        raise PathError(f"{done or 'the dataset'} has no {step.name}{_near(here, step.name, tag)}", path=where)
    element: DataElement = here[tag]
    return element


def _near(here: Elements, name: str, tag: Tag) -> str:
    """What is there of similar name."""
    keyword = here._edition.keyword(tag) or name
    present = here.dir()
    near = difflib.get_close_matches(keyword, present, 3)
    return f"; there are {', '.join(near)}" if near else ""


def _item(element: DataElement, index: int, path: str) -> Elements:
    value = element.value
    if element.VR != "SQ" or not isinstance(value, Sequence):
        raise PathError(f"{step_of(element)} is no sequence (its VR is {element.VR}), so it has no items", path=path)
    count = len(value)
    if not -count <= index < count:
        what = "is empty" if not count else f"has {count} item{'s' * (count > 1)}, numbered from 0"
        raise PathError(f"{step_of(element)} {what}", path=path)
    item: Elements = value[index]
    return item


def _needs_item(element: DataElement, step: Step, following: Step) -> str:
    if element.VR != "SQ":
        return f"{step.name} is no sequence (its VR is {element.VR}), so there is no {following.name} in it"
    return f"{step.name} is a sequence of {len(element.value)}: say which item, as in {step.name}[0].{following.name}"
