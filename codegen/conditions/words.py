"""Condition sentences as tokens: names of attributes, values, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..model.elements import Element

__all__ = ["Token", "Vocabulary"]


@dataclass(frozen=True)
class Token:
    """``kind``: ``attribute`` (text: keyword), ``value``, ``number``, ``code`` (scheme:value), ``module``, ``word``,
    ``other``.

    A word is in lower case; signs such as ``,`` are words too.
    """

    kind: str
    text: str
    several: bool = False
    items: bool = False


_Step = tuple[Token, int]

_TAG: Final = re.compile(r"\(\s*([0-9A-Fa-f]{4})\s*,\s*([0-9A-Fa-fxX]{4})\s*\)")
_QUOTED: Final = re.compile(r'["\u201c]\s*([^"\u201c\u201d]*?)\s*["\u201d]')
_CODE: Final = re.compile(
    r'\(\s*"?([\w.-]+)"?\s*,\s*"?(SCT|DCM|SRT|UMLS|LN|NCIt|99SDM)"?\s*,\s*["\u201c][^"\u201c\u201d]*["\u201d]\s*\)'
)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?![\w.]*\w)")
_UID: Final = re.compile(r"\d+(?:\.\d+){4,}")
_HEX: Final = re.compile(r"([0-9A-F]{4})H\b")
_TERM: Final = re.compile(r"[A-Z0-9][A-Z0-9_]*[A-Z0-9_]\b(?!-?[a-z])|[B-Z]\b(?![-'])|A\b(?=$|[,.;]| or | and | \()")
_LABEL: Final = re.compile(r"(?:[A-F]|PS3)(?:\.\d+)+(?:\.[\da-z]+)*")
_PLAIN_NAME: Final = re.compile(
    r"(?!Values? |Attribute |Items? |The |If |Required |Shall |Include )[A-Z0-9][\w'/-]*"
    r"(?: (?:of|in|for|to|[A-Z0-9(][\w'/()-]*))*"
)
_BEFORE: Final = re.compile(r"(?:\d|\b[Tt]ag) (?:of|for) $")
"""What stands before the name of an attribute, such as "Control Point 0 of"."""
_WORD: Final = re.compile(r"[^\W_][\w'\u2019/-]*")
_MODULE: Final = re.compile(
    r"((?:[A-Z][\w/&-]*|\(Patient\)|and|for|of)(?: (?:[A-Z0-9][\w/&-]*|\([A-Z]\w*\)|and|for|of))*) Module\b"
)
_REMARK: Final = re.compile(
    r"\(\s*(?:see |Section |Table |i\.e\.|e\.g\.|C\.\d)[^()]*(?:\([^()]*\)[^()]*)*\)", re.IGNORECASE
)
_ASIDE: Final = re.compile(r"\s*\((?![0-9A-Fa-f]{4}\s*,)[^()=]*\)")
_SMALL: Final = {"zero": "0", "one": "1", "two": "2", "three": "3"}
_UNITS: Final = {"IF", "OR", "AND", "NOT", "LUT", "UID", "SOP", "IOD", "RT", "VR", "VOI", "ID"}


class Vocabulary:
    """The names of the elements, of which the longest that fits counts."""

    def __init__(self, elements: Iterable[Element]) -> None:
        self.by_tag: dict[str, Element] = {}
        self.by_name: dict[str, Element] = {}
        for element in elements:
            if element.keyword and not element.tag.startswith("(FFFE"):
                self.by_tag.setdefault(element.tag.upper(), element)
                if not element.retired:
                    self.by_name.setdefault(element.name.replace("\u2019", "'"), element)
        names = sorted(self.by_name, key=len, reverse=True)
        self._starts: dict[str, list[str]] = {}
        for name in names:
            self._starts.setdefault(name.split()[0], []).append(name)

    def tokens(self, sentence: str) -> tuple[Token, ...]:
        """The tokens of a sentence; what means nothing here has the kind ``other``."""
        text = " ".join(_REMARK.sub(" ", sentence.replace("\u2019", "'")).split())
        found: list[Token] = []
        place = 0
        while place < len(text):
            if text[place] == " ":
                place += 1
                continue
            token, place = self._token(text, place)
            found.append(token)
            if token.kind in ("value", "number") and (remark := _ASIDE.match(text, place)) is not None:
                place = remark.end()
        return tuple(found)

    def _token(self, text: str, place: int) -> _Step:
        for read in (self._attribute, _literal, _module, _term, _plain):
            if (step := read(text, place)) is not None:
                return step
        return Token("other", text[place]), place + 1

    def _attribute(self, text: str, place: int) -> _Step | None:
        if (bare := _TAG.match(text, place)) is not None:
            element = self._of(bare)
            return None if element is None else (_named(element), bare.end())
        if not text[place].isalnum():
            return None
        tag = _TAG.search(text, place)
        if tag is not None and (element := self._of(tag)) is not None:
            name = text[place : tag.start()].strip()
            written = (
                _PLAIN_NAME.fullmatch(name)
                and set(name.split()) & set(element.name.split())
                and not _BEFORE.search(name.removesuffix(element.name))
            )
            if _same(name, element.name) or written:
                return _named(element), tag.end()
        return self._name(text, place)

    def _name(self, text: str, place: int) -> _Step | None:
        first = text[place:].split(" ", 1)[0].rstrip(",.;:)")
        for name in self._starts.get(first, ()):
            end = place + len(name)
            following = text[end:]
            whole = not following[:1].isalnum() and following[:1] not in ("-", "/", "_")
            longer = re.match(r" (?:[A-Z][a-z]|Module|Macro|Functional)", following) and not re.match(
                r" (?:Value|Values|Is|Item|Items)\b", following
            )
            if text.startswith(name, place) and whole and not longer and not _TAG.match(following.lstrip()):
                return _named(self.by_name[name]), end
        return None

    def _of(self, tag: re.Match[str]) -> Element | None:
        return self.by_tag.get(f"({tag[1]},{tag[2]})".upper())


def _same(written: str, name: str) -> bool:
    return re.sub(r"\W+", "", written).lower() == re.sub(r"\W+", "", name).lower()


def _named(element: Element) -> Token:
    items = element.vrs == ("SQ",)
    return Token("attribute", element.keyword, not items and element.vm not in ("1",), items)


def _literal(text: str, place: int) -> _Step | None:
    if (found := _CODE.match(text, place)) is not None:
        return Token("code", f"{found[2]}:{found[1]}"), found.end()
    if (found := _QUOTED.match(text, place)) is not None:
        return Token("value", found[1]), found.end()
    if (found := _UID.match(text, place)) is not None:
        return Token("value", found[0]), found.end()
    if (found := _HEX.match(text, place)) is not None:
        return Token("number", str(int(found[1], 16))), found.end()
    if (found := _LABEL.match(text, place)) is not None:
        return Token("other", found[0]), found.end()
    if (found := _NUMBER.match(text, place)) is not None:
        return Token("number", found[0]), found.end()
    return None


def _module(text: str, place: int) -> _Step | None:
    found = _MODULE.match(text, place)
    if found is None:
        return None
    return Token("module", re.sub(r"[^a-z0-9]+", "-", found[1].lower()).strip("-")), found.end()


def _term(text: str, place: int) -> _Step | None:
    """A term of upper case; words of one that has several follow each other."""
    found = _TERM.match(text, place)
    if found is None or found[0] in _UNITS:
        return None
    end = found.end()
    while (more := re.compile(r" (?:[A-Z0-9][A-Z0-9_]+)\b(?!-?[a-z])").match(text, end)) and more[0].strip() not in {
        "IF",
        "OR",
        "AND",
    }:
        end = more.end()
    return Token("value", text[place:end]), end


def _plain(text: str, place: int) -> _Step | None:
    if text[place] in ",.;:=<>":
        return Token("word", text[place]), place + 1
    found = _WORD.match(text, place)
    if found is None:
        return None
    word = found[0].lower()
    if word in _SMALL:
        return Token("number", _SMALL[word]), found.end()
    return Token("word", word), found.end()
