"""Reading and writing files: where a script comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any, Final

from dicomspec._generated import wire as names
from dicomspec.dataset import Dataset, FileMetaDataset, open_file
from dicomspec.edition import Edition
from dicomspec.elements import ALL, Elements
from dicomspec.errors import DicomError
from dicomspec.files import Source, open_source
from dicomspec.tag import Tag
from dicomspec.wire import part10
from dicomspec.wire.audit import raise_first
from dicomspec.wire.options import ReadOptions
from dicomspec.wire.reading import Reading

__all__ = [
    "dcmread",
    "dcmwrite",
    "is_dicom",
    "read_dataset",
    "read_file",
    "read_file_meta_info",
    "read_partial",
]

FIRST_PIXELS: Final = names.FLOAT_PIXEL_DATA
_DEFAULT: Final = ReadOptions()
_OPTIONS: Final = frozenset(field.name for field in fields(ReadOptions))


def read_file(
    fp: Any,
    defer_size: Any = None,
    stop_before_pixels: bool = False,
    force: bool = False,
    specific_tags: Iterable[Any] | None = None,
    *,
    options: ReadOptions | None = None,
    **more: Any,
) -> Dataset:
    """Read a DICOM file (PS3.10 7), or a dataset without preamble and file meta elements.

    Values are read when they are asked for. What is wrong with the file is told by ``ds.issues``.

    Args:
        fp: a path, a binary file object (seeking is not needed), ``bytes``, ``bytearray``, ``memoryview`` or ``mmap``.
        defer_size: taken for the sake of pydicom's scripts; values stay on disk until used anyway.
        stop_before_pixels: leave out Pixel Data and what follows.
        force: read it even if nothing says that it is DICOM.
        specific_tags: keep these elements alone; keywords, tags, or paths such as ``"BeamSequence.BeamName"``.
            Specific Character Set is kept as well.
        options: a `ReadOptions`; its fields can also be given one by one: ``strict``, ``stop_before``, ``charset``,
            ``edition``, ``check``, ``max_depth``, ``max_elements``, ``max_value_length``, ``max_inflated``.

    Raises:
        InvalidDicomError: it is not DICOM.
        ReadError: the first issue, if ``strict``.
        LimitError: one of the limits was reached.
        OSError: the file cannot be opened.
    """
    choices = options or _DEFAULT
    if more or force or specific_tags is not None or stop_before_pixels:
        choices = _options(choices, force, specific_tags, stop_before_pixels, more)
    ds = open_file(open_source(fp), choices)
    if choices.specific_tags is not None:
        ds._only = _tree(choices.specific_tags, choices.edition)
    if choices.stop_before is not None:
        _cut(ds, int(choices.edition.tag_for(choices.stop_before)))
    if choices.strict:
        raise_first(ds.issues)
    return ds


dcmread = read_file


def _options(
    options: ReadOptions, force: bool, wanted: Iterable[Any] | None, before_pixels: bool, more: dict[str, Any]
) -> ReadOptions:
    unknown = sorted(set(more) - _OPTIONS)
    if unknown:
        raise TypeError(f"read_file has no option {', '.join(unknown)}; there are {', '.join(sorted(_OPTIONS))}")
    if force:
        more["force"] = True
    if wanted is not None:
        more["specific_tags"] = (wanted,) if isinstance(wanted, (str, int)) else tuple(wanted)
    if before_pixels:
        more.setdefault("stop_before", FIRST_PIXELS)
    return replace(options, **more)


def _tree(paths: Iterable[Any], edition: Edition) -> dict[int, Any]:
    """The tags to keep, with those to keep in the items of each sequence (None: all)."""
    tree: dict[int, Any] = {names.SPECIFIC_CHARACTER_SET: None}
    for path in paths:
        steps = path.split(".") if isinstance(path, str) else [path]
        here = tree
        for step in steps[:-1]:
            inner = here.setdefault(_tag(step, edition), {names.SPECIFIC_CHARACTER_SET: None})
            if inner is None:  # the whole sequence was asked for
                break
            here = inner
        else:
            here[_tag(steps[-1], edition)] = None
    return tree


def _tag(step: Any, edition: Edition) -> int:
    return int(edition.tag_for(step.partition("[")[0] if isinstance(step, str) else step))


def _cut(ds: Elements, stop: int) -> None:
    """Leave out the elements from ``stop`` on."""
    origin = ds._origin
    if isinstance(origin, Reading):
        origin.advance(ds, min(stop, ALL))
        ds._end = ds._pos


def dcmwrite(filename: Any, dataset: Dataset, /, **options: Any) -> None:
    """Write ``dataset``; the same as `Dataset.save_as`, which tells the options."""
    dataset.save_as(filename, **options)


def read_dataset(fp: Any, is_implicit_VR: bool, is_little_endian: bool = True, **options: Any) -> Dataset:  # noqa: N803
    """Read elements without preamble and file meta elements, in a known encoding (PS3.5 7)."""
    choices = _options(_DEFAULT, False, None, False, options)
    body = part10.read_bare(open_source(fp), choices, Dataset, is_implicit_VR, not is_little_endian)
    if choices.strict:
        raise_first(body.issues)
    return body


def read_partial(fp: Any, stop_when: Callable[[Tag, str, int], bool] | None = None, **options: Any) -> Dataset:
    """Read up to the element for which ``stop_when(tag, VR, length)`` is true; the length is in bytes."""
    ds = read_file(fp, **options)
    origin = ds._origin
    if stop_when is None or not isinstance(origin, Reading):
        return ds
    for tag, slot in list(ds._complete().items()):
        vr, start, value, end = origin.locate(ds, tag, slot)
        if stop_when(Tag(tag), vr, end - value):
            ds._end = ds._pos = start
            for later in [other for other in ds._slots if other >= tag]:
                del ds._slots[later]
            break
    return ds


def read_file_meta_info(filename: Any) -> FileMetaDataset:
    """The file meta elements of a file alone (PS3.10 7.1)."""
    meta = read_file(filename).file_meta
    assert isinstance(meta, FileMetaDataset)
    return meta


def is_dicom(fp: Any) -> bool:
    """Whether a file starts with a preamble and the prefix ``DICM`` (PS3.10 7.1)."""
    try:
        source: Source = open_source(fp)
    except DicomError:
        return False
    start = names.PREAMBLE_SIZE
    return bytes(source.buffer[start : start + len(names.PREFIX)]) == names.PREFIX
