"""``dicomspec examples``: the files that come with the package."""

from __future__ import annotations

import os

import click

from dicomspec import examples as bundled
from dicomspec.cli.output import Screen
from dicomspec.files import write_target

__all__ = ["examples"]


@click.command(short_help="List or copy the files that come with the package.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--to", "folder", type=click.Path(file_okay=False), metavar="DIR", help="Copy them there.")
@click.option("--overwrite", is_flag=True, help="Replace files of the same name.")
def examples(names: tuple[str, ...], folder: str | None, overwrite: bool) -> int:
    """List the example files, tell where they are, or copy them.

    \b
    dicomspec examples                  what there is
    dicomspec examples rtplan           where it is
    dicomspec examples rtplan --to .    copy it
    dicomspec examples --to folder      copy them all
    """
    screen = Screen()
    unknown = [name for name in names if name not in bundled.EXAMPLES]
    if unknown:
        raise click.UsageError(f"no example {unknown[0]!r}; there are {', '.join(bundled.names())}")
    if folder is None:
        if names:
            for name in names:
                screen.line(str(bundled.path(name)))
        else:
            screen.table(("name", "what it is"), [(name, bundled.EXAMPLES[name]) for name in bundled.names()])
        return 0
    os.makedirs(folder, exist_ok=True)
    for name in names or bundled.names():
        target = os.path.join(folder, f"{name}.dcm")
        write_target(target, [bundled.path(name).read_bytes()], overwrite=overwrite)
        screen.line(target)
    return 0
