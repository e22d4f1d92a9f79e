"""``dicomspec new``: an object of an IOD, from its values."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Any

import click

from dicomspec import paths, typed
from dicomspec._generated.typed_names import CLASSES
from dicomspec._generated.vr import VRS
from dicomspec.cli.output import Screen, complain, safe
from dicomspec.edition import default
from dicomspec.errors import ConformanceError, Issue, PathError, ValueRuleError

__all__ = ["new"]

LACKING = 1
HEAD = ("where", "message", "reference")


def _class(context: click.Context, parameter: click.Parameter, name: str) -> type[typed.ObjectDefinition]:
    """The class, by its name or by that of the IOD, in small letters or large ones."""
    by_name = {word: known for known, iod in CLASSES.items() for word in (known.casefold(), iod)}
    found = by_name.get(name.casefold())
    if found is None:
        near = {by_name[each] for each in difflib.get_close_matches(name.casefold(), by_name, 5)}
        hint = f"; did you mean {' or '.join(sorted(near))}?" if near else "; dicomspec lookup tells the IODs"
        raise click.BadParameter(f"{name!r} is no IOD{hint}")
    return typed.object_definition(found)


def _pairs(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> list[tuple[str, str]]:
    for text in given:
        if "=" not in text:
            raise click.BadParameter(f"{text!r} is not KEYWORD=VALUE")
    return [(path.strip(), value) for path, _, value in (text.partition("=") for text in given)]


@click.command(short_help="An object of an IOD, from its values.")
@click.argument("kind", metavar="IOD", callback=_class)
@click.argument("target", metavar="[OUT]", required=False, type=click.Path(dir_okay=False))
@click.option(
    "--set", "values", multiple=True, callback=_pairs, metavar="PATH=VALUE", help="A value; once for each attribute."
)
@click.option("--empty-type-2", is_flag=True, help="Put in without a value what is Type 2 and not given: not known.")
@click.option("--no-check", is_flag=True, help="Write it even if it does not conform, and take any value.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def new(
    kind: type[typed.ObjectDefinition],
    target: str | None,
    values: list[tuple[str, str]],
    empty_type_2: bool,
    no_check: bool,
    force: bool,
) -> int:
    """Make an object of an IOD, and write it to OUT, - for standard output; without OUT, tell what is still required.

    \b
    dicomspec new CTImage --set PatientID=42 --set 'PatientName=Doe^Jane'
    dicomspec new RTPlan --set RTPlanLabel=A --set 'BeamSequence[0].BeamNumber=1' --empty-type-2 plan.dcm
    dicomspec new EncapsulatedPDF --set EncapsulatedDocument=@report.pdf --no-check report.dcm

    IOD is a name such as CTImage or ct-image. SOP class, UIDs, character set and dates of creation are filled in if
    they are not given. Several values have a \\ between them; a number behind a sequence is that of an item, from 0,
    and the next one is made; @FILE takes binary values from a file. An object that does not conform is not written.

    Exit code: 0 it conforms, 1 it does not, 2 an argument was wrong.
    """
    given = {_keyword(path): _value(path, text) for path, text in values if "[" not in path}
    view: Any = kind.new(check=not no_check, **given)
    for path, text in values:
        if "[" in path:
            _put(view, path, text)
    if empty_type_2:
        view.empty_type_2()
    if target is None:
        return _tell(view.missing())
    try:
        view.save_as(sys.stdout.buffer if target == "-" else target, check=not no_check, overwrite=force)
    except ConformanceError as error:
        complain(f"{target} not written: {error.message.splitlines()[0].replace('check=False', '--no-check')[:-1]}")
        return _tell(error.issues)
    return 0


def _tell(issues: list[Issue]) -> int:
    if issues:
        rows = [tuple(map(safe, (issue.path or "object", issue.message, issue.reference))) for issue in issues]
        Screen().table(HEAD, rows)
    return LACKING if issues else 0


def _keyword(path: str) -> str:
    """The keyword that a path of one step names, by itself or by its tag."""
    (step,) = paths.parse(path)
    return default().keyword(paths.tag_of(step, path))


def _put(view: Any, path: str, text: str) -> None:
    """Set an attribute of an item, which is made if it is the next one."""
    *above, last = paths.parse(path)
    for step in above:
        items = getattr(view, step.name)
        if not isinstance(items, typed.Items) or step.item is None:
            raise PathError(f"{step} is no item of a sequence", path=path)
        if step.item == len(items):
            items.append()
        if not -len(items) <= step.item < len(items):
            raise PathError(f"{step.name} has {len(items)} items; the next one is [{len(items)}]", path=path)
        view = items[step.item]
    setattr(view, last.name, _value(path, text))


def _value(path: str, text: str) -> Any:
    """What is assigned for a text."""
    tag = paths.tag_of(paths.parse(path)[-1], path)
    infos = [VRS[vr] for vr in (default().vr(tag) or "UN").split(" or ")]
    kinds = {info.kind for info in infos}
    if "sequence" in kinds:
        raise PathError("is a sequence; set attributes of its items, such as BeamSequence[0].BeamName", path=path)
    if "bytes" in kinds and text.startswith("@"):
        return Path(text[1:]).read_bytes()
    if kinds == {"bytes"} and text:
        raise ValueRuleError("is binary; give a file that has the value, as @FILE", path=path)
    several = default().vm(tag) != "1"
    made = [_one(infos[0].kind, part, path) for part in (text.split("\\") if several else [text])]
    return None if not text else made if len(made) > 1 else made[0]


def _one(kind: str, text: str, path: str) -> Any:
    if kind == "tag":
        return default().tag_for(text)
    if kind != "number" or not text:
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise ValueRuleError(f"{text!r} is no number", path=path) from None
