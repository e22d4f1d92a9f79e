"""Command line of the compiler: ``python -m codegen import | build | conditions | diff``; ``--help`` says more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .build import compare, default_dictionaries, default_generated, generate, load_specification, write
from .conditions import coverage
from .diff import compare_dictionaries, table_lines
from .docbook import DocBookError
from .importers import ImportFault, run
from .yaml_io import SchemaError

__all__ = ["main"]

_EPILOG = """
A new edition of the standard, from a folder with NEMA's part06.xml and part07.xml (or .xml.xz):
  python -m codegen import FOLDER        make the YAML below dictionaries/standard
  git diff dictionaries                  see what the edition changes
  python -m codegen build                make dicomspec/_generated from it
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 something differs, 2 a source or dictionary is faulty."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Callable[[str], None]], int] = options.run
    try:
        return command(options, _silent if options.quiet else _say)
    except (ImportFault, SchemaError, DocBookError, OSError) as error:
        print(f"codegen: {error}", file=sys.stderr)
        return 2


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _silent(_: str) -> None:
    pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m codegen",
        description="The DICOM standard as data: import it into YAML, build Python from the YAML, compare editions.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not tell the steps on standard error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shipped = default_dictionaries()

    made = commands.add_parser("import", help="make YAML dictionaries from sources of the standard")
    made.description = (
        "Reads a folder with parts of the standard in NEMA's DocBook (part06, part07; .xml or .xml.xz), or with the "
        "fact files that codegen knows, and writes the dictionaries. Stops at the first row that is not as expected, "
        "naming part, table and row; nothing is written then."
    )
    made.add_argument("sources", type=Path, metavar="SOURCES", help="folder with the sources")
    made.add_argument("--out", type=Path, default=shipped, metavar="DIR", help=f"dictionaries (default: {shipped})")
    made.add_argument("--rules", type=Path, default=shipped / "rules", metavar="DIR", help="vr.yaml and errata.yaml")
    made.set_defaults(run=_import)

    built = commands.add_parser("build", help="make the generated Python from the dictionaries")
    built.description = "Makes all generated modules in memory, then writes those that differ."
    built.add_argument("--check", action="store_true", help="write nothing; name what differs and exit with 1")
    built.add_argument("--dictionaries", type=Path, default=shipped, metavar="DIR", help=f"default: {shipped}")
    target = default_generated()
    built.add_argument("--out", type=Path, default=target, metavar="DIR", help=f"default: {target}")
    built.set_defaults(run=_build)

    said = commands.add_parser("conditions", help="how many condition sentences have an expression")
    said.description = (
        "Counts the distinct condition sentences of the dictionaries by kind, and lists those without an expression, "
        "the most frequent first: how often, kind, hash, and the sentence where the dictionaries keep it."
    )
    said.add_argument("--dictionaries", type=Path, default=shipped, metavar="DIR", help=f"default: {shipped}")
    said.add_argument("--list", type=int, default=20, metavar="N", help="how many to list (default: 20)")
    said.set_defaults(run=_conditions)

    compared = commands.add_parser("diff", help="compare two sets of dictionaries")
    compared.description = (
        "Prints a table of the rows that were added, removed or changed from A to B, a line for each fact. Exits with "
        "1 if there are any."
    )
    compared.add_argument("a", type=Path, metavar="A", help="folder with elements.yaml (or standard/elements.yaml)")
    compared.add_argument("b", type=Path, metavar="B", help="the folder to compare with")
    compared.set_defaults(run=_diff)
    return parser


def _import(options: argparse.Namespace, progress: Callable[[str], None]) -> int:
    texts = run(options.sources, options.rules, progress)
    for path, content in texts.items():
        target = options.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode("utf-8"))
    folders = {path.rpartition("/")[0] for path in texts if path.count("/") > 1}
    stale = [file for folder in folders for file in (options.out / folder).glob("*.yaml")]
    for file in stale:
        if file.relative_to(options.out).as_posix() not in texts:
            file.unlink()
    progress(f"wrote {len(texts)} dictionaries to {options.out}")
    return 0


def _build(options: argparse.Namespace, progress: Callable[[str], None]) -> int:
    texts = generate(load_specification(options.dictionaries, progress), progress)
    difference = (compare if options.check else write)(texts, options.out)
    for line in difference.lines():
        print(line)
    progress(f"{len(texts)} files, {len(difference.lines())} of them {'wrong' if options.check else 'changed'}")
    return 1 if options.check and difference else 0


def _conditions(options: argparse.Namespace, progress: Callable[[str], None]) -> int:
    spec = load_specification(options.dictionaries, progress, shipped=default_dictionaries())
    rows, unread = coverage(spec.iods, (*spec.modules, *spec.macros))
    for kind, count, whole, partly in rows:
        shares = f"{whole} ({whole / count:.1%}) executable, {partly} ({partly / count:.1%}) in part"
        print(f"{kind}: {count} sentences, {shares}")
    for count, kind, src, sentence in unread[: options.list]:
        print(f"{count:6} {kind:16} {src} {sentence}".rstrip())
    return 0


def _diff(options: argparse.Namespace, progress: Callable[[str], None]) -> int:
    found = compare_dictionaries(options.a, options.b)
    print("\n".join(table_lines(found)))
    for line in found.not_compared:
        progress(f"not compared: {line}")
    progress(f"{len(found.changes)} differences from {found.old} to {found.new}")
    return 1 if found.changes else 0


if __name__ == "__main__":
    sys.exit(main())
