"""``dicomspec transcode``: a file in another transfer syntax."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from dicomspec.cli.output import source_of
from dicomspec.dicomio import dcmread
from dicomspec.errors import PixelError

__all__ = ["transcode"]


@click.command(short_help="Write a file in another transfer syntax.")
@click.argument("source", metavar="FILE")
@click.argument("target", metavar="OUT")
@click.option("--to", "-t", "name", required=True, metavar="SYNTAX", help="A UID, a keyword, or a name from above.")
@click.option("--quality", type=click.IntRange(1, 100), help="JPEG: default 90.")
@click.option("--error", type=click.IntRange(0, 255), help="JPEG-LS near-lossless: most a value may differ; default 2.")
@click.option("--psnr", type=click.FloatRange(1), metavar="DB", help="JPEG 2000, lossy: default 60.")
@click.option("--step", type=click.FloatRange(0, 1, min_open=True), help="HTJ2K, lossy: quantization; default 0.001.")
@click.option("--distance", type=click.FloatRange(0, 25), help="JPEG XL, lossy: default 1.")
@click.option("--lossless", is_flag=True, help="Lose nothing where the transfer syntax leaves it open.")
@click.option(
    "--offset-table", type=click.Choice(["basic", "extended", "none"]), default="basic", help="Default: basic."
)
@click.option("--drop-unused-bits", is_flag=True, help="Give up what stands above Bits Stored, such as an old overlay.")
@click.option("--new-uid/--keep-uid", default=None, help="SOP Instance UID; by default a new one if something is lost.")
@click.option("--codec", default="", metavar="NAME", help="The library that encodes, such as imagecodecs.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def transcode(
    source: str,
    target: str,
    name: str,
    lossless: bool,
    offset_table: str,
    drop_unused_bits: bool,
    new_uid: bool | None,
    codec: str,
    force: bool,
    **numbers: float | None,
) -> int:
    """Write a file in another transfer syntax, frame by frame; - is standard input or output.

    \b
    dicomspec transcode in.dcm out.dcm --to rle
    dicomspec transcode in.dcm out.dcm --to jpeg --quality 95

    \b
    native, implicit              Explicit and Implicit VR Little Endian, not compressed
    rle, deflated                 no library is needed
    jpeg, jpeg-lossless           JPEG Baseline 8 bit; JPEG Lossless SV1
    jpegls, jpegls-near           JPEG-LS
    j2k, j2k-lossy                JPEG 2000
    htj2k, htj2k-lossy            High-Throughput JPEG 2000
    jxl, jxl-lossy                JPEG XL

    What is encoded without loss is decoded again and compared before OUT is written. Loss is told in the attributes of
    the image (PS3.3 C.7.6.1.1.5). All but the first two lines want dicomspec[pixels].
    """
    options: dict[str, Any] = {option: value for option, value in numbers.items() if value is not None}
    if lossless:
        options["lossless"] = True
    ds = dcmread(source_of(source))
    with _progress() as step:
        try:
            ds.transcode(
                name,
                offset_table=offset_table,
                drop_unused_bits=drop_unused_bits,
                new_uid=new_uid,
                encoding_plugin=codec,
                progress=step,
                **options,
            )
        except PixelError as error:
            raise click.ClickException(f"{source}: {error}") from None
    if target == "-":
        ds.save_as(sys.stdout.buffer, enforce_file_format=True)
        return 0
    try:
        ds.save_as(target, enforce_file_format=True, overwrite=force)
    except FileExistsError:
        raise click.ClickException(f"{target} exists; --force replaces it") from None
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, if a person looks at it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("frames", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
