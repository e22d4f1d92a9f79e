"""``dicomspec render``: an image, a montage of frames, or the curves of a waveform as a PNG file."""

from __future__ import annotations

import sys

import click

from dicomspec import pixels
from dicomspec.cli.output import source_of
from dicomspec.cli.picture import parse_window, picture_of
from dicomspec.dicomio import dcmread
from dicomspec.files import write_target

__all__ = ["render"]


@click.command(short_help="Make a picture of an image or waveform.")
@click.argument("source", metavar="FILE")
@click.argument("target", metavar="OUT")
@click.option("--window", "-w", metavar="CENTER/WIDTH", help="Or number or name of one in the file, or auto.")
@click.option("--frame", "-f", type=int, default=0, metavar="N", help="The frame, from 0; -1 is the last one.")
@click.option("--montage", is_flag=True, help="All frames in one picture.")
@click.option("--columns", type=click.IntRange(min=1), metavar="N", help="Of a montage: frames in a row.")
@click.option("--palette", metavar="NAME", help="Colours for grey: HOT_IRON, PET, HOT_METAL_BLUE or PET_20_STEP.")
@click.option("--overlays/--no-overlays", default=True, help="Whether to draw overlays over it (default: yes).")
@click.option("--square/--stored", default=True, help="Make pixels square (default), or leave them as they are stored.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def render(
    source: str,
    target: str,
    window: str | None,
    frame: int,
    montage: bool,
    columns: int | None,
    palette: str | None,
    overlays: bool,
    square: bool,
    force: bool,
) -> int:
    """Make a picture of FILE for a screen, as a PNG file; - is standard input or output.

    \b
    dicomspec render ct.dcm ct.png --window 40/400
    dicomspec render cine.dcm all.png --montage
    dicomspec render ecg.dcm ecg.png

    Grey goes through the modality LUT, a window or VOI LUT, and the presentation LUT of the file; without a window, all
    values are shown. Of waveforms, --frame is the number of the group.
    """
    if target != "-" and not target.lower().endswith(".png"):
        raise click.BadParameter(f"{target!r} does not end with .png, and no other format is written", param_hint="OUT")
    look = {"window": parse_window(window), "palette": palette, "overlays": overlays, "square": square}
    ds = dcmread(source_of(source))
    try:
        picture = pixels.montage(ds, columns=columns, **look) if montage else picture_of(ds, frame, **look)
    except (ValueError, IndexError) as error:
        raise click.ClickException(f"{source}: {error}") from None
    data = pixels.encode_png(picture)
    if target == "-":
        sys.stdout.buffer.write(data)
        return 0
    try:
        write_target(target, [data], overwrite=force)
    except FileExistsError:
        raise click.ClickException(f"{target} exists; --force replaces it") from None
    return 0
