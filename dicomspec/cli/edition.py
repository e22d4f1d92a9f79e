"""``dicomspec edition``: fetch, import, compare, build and show editions of the standard."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from dicomspec.cli.output import Screen, complain, safe
from dicomspec.compiler import IS_CHECKOUT, SHIPPED, compiler
from dicomspec.contents import contents, sources
from dicomspec.edition import Edition

__all__ = ["edition"]

DIFFERENT: Final = 1
MANY: Final = 30
"""Tables of a part from which on they are told as one line."""

_HELP = """Editions of the standard: fetch, import, compare, use and show them.

\b
A new edition, step by step; only the first needs a network:
  dicomspec edition fetch 2026d --to nema/
  dicomspec edition import nema/ --out my-edition/
  dicomspec edition diff my-edition/
  dicomspec edition show my-edition/
  dicomspec lookup PatientName --edition my-edition/

In a script: dicomspec.dcmread("x.dcm", edition="my-edition/"). In a checkout, `dicomspec edition build my-edition/`
makes it the edition of the package.
"""


@click.group(help=_HELP, short_help="Fetch, import, compare, build and show editions.", invoke_without_command=True)
@click.pass_context
def edition(context: click.Context) -> None:
    """The commands below; the help above is what users see."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# --- fetch ----------------------------------------------------------------------------------------------------------


def _parts(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[int, ...]:
    """Numbers of parts with commas between them; those that are read by default."""
    fetch = compiler("fetch")
    if text is None:
        return tuple(fetch.PARTS)
    try:
        parts = tuple(int(word) for word in text.split(","))
    except ValueError:
        parts = (0,)
    if not all(0 < part < 100 for part in parts):
        raise click.BadParameter(f"{text!r} is no list of parts such as 3,6,16")
    return parts


@edition.command(short_help="Load NEMA's DocBook parts of an edition.")
@click.argument("name", metavar="EDITION")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option("--parts", callback=_parts, metavar="N,N,...", help="Default: those that are read, 3,4,5,6,7,15,16.")
@click.option("--url", metavar="URL", help="Another server: an address with {edition} and {part:02} in it.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, metavar="SECONDS", show_default=True)
def fetch(name: str, folder: Path, parts: tuple[int, ...], url: str | None, timeout: float) -> int:
    """Load the parts of an edition that the importers read, as DocBook, from where NEMA publishes them.

    \b
    dicomspec edition fetch 2026d --to nema/
    dicomspec edition fetch current --to nema/ --parts 6
    dicomspec edition fetch 2026d --to nema/ --url 'http://mirror.example/{edition}/part{part:02}.xml'

    EDITION is a year and a letter, or "current". What is there already is not loaded again, and what broke off is gone
    on with. Each part is checked to be the one that was asked for; SHA256SUMS keeps the digests.
    """
    module = compiler("fetch")
    try:
        with _bytes_bar() as progress:
            found = module.fetch(name, folder, parts, url or module.URL, timeout, progress)
    except module.FetchError as error:
        raise click.ClickException(str(error)) from None
    rows = [
        (f"PS3.{each.part}", each.edition, f"{each.size:,}", each.sha256[:12], "was there" if each.before else "loaded")
        for each in found
    ]
    Screen().table(("part", "edition", "bytes", "SHA-256", ""), rows)
    return 0


@contextmanager
def _bytes_bar() -> Iterator[Callable[[int, int, int | None], None]]:
    """A bar for each part on standard error; a line for each where that is no terminal."""
    if not sys.stderr.isatty():
        told: set[int] = set()

        def tell(part: int, done: int, total: int | None) -> None:
            if part not in told:
                told.add(part)
                complain(f"PS3.{part}" + (f", {total:,} bytes" if total else ""))

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description:7}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    tasks: dict[int, Any] = {}
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:

        def show(part: int, done: int, total: int | None) -> None:
            if part not in tasks:
                tasks[part] = bar.add_task(f"PS3.{part}", total=total)
            bar.update(tasks[part], completed=done, total=total)

        yield show


# --- import ---------------------------------------------------------------------------------------------------------


@edition.command("import", short_help="Make dictionaries of DocBook parts.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option("--overwrite", is_flag=True, help="Replace the edition that lies in the output folder.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
def import_(folder: Path, out: Path, overwrite: bool, form: str) -> int:
    """Make dictionaries, as YAML, of the DocBook parts in a folder (partNN.xml, or .xml.xz).

    \b
    dicomspec edition import nema/ --out my-edition/
    dicomspec edition import nema/ --out my-edition/ --overwrite
    dicomspec edition import nema/ --out my-edition/ --format json

    Every row of a table is read or named. The import stops at the first that is not as expected, names part, table and
    row, and writes nothing. Parts that are not there are left out; when the edition is used, what it lacks is taken
    from the shipped one.
    """
    importers, saving = compiler("importers"), compiler("saving")
    report = importers.Report()
    try:
        with _steps_bar(folder) as progress:
            texts = importers.run(folder, SHIPPED / "rules", progress, report)
        saving.save(texts, out, overwrite)
    except _faults() as error:
        raise click.ClickException(f"{error}{_mixture(folder)}") from None
    name = compiler("yaml_io").load(out / "standard" / "sources.yaml")["edition"]
    if form == "json":
        tables = [vars(table) for table in report.tables]
        print(json.dumps({"edition": name, "files": sorted(texts), "tables": tables}, ensure_ascii=False))
        return 0
    _summary(Screen(), report)
    Screen().line(f"{name}: {len(texts)} dictionaries in {safe(out)}")
    return 0


def _mixture(folder: Path) -> str:
    """What to say of parts that are of different editions, which may be why they do not fit each other."""
    paths = (folder / name for name in sorted(os.listdir(folder)) if name.endswith((".xml", ".xml.xz")))
    parts = [part for path in paths if (part := compiler("docbook").identify(path)) is not None]
    if len({part.edition for part in parts}) < 2:
        return ""
    return f" (the parts are of different editions: {', '.join(f'PS3.{part.number} {part.edition}' for part in parts)})"


def _summary(screen: Screen, report: Any) -> None:
    """What was read, a line a table, or a part if it has many; what was not read by name."""
    rows, left, none = [], [], []
    for part in dict.fromkeys((table.part, table.edition) for table in report.tables):
        tables = [table for table in report.tables if (table.part, table.edition) == part]
        taken = [table for table in tables if table.read]
        if len(taken) > MANY:
            count, read = sum(table.rows for table in taken), sum(table.read for table in taken)
            rows.append((*part, f"{len(taken)} tables", f"{count:,}", f"{read:,}"))
        else:
            rows += [(*part, table.table, f"{table.rows:,}", f"{table.read:,}") for table in taken]
        left += [f"{table.part} table {table.table}: {row}" for table in taken for row in table.left]
        other = [table.table or table.caption or "without label" for table in tables if not table.read]
        if other:
            none.append(f"{part[0]}: not read, being of other matter, are {', '.join(other)}")
    screen.table(("part", "edition", "table", "rows", "read"), rows)
    for line in left + none:
        screen.line(safe(line), whole=True)


@contextmanager
def _steps_bar(folder: Path) -> Iterator[Callable[[str], None]]:
    """A bar that tells which source is being read, if a person looks at it."""
    if not sys.stderr.isatty():
        yield lambda message: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    parts = sum(name.endswith((".xml", ".xml.xz")) for name in os.listdir(folder))
    columns = (SpinnerColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=parts or None)

        def step(message: str) -> None:
            reads = message.startswith("reading PS3.")
            bar.update(task, description=message, advance=1 if reads and bar.tasks[0].description else 0)

        yield step


def _faults() -> tuple[type[Exception], ...]:
    """The errors of the compiler that are the fault of what it was given."""
    return (
        compiler("importers").ImportFault,
        compiler("docbook").DocBookError,
        compiler("yaml_io").SchemaError,
        compiler("saving").SaveError,
    )


# --- diff -----------------------------------------------------------------------------------------------------------


@edition.command(short_help="Tell what changed from one edition to another.")
@click.argument("first", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[OLD]")
@click.argument("second", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="NEW", required=False)
@click.option("--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table")
def diff(first: Path, second: Path | None, form: str) -> int:
    """Tell what changed from one edition to another: elements, UIDs, modules, conditions, values; a line a fact.

    \b
    dicomspec edition diff 2026c/ 2026d/
    dicomspec edition diff my-edition/
    dicomspec edition diff 2026c/ 2026d/ --format markdown > changes.md

    With one folder, it is the shipped edition that this is compared with. Only what both editions tell is compared;
    what one of them lacks is named.
    """
    old, new = (SHIPPED, first) if second is None else (first, second)
    module = compiler("diff")
    try:
        found = module.compare_dictionaries(old, new)
    except _faults() as error:
        raise click.ClickException(str(error)) from None
    if form == "json":
        changes = [change._asdict() for change in found.changes]
        entry = {"old": found.old, "new": found.new, "changes": changes, "not compared": found.not_compared}
        print(json.dumps(entry, ensure_ascii=False))
    elif form == "markdown":
        print("\n".join(_markdown(found)))
    else:
        screen = Screen()
        rows = [tuple(map(safe, change)) for change in found.changes]
        if rows:
            screen.table(("change", "what", "key", "name", "field", "old", "new"), rows)
        for line in (*(f"not compared: {line}" for line in found.not_compared), _count_of(found)):
            screen.line(safe(line))
    return 0


def _count_of(found: Any) -> str:
    """How many changes of each kind there are."""
    kinds: dict[str, int] = {}
    for change in found.changes:
        key = f"{change.what} {change.change}"
        kinds[key] = kinds.get(key, 0) + 1
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return f"{found.old} to {found.new}: {counts or 'no changes'}"


def _markdown(found: Any) -> Iterator[str]:
    """The changes as a document, a section for each kind of row."""
    yield f"# Changes from {found.old} to {found.new}"
    for what in dict.fromkeys(change.what for change in found.changes):
        yield f"\n## {what[0].upper()}{what[1:]}\n"
        yield "| change | key | name | field | old | new |\n|---|---|---|---|---|---|"
        for change in found.changes:
            if change.what == what:
                cells = (change.change, *change[2:])
                yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    if found.not_compared:
        yield "\n## Not compared\n"
        yield from (f"- {line}" for line in found.not_compared)


# --- build ----------------------------------------------------------------------------------------------------------


@edition.command(short_help="Make an edition that of the package, in a checkout.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--check", is_flag=True, help="Write nothing; name what would change, and exit with 1 if there is any.")
def build(folder: Path, yes: bool, check: bool) -> int:
    """Make the Python modules of the package anew, of an edition; only in a checkout.

    \b
    dicomspec edition build my-edition/
    dicomspec edition build my-edition/ --check
    dicomspec edition build dictionaries/ --yes

    What the edition lacks is taken from dictionaries/, which stays as it is: the last command goes back to it. What
    names elements or UIDs there that the edition does not know is left out, and told. In an installed
    package nothing needs to be built: name the edition where it is used, as in dcmread(..., edition=DIR).
    """
    if not IS_CHECKOUT:
        raise click.ClickException(
            "this is an installed package, whose modules are not replaced; name the edition where it is used: "
            f'dcmread(..., edition="{folder}"), or --edition {folder}'
        )
    maker, saving = compiler("build"), compiler("saving")
    if not (folder / "standard" / "sources.yaml").is_file():
        raise click.ClickException(f"{folder} is not the folder of an edition: standard/sources.yaml is missing")
    with saving.overlaid(folder, SHIPPED) as (both, placed):
        left: list[str] = []
        try:
            spec = maker.load_specification(both, left=left)
        except compiler("yaml_io").SchemaError as error:
            raise click.ClickException(str(placed(error))) from None
        texts = maker.generate(spec)
    target = maker.default_generated()
    difference = maker.compare(texts, target)
    screen = Screen()
    for line in (*difference.lines(), *left):
        screen.line(safe(line), whole=True)
    if check:
        return DIFFERENT if difference else 0
    if not difference:
        screen.line(f"{target} is of {spec.edition} already")
        return 0
    if not yes:
        count = len(difference.lines())
        click.confirm(f"Replace {count} modules in {target} by those of {spec.edition}?", abort=True, err=True)
    maker.write(texts, target)
    screen.line(f"{target} is of {spec.edition} now")
    return 0


# --- show -----------------------------------------------------------------------------------------------------------


@edition.command(short_help="Tell what is in an edition, and where it is from.")
@click.argument("names", nargs=-1, metavar="[DIR|FILE]...")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
def show(names: tuple[str, ...], form: str) -> int:
    """Tell what is in an edition: counts, editions, where it is from, and what it was made of.

    \b
    dicomspec edition show
    dicomspec edition show my-edition/
    dicomspec edition show my-edition/ acme.yaml --format json

    DIR is the folder of an edition, FILE a private dictionary; without them it is the edition that was shipped.
    """
    chosen = Edition.load(*names)
    found, files = contents(chosen), sources(chosen)
    if form == "json":
        entry = {"edition": chosen.name, "contents": [each._asdict() for each in found]}
        print(json.dumps({**entry, "sources": [each._asdict() for each in files]}, ensure_ascii=False))
        return 0
    screen = Screen()
    screen.line((f"edition {chosen.name}", "file"))
    screen.table(
        ("what", "count", "edition", "from"),
        [(each.what, f"{each.number:,}", each.edition, safe(each.origin)) for each in found],
    )
    screen.line()
    screen.table(
        ("dictionary", "made of", "edition", "SHA-256", "origin"),
        [(each.dictionary, each.file, each.edition, each.sha256[:12], each.origin) for each in files],
    )
    return 0
