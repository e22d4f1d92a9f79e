"""What the prose of PS3.3 says of an attribute: item counts, conditions, values, context groups.

A description is a tuple of blocks in reading order: paragraphs as text, lists of values as `Listing`. Nothing is
guessed: a list whose place or condition is not plain is kept with the condition ``"?"``, or left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ..conditions import sentence_hash
from ..model.modules import Condition, ContextConstraint, Items, ValueList

__all__ = [
    "Block",
    "Express",
    "Listing",
    "constraints",
    "included_when",
    "item_count",
    "joined",
    "points_to_values",
    "required_when",
    "section_lists",
    "sections_named",
    "stated",
    "unknown",
    "usage",
    "value_lists",
]


@dataclass(frozen=True)
class Listing:
    """A list of values under its title, such as "Enumerated Values:"."""

    title: str
    values: tuple[str, ...]


Block = str | Listing
Express = Callable[[str], str]
"""Sentence -> expression, ``"?"`` if it has none."""


def unknown(_: str) -> str:
    """No sentence has an expression."""
    return "?"


_TAG: Final = re.compile(r"\(([0-9A-Fa-fx]{4}),([0-9A-Fa-fx]{4})\)")

# --- item counts -------------------------------------------------------------------------------------------------

_NUMBERS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "1": 1, "2": 2}
_COUNT: Final = re.compile(
    r"\b(zero or more|zero or one|zero,? one or two|one or more|one or two|two or more|at least one|at least two|"
    r"up to two|(?:only |exactly |no more than )?(?:a single|one|two|three|four|six|a))\s+Items?\b[^.]{0,40}?\b"
    r"((?:shall|must) be|(?:is|are) permitted|may be|(?:is|are) (?:included|required))",
    re.IGNORECASE,
)
_MANY: Final[dict[str, tuple[int, int | None]]] = {
    "zero or more": (0, None),
    "zero or one": (0, 1),
    "zero one or two": (0, 2),
    "one or more": (1, None),
    "at least one": (1, None),
    "one or two": (1, 2),
    "two or more": (2, None),
    "at least two": (2, None),
    "up to two": (0, 2),
}


def item_count(text: str) -> Items | None:
    """The number of items that a description asks for; what is only permitted may be absent."""
    found = _COUNT.search(text)
    if found is None:
        return None
    words = " ".join(found[1].lower().replace(",", "").split())
    if words in _MANY:
        least, most = _MANY[words]
    else:
        most = _NUMBERS["one" if words.endswith("single") else words.split()[-1]]
        least = 0 if words.startswith("no more") else most
    permitted = "permitted" in found[2] or found[2].startswith("may")
    return Items(0 if permitted else least, most)


# --- conditions --------------------------------------------------------------------------------------------------

_SENTENCE: Final = re.compile(r"(?<=[.;:])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)\s+(?=[A-Z(])")
_REQUIRED: Final = re.compile(
    r"\b(?:required|mandatory)\b"
    r"|\bshall(?: only)? be (?:present|included|sent|provided|used)\b.*\b(?:if|when|unless|for|only)\b",
    re.IGNORECASE,
)
_FOLLOWS: Final = re.compile(
    r"\b(?:may(?: also| still| optionally)?(?: only)?|shall not) be (?:present|included|sent|provided|zero length)\b"
    r"|^otherwise\b|\brequired (?:also )?(?:only )?(?:if|when|unless)\b",
    re.IGNORECASE,
)
_POINTER: Final = re.compile(r"^See (?:also )?(?:Section|Table|Note|PS3|Annex|Chapter|Figure)?\b", re.IGNORECASE)
_MAY: Final = re.compile(
    r"\bmay(?: also| still| optionally)?(?: only)? be (?:present|included|provided|sent|specified)\b(.*)", re.IGNORECASE
)
_PLAIN_MAY: Final = re.compile(
    r"^[\s,]*(?:otherwise|in (?:all )?other cases|if (?:the|this) condition is not (?:met|satisfied))?[\s.,;]*$",
    re.IGNORECASE,
)
_MAY_IF: Final = re.compile(r"^[\s,]*(?:otherwise\b)?[\s,]*((?:only )?(?:if|when)\b.*)$", re.IGNORECASE)


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]


def _chosen(texts: Iterable[str]) -> list[str]:
    """The sentences that say when something is required, and those that say what holds otherwise."""
    chosen: list[str] = []
    for text in texts:
        for sentence in _sentences(text):
            if _POINTER.match(sentence):
                continue
            follows = _FOLLOWS.search(sentence) and (chosen or _MAY.search(sentence))
            listed = chosen and chosen[-1].endswith(":")
            if _REQUIRED.search(sentence) or follows or listed:
                chosen.append(sentence)
    return chosen


def required_when(blocks: Iterable[Block]) -> str:
    """The sentences of a description of type 1C or 2C that state its condition, ``""`` if there are none."""
    return " ".join(_chosen(block for block in blocks if isinstance(block, str)))


_USE: Final = re.compile(r"^[MUC]\b\s*(?:[-\u2013\u2014:,.]\s*)?")
_INCLUDE_IF: Final = re.compile(
    r"^(?:include )?(?:only )?if\b|\brequired\b|\bmay be present\b|\bshall be (?:present|included)\b.*\bif\b",
    re.IGNORECASE,
)


def usage(text: str) -> tuple[str, str]:
    """A usage cell as (``"M"``, ``"C"``, ``"U"`` or ``""``, the sentence of its condition)."""
    found = _USE.match(text)
    rest = text[found.end() :] if found else text
    sentences = [s for s in _sentences(rest.strip()) if not _POINTER.match(s)]
    return (text[0] if found else ""), " ".join(sentences)


def included_when(note: str) -> str:
    """The sentences in the note of an include row that state when it is included."""
    chosen: list[str] = []
    for line in note.split("\n"):
        for sentence in _sentences(line):
            if _INCLUDE_IF.search(sentence) or (chosen and _FOLLOWS.search(sentence)):
                chosen.append(sentence)
    return " ".join(chosen)


def stated(text: str, express: Express, *, keep: bool = False, edition: str = "") -> Condition | None:
    """The condition that the sentences of ``text`` state, None if there are none; ``keep``: whether they are kept."""
    if not text:
        return None
    required, otherwise = _split(text)
    return Condition(
        express(required) if required else "?",
        _otherwise(otherwise, express),
        sentence_hash(text),
        text if keep else "",
        edition,
    )


_BE: Final = r"be (?:present|included|provided|sent|specified)\b"
_CLAUSE: Final = re.compile(
    rf"[,;.]?\s*(?:but |and |it )?\bmay(?: also| still| optionally)?(?: only)? {_BE}.*$", re.IGNORECASE
)


def _split(text: str) -> tuple[str, str]:
    """What is required, before or after the clause that says what may be otherwise; and that clause."""
    found = _CLAUSE.search(text)
    if found is None:
        return text, ""
    clause, *rest = _sentences(found[0].lstrip(" ,;.")) or [""]
    before = text[: found.start()].strip()
    return ". ".join([before, *(each for each in rest if each.lower().startswith("required"))]), clause


def _otherwise(clause: str, express: Express) -> str:
    found = _MAY.search(clause)
    if found is None:
        return ""
    if _PLAIN_MAY.match(found[1]):
        return "may"
    qualified = _MAY_IF.match(found[1])
    return express(f"Required {qualified[1]}") if qualified else "?"


# --- context groups ----------------------------------------------------------------------------------------------

_CID: Final = re.compile(
    r"\b(?P<kind>D|B|Defined|Baseline)\s*(?P<what>CID|TID)\b(?P<words>[^.]{0,200}?)\bis\s+(?:(?:CID|TID)\s+)?(?P<late>\d+)"
    r"|\b(?P<kind2>D|B|Defined|Baseline)\s*(?P<what2>CID|TID)\s*(?P<number>\d+)",
    re.IGNORECASE,
)


def constraints(text: str, keyword_of: Callable[[str], str]) -> tuple[ContextConstraint, ...]:
    """Context groups and templates in the text of an include row; ``keyword_of``: (gggg,eeee) or a name -> keyword."""
    found: list[ContextConstraint] = []
    for sentence in re.split(r"(?<=\.)\s*(?=[A-Z])", text):
        last = 0
        for match in _CID.finditer(sentence):
            kind = (match["kind"] or match["kind2"])[0].lower()
            what = (match["what"] or match["what2"]).lower()
            before = f"{sentence[last : match.start()]} {match['words'] or ''}"
            last = match.end()
            number = match["late"] or match["number"]
            names = list(_names(before, keyword_of)) or [""]
            found.extend(ContextConstraint(f"{kind}{what}", number, name) for name in names)
    return tuple(dict.fromkeys(found))


def _names(text: str, keyword_of: Callable[[str], str]) -> Iterator[str]:
    tags = [f"({m[1]},{m[2]})" for m in _TAG.finditer(text)]
    named = re.findall(r"((?:[A-Z][\w-]*(?: of)? )+Sequence)\b", text)
    for each in tags or named:
        if keyword := keyword_of(each.removeprefix("The ").strip()):
            yield keyword


# --- values ------------------------------------------------------------------------------------------------------

_KIND: Final = re.compile(r"\b(Enumerated Values?|Defined Terms?)\b", re.IGNORECASE)
_POSITION: Final = re.compile(r"\bValues? (\d+)\b", re.IGNORECASE)
_HEX: Final = re.compile(r"([0-9A-Fa-f]{4})H")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMS: Final = {
    "CS": re.compile(r"[A-Z0-9_ ]{1,16}"),
    "UI": re.compile(r"[0-9.]{1,64}"),
    **dict.fromkeys(("US", "SS", "UL", "SL", "IS", "DS", "FL", "FD"), _NUMBER),
}
_SECTION: Final = re.compile(r"\bSection ((?:[A-F]\.)?\d+[a-z]?(?:\.\d+[a-z]?)*)")
_ASKS: Final = re.compile(
    r"\bSection [\w.]+\w for\b[^.]*\b(?:Enumerated Values?|Defined Terms?)\b"
    r"|\bFor (?:Enumerated Values?|Defined Terms?)\b[^.]*\bsee Section\b",
    re.IGNORECASE,
)


def sections_named(blocks: Iterable[Block]) -> list[str]:
    """Labels of the sections that a description points to."""
    found = (match[1] for block in blocks if isinstance(block, str) for match in _SECTION.finditer(block))
    return list(dict.fromkeys(found))


def points_to_values(blocks: Iterable[Block]) -> bool:
    """Whether a description says that the values of the attribute stand in the section that it points to."""
    return any(_ASKS.search(block) for block in blocks if isinstance(block, str))


def section_lists(
    listed: Iterable[Block],
    title: str,
    name: str,
    tag: str,
    vrs: tuple[str, ...],
    *,
    asked: bool,
    express: Express = unknown,
    keep: bool = False,
) -> tuple[ValueList, ...]:
    """The value lists of a section for one attribute: it is about that alone, has one list only, or names it."""
    blocks = tuple(listed)
    lists = [block for block in blocks if isinstance(block, Listing) and "retired" not in block.title.lower()]
    about = title.lower().removesuffix(" attribute") == name.lower()
    return value_lists(blocks, name, tag, vrs, own=about or (asked and len(lists) == 1), express=express, keep=keep)


def joined(lists: Iterable[ValueList]) -> tuple[ValueList, ...]:
    """Lists from several sections: those that always hold for one position are one."""
    done: list[ValueList] = []
    for each in lists:
        place = next((n for n, d in enumerate(done) if d.position == each.position and d.condition is None), None)
        if each.condition is None and place is not None:
            other = done[place]
            values = tuple(dict.fromkeys(other.values + each.values))
            done[place] = replace(other, values=values, enumerated=other.enumerated and each.enumerated)
        elif each not in done:
            done.append(each)
    return tuple(done)


def value_lists(
    blocks: Iterable[Block],
    name: str,
    tag: str,
    vrs: tuple[str, ...],
    *,
    own: bool,
    edition: str = "",
    express: Express = unknown,
    keep: bool = False,
) -> tuple[ValueList, ...]:
    """The value lists for one attribute.

    ``own``: the blocks are its description; otherwise they are of a section, where only what names it counts.
    ``keep``: whether the words that say when a list holds are kept.
    """
    lead = ""
    lists: list[ValueList] = []
    for block in blocks:
        if isinstance(block, str):
            lead = block
            continue
        made = _list(block, lead, name, tag, vrs, own)
        if made is not None:
            lists.append(replace(made[0], condition=_holds(made[1], express, keep)))
    many = {p for p in (each.position for each in lists) if sum(each.position == p for each in lists) > 1}
    return tuple(
        ValueList(
            each.values,
            each.enumerated,
            each.position,
            each.condition or (Condition() if each.position in many else None),
            edition,
        )
        for each in lists
    )


_HOLDS: Final = re.compile(r"\b(?:if|when)\b.*", re.IGNORECASE | re.DOTALL)


def _holds(said: str, express: Express, keep: bool) -> Condition | None:
    """The condition in the words before a list, such as "Enumerated Values if Bits Stored is 8:"; None for ``""``."""
    if not said:
        return None
    clause = _HOLDS.search(said)
    when = express(f"Required if {clause[0].split(None, 1)[1].rstrip(' :.')}") if clause else "?"
    return Condition(when, src=sentence_hash(said), text=said if keep else "")


_WHOSE: Final = re.compile(r"\b(?:if|when|unless)\b.*", re.IGNORECASE | re.DOTALL)
_BITS: Final = re.compile(r"\bBits? \d", re.IGNORECASE)


def _list(
    block: Listing, lead: str, name: str, tag: str, vrs: tuple[str, ...], own: bool
) -> tuple[ValueList, str] | None:
    """The list for an attribute, if it is one, and the words that say when it holds, ``""`` if it always does."""
    kind = _KIND.search(block.title) or _KIND.search(lead)
    if kind is None or "retired" in block.title.lower():
        return None
    title = _KIND.sub("", block.title)
    head = _WHOSE.sub("", title)
    named = [f"({a},{b})".upper() for a, b in _TAG.findall(head)]
    if _BITS.search(title) or (named and tag.upper() not in named):
        return None  # of parts of the value, or of another attribute
    about = f"{title} {lead}"
    tags = _TAG.findall(about)
    mine = any(f"({a},{b})".upper() == tag.upper() for a, b in tags) or name.lower() in about.lower()
    if not own and not mine:
        return None
    values = tuple(dict.fromkeys(v for v in (_value(value, vrs) for value in block.values) if v is not None))
    if not values or len(values) < len(set(block.values)):
        return None
    position = _POSITION.search(head) or _POSITION.search(lead)
    rest = _POSITION.sub(" ", title.replace(tag, " ").replace(name, " "))
    rest = "if" if re.search(r"\b(?:if|when|unless|for|with|in)\s+(?!and\b)\w", rest, re.IGNORECASE) else ""
    unless = re.match(r"\W*(?:if|when|for)\b.*:$", lead, re.IGNORECASE) is not None and not position
    said = block.title if rest else lead
    found = ValueList(values, kind[1].lower().startswith("e"), int(position[1]) if position else 0)
    return found, said if rest or unless else ""


def _value(text: str, vrs: tuple[str, ...]) -> str | None:
    """A term as a value of that VR, None if it is none."""
    text = text.strip().strip('"\u201c\u201d').strip()
    numeric = any(vr in ("US", "SS", "UL", "SL", "AT") for vr in vrs)
    if numeric and (found := _HEX.fullmatch(text)):
        text = str(int(found[1], 16))
    elif numeric and "AT" not in vrs and text.isascii() and text.isdigit():
        text = str(int(text))
    forms = [_FORMS[vr] for vr in vrs if vr in _FORMS]
    if not text or len(text) > 64 or (forms and not any(form.fullmatch(text) for form in forms)):
        return None
    return text
