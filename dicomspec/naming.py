"""What the attributes of a dataset may be called: keywords, and what its class has; and what to say of other names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Protocol

from dicomspec.edition import Edition
from dicomspec.errors import UnknownKeywordError

__all__: list[str] = []


class Named(Protocol):
    """A map of elements of an edition."""

    _edition: Edition


_names: dict[type, frozenset[str]] = {}


def own_names(cls: type) -> frozenset[str]:
    """The attributes of a class that are not keywords: slots, properties, methods."""
    names = _names.get(cls)
    if names is None:
        names = _names[cls] = frozenset(dir(cls)) | getattr(cls, "_attributes", frozenset())
    return names


def keywords_of(tags: Iterable[int], filters: tuple[str, ...], edition: Edition) -> list[str]:
    """The keywords of tags, sorted; those that contain one of the filters, in any case, if there are some."""
    found = {word for tag in tags if (word := edition.keyword(tag))}
    if filters:
        found = {word for word in found if any(text.lower() in word.lower() for text in filters)}
    return sorted(found)


def no_attribute(body: Named, name: str) -> UnknownKeywordError:
    """The error for an attribute that is asked for."""
    message = f"{type(body).__name__} has no attribute {name!r}, and it is no keyword of the dictionary"
    return UnknownKeywordError(message, hint=partial(_nearest, body, name) if name[:1].isalpha() else None)


def no_keyword(body: Named, name: str) -> UnknownKeywordError:
    """The error for an attribute that is set."""
    message = f"{name!r} is no keyword of the dictionary"
    return UnknownKeywordError(
        message, hint=partial(_nearest, body, name, " (private elements: add_new, private_block)")
    )


def _nearest(body: Named, name: str, end: str = "") -> str:
    nearest = body._edition.nearest_keywords(name)
    return (f"; did you mean {' or '.join(nearest)}?" if nearest else "") + end
