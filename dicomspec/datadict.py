"""The functions of pydicom's module of this name, on the edition that was shipped; `Edition` has the same and more."""

from __future__ import annotations

from dicomspec.edition import DEFAULT, tag_for
from dicomspec.errors import TagError, UnknownKeywordError

__all__ = [
    "dictionary_VM",
    "dictionary_VR",
    "dictionary_description",
    "dictionary_has_tag",
    "dictionary_is_retired",
    "dictionary_keyword",
    "keyword_for_tag",
    "nearest_keywords",
    "private_dictionary_VM",
    "private_dictionary_VR",
    "private_dictionary_description",
    "repeater_has_tag",
    "tag_for_keyword",
]


def dictionary_VR(tag: object) -> str:  # noqa: N802 - pydicom's name
    """VR as printed in the standard. Raises `TagError` for an unknown tag; so the functions below."""
    return DEFAULT.entry(tag).vr


def dictionary_VM(tag: object) -> str:  # noqa: N802 - pydicom's name
    """Value multiplicity."""
    return DEFAULT.entry(tag).vm


def dictionary_description(tag: object) -> str:
    """Name of the element."""
    return DEFAULT.entry(tag).name


def dictionary_keyword(tag: object) -> str:
    """Keyword of the element."""
    return DEFAULT.entry(tag).keyword


def dictionary_has_tag(tag: object) -> bool:
    """Whether the dictionary has the tag itself; see `repeater_has_tag` for repeating groups."""
    try:
        return tag_for(tag) in DEFAULT.table("element_names")["ELEMENTS"]
    except (TagError, UnknownKeywordError):
        return False


def dictionary_is_retired(tag: object) -> bool:
    """Whether the element is retired."""
    return bool(DEFAULT.entry(tag).retired)


def keyword_for_tag(tag: object) -> str:
    """Keyword of the element, empty if the dictionary does not have it."""
    return DEFAULT.keyword(tag_for(tag))


def tag_for_keyword(keyword: str) -> int | None:
    """Tag of a keyword, None if there is none."""
    return DEFAULT.tag_for_keyword(keyword)


def nearest_keywords(word: str, count: int = 3) -> list[str]:
    """The keywords that are most like ``word``, the best first."""
    return DEFAULT.nearest_keywords(word, count)


def repeater_has_tag(tag: int) -> bool:
    """Whether a tag belongs to a repeating group of the dictionary."""
    return DEFAULT.repeater(tag) is not None


def private_dictionary_VR(tag: object, private_creator: str) -> str:  # noqa: N802 - pydicom's name
    """VR of a private element. Raises `TagError` for an unknown one; so the functions below."""
    return DEFAULT.private_entry(private_creator, tag_for(tag)).vr


def private_dictionary_VM(tag: object, private_creator: str) -> str:  # noqa: N802 - pydicom's name
    """Value multiplicity of a private element."""
    return DEFAULT.private_entry(private_creator, tag_for(tag)).vm


def private_dictionary_description(tag: object, private_creator: str) -> str:
    """Name of a private element, empty if it has none."""
    return DEFAULT.private_entry(private_creator, tag_for(tag)).name
