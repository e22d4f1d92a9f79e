"""Pictures of datasets for the commands: made, and drawn in a terminal with half blocks or plain characters."""

from __future__ import annotations

import shutil
from typing import Any, Final

import click

from dicomspec import pixels, waveforms
from dicomspec.cli.output import Screen
from dicomspec.dataset import Dataset

__all__ = ["draw", "parse_window", "picture_of"]

_RAMP: Final = " .:-=+*#%@"
"""From black to white, where there is no colour."""

_COLUMNS, _LINES = 80, 40


def parse_window(text: str | None) -> tuple[float, float] | int | str | None:
    """A window as it is typed: CENTER/WIDTH, a number, or a name.

    Raises:
        click.BadParameter: the two are no numbers.
    """
    if text is None:
        return None
    if text.lstrip("-").isdecimal():
        return int(text)
    center, slash, width = text.partition("/")
    try:
        return (float(center), float(width)) if slash else text
    except ValueError:
        if any(char.isdigit() for char in text):
            raise click.BadParameter(f"{text!r} is no CENTER/WIDTH, such as 40/400", param_hint="--window") from None
        return text  # an explanation may have a slash


def picture_of(ds: Dataset, frame: int = 0, **options: Any) -> Any:
    """A frame, or the curves of a waveform where there is no image."""
    if "WaveformSequence" in ds and "PixelData" not in ds:
        return waveforms.plot(ds, frame)
    return pixels.render(ds, frame, **options)


def draw(screen: Screen, picture: Any) -> None:
    """Draw a picture, as wide and as high as the terminal has room for; two rows of it make a line."""
    columns, lines = screen.width or _COLUMNS, _LINES
    if screen.is_terminal:
        lines = max(4, shutil.get_terminal_size().lines - 3)
    rows, wide = picture.shape[:2]
    scale = max(wide / columns, rows / (2 * lines))
    high = max(2, round(rows / scale) // 2 * 2)
    small = pixels.resample(picture, high, max(1, min(columns, round(wide / scale))))
    if screen.is_terminal and screen.draws_lines():
        _half_blocks(screen, small)
        return
    grey = small if small.ndim == 2 else small.mean(axis=-1)
    for pair in grey.reshape(high // 2, 2, -1).mean(axis=1):
        screen.line("".join(_RAMP[int(value) * len(_RAMP) // 256] for value in pair).rstrip(), whole=True)


def _half_blocks(screen: Screen, small: Any) -> None:
    for upper, lower in zip(small[::2], small[1::2], strict=True):
        screen.line(*(("▀", f"{_style(top)} on {_style(bottom)}") for top, bottom in zip(upper, lower, strict=True)))


def _style(value: Any) -> str:
    red, green, blue = (value,) * 3 if value.ndim == 0 else value
    return f"#{red:02x}{green:02x}{blue:02x}"
