"""YAML in and out for the dictionaries.

Reading gives strings only (base-loader semantics): ``no`` is a word and ``1.10`` keeps its zero; the models convert,
and say in which file, under which key and what they expected. Writing is done here and not by PyYAML, so that a
dictionary stays one fact a line: a collection of scalars is written in flow style on its own line, everything above
it in block style, nothing is re-ordered or wrapped, and the same data gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeGuard, TypeVar

import yaml

__all__ = [
    "Block",
    "SchemaError",
    "choice",
    "dump",
    "dump_scalar",
    "flag",
    "load",
    "load_as",
    "mapping",
    "number",
    "only_keys",
    "text",
]

T = TypeVar("T")
_Loader: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

# Plain scalars that YAML readers of any schema take as the text they are; all others are quoted.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_(<=./+^µ$~;][^\x00-\x1f\x7f-\xa0,\[\]{}#:\"'\\&*!?|>%@`]*(?<! )")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_(.][^\x00-\x1f\x7f-\xa0\[\]{}#:\"'\\&*!?|>%@`]*(?<! )")


_LONGEST: Final = 200
"""Characters of what was found that an error shows."""


class SchemaError(Exception):
    """A dictionary is not as its model asks.

    Attributes:
        path: the file.
        where: the keys that lead to the spot, such as ``"elements.(0010,0010).vm"``.
        expected, found: what should stand there and what does.
        line: the line of the spot, counted from 1; 0 if it is not known.
    """

    def __init__(self, path: object, where: str, expected: str, found: object, line: int = 0) -> None:
        super().__init__(path, where, expected, found, line)
        self.path = str(path)
        self.where = where
        self.expected = expected
        self.found = found
        self.line = line

    def __str__(self) -> str:
        file = f"{self.path}, line {self.line}" if self.line else self.path
        place = ": ".join(part for part in (file, self.where) if part)
        return f"{place}: expected {self.expected}, found {_shown(self.found)}"


def _shown(found: object) -> str:
    if found is None:
        return "nothing"
    text = repr(found)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def load(path: Path | str) -> Any:
    """The content of a YAML file as dicts, lists and strings.

    Raises:
        SchemaError: the file is not YAML, or a mapping holds a key twice.
        OSError: the file cannot be read.
    """
    try:
        content = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SchemaError(path, "", "text in UTF-8", str(error)) from error
    return loads(content, path)


def load_as(path: Path, model: Callable[[Any], T]) -> T:
    """The content of a YAML file as a model makes it; a fault is told with file and line.

    Raises:
        SchemaError: the file is not YAML, or not as the model asks.
        OSError: the file cannot be read.
    """
    data = load(path)
    try:
        return model(data)
    except SchemaError as error:
        if error.path:
            raise
        line = _line_of(path.read_text(encoding="utf-8"), error)
        raise SchemaError(path, error.where, error.expected, error.found, line) from error


def _line_of(content: str, error: SchemaError) -> int:
    """The line that the keys of a fault lead to, or get nearest to; that of the key which is the fault, if one is."""
    node = yaml.compose(content, _Loader)
    where, line = error.where, node.start_mark.line + 1 if node is not None else 0
    while isinstance(node, yaml.MappingNode):
        keys = {str(key.value): (key.start_mark.line + 1, value) for key, value in node.value}
        step = next((key for key in keys if where == key or where.startswith(f"{key}.")), error.found)
        if not isinstance(step, str) or step not in keys:
            break
        line, node = keys[step]
        where = where[len(step) + 1 :]
    return line


def loads(content: str, path: object = "text") -> Any:
    """As `load`, from text; ``path`` only names the source in errors."""
    loader = _Loader(content)
    try:
        node = loader.get_single_node()
        return None if node is None else _construct(node, path, set())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise SchemaError(path, "", "YAML", problem, mark.line + 1 if mark else 0) from error
    except RecursionError:
        raise SchemaError(path, "", "YAML that is nested less deeply", "a deeper one") from None
    finally:
        loader.dispose()


def _construct(node: Any, path: object, seen: set[int]) -> Any:
    """Plain objects of a node tree; PyYAML's own construction would let a later duplicate key win in silence.

    A collection stands once: a few lines of aliases of aliases would make a tree that no memory holds.
    """
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if id(node) in seen:
        raise SchemaError(path, f"line {node.start_mark.line + 1}", "a collection without alias", "one with")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, path, seen) for item in node.value]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise SchemaError(path, f"line {key_node.start_mark.line + 1}", "a plain key", "a collection")
        if key in result:
            raise SchemaError(path, f"line {key_node.start_mark.line + 1}", "each key once", key)
        result[key] = _construct(value_node, path, seen)
    return result


# --- reading: conversions with errors that name the spot ---------------------------------------------------------


def mapping(data: Any, where: str, path: object = "") -> Mapping[str, Any]:
    """``data`` if it is a mapping."""
    if not isinstance(data, Mapping):
        raise SchemaError(path, where, "a mapping", data)
    return data


def only_keys(data: Any, allowed: Iterable[str], where: str, path: object = "") -> Mapping[str, Any]:
    """``data`` if it is a mapping with no other keys than ``allowed``."""
    names = tuple(allowed)
    for key in mapping(data, where, path):
        if key not in names:
            raise SchemaError(path, where, f"one of the keys {', '.join(names)}", key)
    return mapping(data, where, path)


_REQUIRED: Final = object()


def _convert(data: Mapping[str, Any], key: str, where: str, default: Any, expected: str, to: Callable[[Any], T]) -> T:
    found = data.get(key, _REQUIRED)
    if found is _REQUIRED:
        if default is not _REQUIRED:
            return default  # type: ignore[no-any-return]
        raise SchemaError("", f"{where}.{key}", expected, "nothing")
    try:
        return to(found)
    except (KeyError, TypeError, ValueError):
        raise SchemaError("", f"{where}.{key}", expected, found) from None


def _as_text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError
    return found


def text(data: Mapping[str, Any], key: str, where: str, default: Any = _REQUIRED) -> str:
    """The text under ``key``; ``default`` if the key is absent and a default was given."""
    return _convert(data, key, where, default, "text", _as_text)


def number(data: Mapping[str, Any], key: str, where: str, default: Any = _REQUIRED) -> int:
    """The integer under ``key``: decimal, or hexadecimal with 0x."""
    return _convert(data, key, where, default, "an integer", lambda found: int(_as_text(found), 0))


_FLAGS: Final = {"yes": True, "no": False}


def flag(data: Mapping[str, Any], key: str, where: str, default: Any = _REQUIRED) -> bool:
    """The ``yes`` or ``no`` under ``key``."""
    return _convert(data, key, where, default, "yes or no", lambda found: _FLAGS[found])


def choice(data: Mapping[str, Any], key: str, where: str, values: Iterable[str], default: Any = _REQUIRED) -> str:
    """The text under ``key``, one of ``values``."""
    names = {value: value for value in values}
    return _convert(data, key, where, default, f"one of {', '.join(names)}", lambda found: names[found])


# --- writing -----------------------------------------------------------------------------------------------------


def dump_scalar(value: object, *, key: bool = False) -> str:
    """One scalar as YAML: plain where every reader takes it as that text, else in double quotes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    content = str(value)
    if (_PLAIN_KEY if key else _PLAIN).fullmatch(content):
        return content
    escaped = content.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'


def _is_collection(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, (Mapping, Sequence)) and not isinstance(value, (str, bytes))


class Block(dict[str, Any]):
    """A mapping that is written with one line a key, though it holds scalars only."""


def _is_leaf(value: Iterable[object]) -> bool:
    """Whether ``value`` goes on one line: it is empty or holds scalars only."""
    if isinstance(value, Block):
        return not value
    items = value.values() if isinstance(value, Mapping) else value
    return not any(_is_collection(item) for item in items)


def flow(value: object) -> str:
    """A value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{dump_scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if _is_collection(value):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    return dump_scalar(value)


def _block(value: object, indent: str, lines: list[str]) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            head = f"{indent}{dump_scalar(key, key=True)}:"
            _entry(head, item, indent + "  ", lines)
    else:
        for item in value:  # type: ignore[attr-defined]
            _entry(f"{indent}-", item, indent + "  ", lines)


def _entry(head: str, item: object, indent: str, lines: list[str]) -> None:
    if not _is_collection(item):
        lines.append(f"{head} {dump_scalar(item)}")
    elif _is_leaf(item):
        lines.append(f"{head} {flow(item)}")
    else:
        lines.append(head)
        _block(item, indent, lines)


def dump(data: object, *, comment: str = "") -> str:
    """YAML text of dicts, lists and scalars (bool as yes/no); the order is the caller's.

    ``comment``: lines for the head of the file, without the ``#``.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    if not _is_collection(data):
        lines.append(dump_scalar(data))
    elif not data:
        lines.append(flow(data))
    else:
        _block(data, "", lines)
    return "\n".join(lines) + "\n"
