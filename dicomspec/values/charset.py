"""Text and its bytes in the character sets of Specific Character Set (0008,0005): PS3.5 6.1.2, PS3.3 C.12.1.1.2.

A decoder is a function from bytes to text, an encoder the reverse. Without code extensions both are single calls into a
Python codec. With them a small ISO/IEC 2022 machine keeps track of what is designated to G0 and G1; since delimiters
reset it, and which characters are delimiters depends on the VR, its ``paragraph`` and ``name`` methods stand beside the
plain call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import methodcaller
from typing import Final

from dicomspec._generated.charsets import CODE_ELEMENTS, ESCAPES, SPELLINGS, TERMS, CodeElement, Term
from dicomspec.errors import ValueIssue, ValueRuleError

__all__ = ["TextDecoder", "TextEncoder", "decoder_for", "encoder_for", "normalise_terms"]

TextDecoder = Callable[[bytes], str]
TextEncoder = Callable[[str], bytes]

_REFERENCE: Final = "PS3.5 6.1.2.5"
ESCAPE: Final = b"\x1b"
"""Starts a code extension (ISO/IEC 2022, PS3.5 6.1.2.5)."""

_CONTROLS: Final = bytes(code for code in range(0x20) if code != ESCAPE[0])
_PARAGRAPH: Final = frozenset(_CONTROLS)
_VALUE: Final = _PARAGRAPH | frozenset(b"\\")
_NAME: Final = _VALUE | frozenset(b"^=")
_ESCAPE: Final = re.compile(b"|".join(re.escape(escape[1:]) for escape in sorted(ESCAPES, key=len, reverse=True)))
_UNTIL: Final = {
    delimiters: re.compile(b"[^" + re.escape(bytes(sorted(delimiters))) + b"]*")
    for delimiters in (_PARAGRAPH, _VALUE, _NAME)
}
# While a set of two bytes is in G0: its characters, bytes of G1, and the spaces that some writers leave among them.
_TWO_BYTES: Final = re.compile(rb"(?:[\x21-\x7e]{2}|[\x80-\xff]| )*")
_TWO_BYTES_RUN: Final = re.compile(rb"[\x21-\x7e]+|[\x80-\xff]+| +")

_ASCII: Final = CODE_ELEMENTS[TERMS[""].g0]


def _squeeze(term: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", term.upper())


def _alone(term: Term) -> bool:
    """Whether the term can neither be extended nor extend (UTF-8, GB18030, GBK)."""
    return not (term.g0 or term.g1)


def normalise_terms(value: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The defined terms that a value of Specific Character Set means, and what is wrong with it.

    Args:
        value: None, text, or a list of texts; text may hold backslashes.

    Returns:
        Terms for `decoder_for` (an empty tuple is the default repertoire), and one message for each tolerance.
    """
    if value is None:
        return (), ()
    given = value if isinstance(value, (list, tuple)) else str(value or "").split("\\")
    return _normalise(tuple([str(term or "") for term in given]))


@lru_cache(maxsize=256)
def _normalise(given: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    problems: list[str] = []
    terms = [_defined(term.strip(" \0"), problems) for term in given]
    known = [term for i, term in enumerate(terms) if term is not None and (i == 0 or term not in terms[:i])]
    if known and terms[0] is None:
        known.insert(0, "")
    chosen = _combine(known, problems)
    while chosen and not chosen[-1]:
        chosen.pop()
    return tuple(chosen), tuple(problems)


def _defined(term: str, problems: list[str]) -> str | None:
    if term in TERMS:
        return term
    meant = SPELLINGS.get(_squeeze(term))
    if meant is None:
        problems.append(f"unknown character set {term!r}, the default repertoire is used")
    else:
        problems.append(f"character set {term!r} is read as {meant or 'the default repertoire'!r}")
    return meant


def _combine(terms: list[str], problems: list[str]) -> list[str]:
    """Terms that may stand together."""
    if len(terms) < 2:
        return terms
    alone = [term for term in terms if _alone(TERMS[term])]
    if alone and not any(term for term in terms if term not in alone):
        problems.append(f"character set {alone[0]!r} stands with others, and is used alone")
        return alone[:1]
    if alone and terms[0] == alone[0]:
        problems.append(f"character set {alone[0]!r} allows no code extensions, the others are ignored")
        return alone[:1]
    problems.extend(f"character set {term!r} is no code extension and is ignored" for term in alone)
    result = []
    for term in terms:
        if term in alone:
            continue
        extended = _extended(TERMS[term]) if term else ""
        if extended != term:
            problems.append(f"character set {term!r} stands with others and is read as {extended!r}")
        result.append(extended)
    return result


def _extended(term: Term) -> str:
    """The term with code extensions of the same set."""
    if term.extensions:
        return term.term
    return next(other.term for other in TERMS.values() if other.extensions and other[2:4] == term[2:4])


@lru_cache(maxsize=256)
def decoder_for(terms: tuple[str, ...]) -> TextDecoder:
    """The decoder of text for the values of Specific Character Set; an empty tuple is the default repertoire.

    The decoder raises `ValueIssue`, with the text as far as it could be made out as fallback, or `UnicodeDecodeError`;
    `decoding_issue` makes the first of the second.
    """
    known = normalise_terms(list(terms))[0]
    if len(known) < 2 and not TERMS[known[0] if known else ""].extensions:
        decode: TextDecoder = methodcaller("decode", TERMS[known[0] if known else ""].codec)
        return decode
    return CodeExtensionDecoder(known)


@lru_cache(maxsize=256)
def encoder_for(terms: tuple[str, ...]) -> TextEncoder:
    """The encoder of text for the values of Specific Character Set; an empty tuple is the default repertoire.

    The encoder raises `UnicodeEncodeError`, which `encoding_error` makes a `ValueRuleError`.
    """
    known = normalise_terms(list(terms))[0]
    term = TERMS[known[0] if known else ""]
    if len(known) < 2 and not term.extensions and (_alone(term) or CODE_ELEMENTS[term.g0] is _ASCII):
        encode: TextEncoder = methodcaller("encode", term.codec)
        return encode
    return CodeExtensionEncoder(known)


def decoding_issue(error: ValueError, raw: bytes, finish: Callable[[str], object]) -> ValueIssue:
    """The issue for text that a decoder refused; ``finish`` makes the fallback value of the fallback text."""
    if isinstance(error, ValueIssue):
        return ValueIssue(str(error), finish(str(error.fallback)), "charset", _REFERENCE)
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding == _ASCII.codec:
        # Latin-1 is what such bytes mean most often, and it loses none of them.
        text, action = raw.decode("latin-1"), "shown as ISO_IR 100"
    else:
        text, action = raw.decode(error.encoding, "replace"), "shown as U+FFFD"
    byte = f"byte 0x{error.object[error.start]:02X} at {error.start}"
    message = f"{byte} of the value is not in the character set ({error.encoding}), {action}"
    return ValueIssue(message, finish(text), "charset", _REFERENCE)


def encoding_error(error: UnicodeEncodeError, code: str, charset: bool) -> ValueRuleError:
    """The error for text that an encoder refused, naming the character; ``charset``: whether the VR has one."""
    char = f"character {error.object[error.start]!r} (U+{ord(error.object[error.start]):04X}) of {error.object!r}"
    if not charset:
        return ValueRuleError(f"{char}: {code} holds ASCII only", code="charset", reference="PS3.5 6.2")
    message = f"{char} is not in the character set ({error.encoding}); SpecificCharacterSet 'ISO_IR 192' has it"
    return ValueRuleError(message, code="charset", reference="PS3.5 6.1.2")


class _CodeExtension:
    """What decoder and encoder share: the initial state, and the sets that may be designated."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        first = TERMS[terms[0] if terms else ""]
        g0 = CODE_ELEMENTS[first.g0] if first.g0 else _ASCII
        self.terms = terms
        self._g0 = g0 if g0.width == 1 else _ASCII
        self._g1 = CODE_ELEMENTS[first.g1] if first.g1 else None
        names = [name for term in terms for name in TERMS[term][2:4] if name]
        self._elements = tuple(CODE_ELEMENTS[name] for name in dict.fromkeys(names))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.terms!r})"


class CodeExtensionDecoder(_CodeExtension):
    """Bytes with escape sequences to text; `paragraph` where a backslash is data, `name` for PN."""

    def __call__(self, raw: bytes) -> str:
        return self._decode(raw, _VALUE)

    def paragraph(self, raw: bytes) -> str:
        return self._decode(raw, _PARAGRAPH)

    def name(self, raw: bytes) -> str:
        return self._decode(raw, _NAME)

    def _decode(self, raw: bytes, delimiters: frozenset[int]) -> str:
        if raw.isascii() and raw.find(ESCAPE) < 0:  # `in` is several times slower on bytes
            return raw.decode("ascii")
        problems: list[str] = []
        parts = raw.split(ESCAPE)
        text = [self._run(parts[0], None, problems)]
        g0, g1 = self._g0, self._g1
        for part in parts[1:]:
            match = _ESCAPE.match(part)
            if match is None:
                problems.append(f"unknown escape sequence {part[:3]!r}")
                text.append("\ufffd")
                body = part
            else:
                element = CODE_ELEMENTS[ESCAPES[ESCAPE + match[0]]]
                g0, g1 = (element, g1) if element.area == "G0" else (g0, element)
                body = part[match.end() :]
            inside = (_TWO_BYTES if g0.width == 2 else _UNTIL[delimiters]).match(body)
            end = inside.end() if inside else 0
            if g0.width == 2 and body[end : end + 1] > b" ":
                problems.append(f"byte 0x{body[end]:02X} is half a character of {g0.name}")
            text.append(self._designated(body[:end], g0, g1, problems))
            if end < len(body):
                text.append(self._run(body[end:], g1, problems))
                g0, g1 = self._g0, self._g1
        if problems:
            raise ValueIssue(problems[0], "".join(text), "charset", _REFERENCE)
        return "".join(text)

    def _designated(self, run: bytes, g0: CodeElement, g1: CodeElement | None, problems: list[str]) -> str:
        """Text of bytes without a delimiter."""
        if g0.width == 1:
            return _decode_run(run, g1.codec if g1 else _ASCII.codec, problems)
        text = []
        for piece in _TWO_BYTES_RUN.findall(run):
            if piece[0] & 0x80:
                text.append(_decode_run(piece, g1.codec if g1 else _ASCII.codec, problems))
            elif piece[0] == 0x20:
                text.append(piece.decode("ascii"))
            else:
                text.append(_decode_run(g0.escape + piece if g0.designated else piece, g0.codec, problems))
        return "".join(text)

    def _run(self, run: bytes, last: CodeElement | None, problems: list[str]) -> str:
        """Text in the initial state; ``last`` was in G1, for writers that forget its escape after a delimiter."""
        if self._g1 is None and last is not None and not run.isascii():
            problems.append(f"{last.name} is used after a delimiter without its escape sequence")
            return _decode_run(run, last.codec, problems)
        return _decode_run(run, self._g1.codec if self._g1 else _ASCII.codec, problems)


def _decode_run(run: bytes, codec: str, problems: list[str]) -> str:
    try:
        return run.decode(codec)
    except UnicodeDecodeError as error:
        problems.append(f"byte 0x{run[error.start]:02X} is not in the character set ({codec}), shown as U+FFFD")
        return run.decode(codec, "replace")


class CodeExtensionEncoder(_CodeExtension):
    """Text to bytes with escape sequences; `paragraph` where a backslash is data, `name` for PN."""

    def __call__(self, text: str) -> bytes:
        return self._encode(text, _VALUE)

    def paragraph(self, text: str) -> bytes:
        return self._encode(text, _PARAGRAPH)

    def name(self, text: str) -> bytes:
        return self._encode(text, _NAME)

    def _encode(self, text: str, delimiters: frozenset[int]) -> bytes:
        if text.isascii():
            return text.encode("ascii")
        state = _Designations(self._g0, self._g1)
        for at, char in enumerate(text):
            if char.isascii():
                state.ascii(char, ord(char) in delimiters)
            else:
                state.character(*self._find(char, state, text, at))
        state.reset()
        return bytes(state.raw)

    def _find(self, char: str, state: _Designations, text: str, at: int) -> tuple[CodeElement, bytes]:
        """The code element for a character, one in use if possible, and its bytes."""
        for element in (state.g0, *((state.g1,) if state.g1 else ()), *self._elements):
            code = _code(element.name, char)
            if code:
                return element, code
        raise UnicodeEncodeError("\\".join(self.terms), text, at, at + 1, "not in the character set")


class _Designations:
    """What is in G0 and G1 while text is encoded, and the bytes so far.

    Bytes of G1 never stand beside two-byte characters of G0, and G1 is designated anew after an escape sequence for G0.
    The standard asks for neither; but many readers keep one set in mind where there are two.
    """

    def __init__(self, g0: CodeElement, g1: CodeElement | None) -> None:
        self.raw = bytearray()
        self.g0 = self._first_g0 = g0
        self.g1 = self._first_g1 = g1
        self._stale = False

    def ascii(self, char: str, delimiter: bool) -> None:
        self._single()
        if delimiter:
            self.reset()
        self.raw += char.encode("ascii")

    def character(self, element: CodeElement, code: bytes) -> None:
        if element.area == "G0" and element is not self.g0:
            self.g0 = self._designate(element, True)
        elif element.area == "G1":
            self._single()
            if element is not self.g1 or self._stale:
                self.g1 = self._designate(element, False)
        self.raw += code

    def reset(self) -> None:
        """To the initial state, as before each delimiter and at the end."""
        self._single()
        if self.g1 is not self._first_g1:
            self.raw += self._first_g1.escape if self._first_g1 else b""
        self.g1, self._stale = self._first_g1, False

    def _single(self) -> None:
        if self.g0 is not self._first_g0:
            self.g0 = self._designate(self._first_g0, True)

    def _designate(self, element: CodeElement, stale: bool) -> CodeElement:
        self.raw += element.escape
        self._stale = stale
        return element


@lru_cache(maxsize=4096)
def _code(name: str, char: str) -> bytes:
    """The bytes of a character outside ASCII in a code element, escape sequence excluded; empty if it has none.

    Codecs know more than one set: a character counts as the element's if it has its width, in its area, and comes back.
    """
    element = CODE_ELEMENTS[name]
    escape = element.escape if element.designated else b""
    high = element.area == "G1"
    try:
        code = char.encode(element.codec)
        if not code.startswith(escape):
            return b""
        code = code[len(escape) : len(escape) + element.width] if escape else code
        fits = len(code) == element.width and all((byte >= 0xA0) is high for byte in code)
        return code if fits and (escape + code).decode(element.codec) == char else b""
    except UnicodeError:
        return b""
