"""What users hold: a map of elements that can be read, printed, compared, copied and saved.

The work is done in the rooms below; the methods here hand over to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from dicomspec import pixels, printing, trees, waveforms
from dicomspec._generated import wire as names
from dicomspec._generated.attributes import Attributes
from dicomspec.edition import Edition
from dicomspec.element import DataElement
from dicomspec.elements import Elements
from dicomspec.errors import Issue, ValueRuleError
from dicomspec.files import Source, write_target
from dicomspec.functional_groups import FrameGroups, FunctionalGroups
from dicomspec.private import PrivateBlock, private_block, private_creators
from dicomspec.tag import PRIVATE
from dicomspec.values.charset import normalise_terms
from dicomspec.wire import part10, saving
from dicomspec.wire.audit import audit, in_order
from dicomspec.wire.changes import find_changed
from dicomspec.wire.encoding import BEFORE_DATASET, Encoding
from dicomspec.wire.findings import Findings
from dicomspec.wire.options import ReadOptions
from dicomspec.wire.reading import Reading

__all__ = ["Dataset", "FileDataset", "FileMetaDataset"]


class Dataset(Attributes, Elements):
    """A DICOM dataset: a map from tags to `DataElement`.

    Keywords are attributes and give values, ``ds.PatientName``; items give elements, ``ds["PatientName"]``,
    ``ds[0x0010, 0x0010]``. Setting an attribute that is no keyword raises `UnknownKeywordError`.

    Args:
        elements: another dataset, a dict (keyword to value, tag to element), or a list of elements.
        edition: the dictionaries that keywords, VRs and names are of, as `Edition.load` takes them.
        check: refuse values that break a rule of the standard: number of values, length, characters, form (PS3.5 6.2,
            6.4, PS3.6). False for what has to be as broken as it is, and for keys of queries that are lists.

    A dataset that is a whole file has these as well:

    Attributes:
        file_meta: the file meta elements (PS3.10 7.1).
        preamble: the 128 bytes that open the file, or None.
        filename: the path it was read from, or None.
        buffer: the file object or bytes it was read from, or None.
        timestamp: when the file was changed last, in seconds.
    """

    _attributes = frozenset({"file_meta", "preamble", "filename", "buffer", "timestamp"})
    file_meta: FileMetaDataset
    preamble: bytes | None
    filename: str | None
    buffer: Any
    timestamp: float | None
    _file: part10.Part10 | None = None
    _asked: tuple[bool | None, bool | None] = (None, None)  # implicit VR and little endian, if set

    @property
    def edition(self) -> Edition:
        """The dictionaries that keywords, VRs and names are of; items that are read have those of their file."""
        return self._edition

    # -- looking through -----------------------------------------------------------------------------------

    def iterall(self) -> Iterator[DataElement]:
        """All elements, each sequence followed by the elements of its items."""
        return trees.iterate(self)

    def walk(self, callback: Callable[[Any, DataElement], Any], recursive: bool = True) -> None:
        """Call ``callback(dataset, element)`` for each element; the callback may change or delete it."""
        trees.walk(self, callback, recursive)

    def group_dataset(self, group: int) -> Dataset:
        """A dataset of the elements of one group."""
        part: Dataset = self[group << 16 : (group + 1) << 16]
        return part

    def top(self) -> str:
        """The elements as text, without those in sequences."""
        return "\n".join([*printing.meta_lines(getattr(self, "file_meta", None)), *printing.lines(self, depth=0)])

    def formatted_lines(
        self,
        element_format: str = "%(tag)s %(name)-35.35s %(VR)s: %(repval)s",
        sequence_element_format: str = "%(tag)s %(name)-35.35s %(VR)s: %(repval)s",
    ) -> Iterator[str]:
        """One line for each element, those in sequences included, made with % from the attributes of the element."""
        for element in self.iterall():
            template = sequence_element_format if element.VR == "SQ" else element_format
            yield template % _Attributes(element)

    def __str__(self) -> str:
        return "\n".join([*printing.meta_lines(getattr(self, "file_meta", None)), *printing.lines(self)])

    __repr__ = __str__

    # -- issues --------------------------------------------------------------------------------------------

    @property
    def issues(self) -> list[Issue]:
        """What was wrong with the source, by offset. Everything that was left for later is read for it."""
        found = audit(self)
        meta = getattr(self, "file_meta", None)
        return found if meta is None else in_order([*audit(meta), *found])

    # -- encodings and character sets ----------------------------------------------------------------------

    @property
    def original_encoding(self) -> tuple[bool | None, bool | None]:
        """Whether the source has implicit VR, and whether it is little endian; None for a dataset that was built."""
        origin = self._origin
        if not isinstance(origin, Reading):
            return None, None
        return origin.encoding.implicit, not origin.encoding.big_endian

    @property
    def is_original_encoding(self) -> bool:
        """Whether writing keeps the header form, the byte order and the character set of the source."""
        origin = self._origin
        if not isinstance(origin, Reading):
            return False
        syntax = saving.target_syntax(self._file, getattr(self, "file_meta", None), *self._asked)
        terms = normalise_terms(self.get("SpecificCharacterSet"))[0]
        return (syntax is None or syntax.encoding is origin.encoding) and terms == origin.charset(self)

    @property
    def original_character_set(self) -> str | list[str]:
        """The defined terms of Specific Character Set (PS3.3 C.12.1.1.2) with which the text was read."""
        origin = self._origin
        terms = origin.charset(self) if isinstance(origin, Reading) else ()
        return list(terms) if len(terms) > 1 else "".join(terms)

    @property
    def is_implicit_VR(self) -> bool | None:  # noqa: N802 (pydicom's name)
        """Whether the source has implicit VR; set, whether to write it where no transfer syntax tells."""
        return self._asked[0] if self._asked[0] is not None else self.original_encoding[0]

    @is_implicit_VR.setter
    def is_implicit_VR(self, value: bool | None) -> None:  # noqa: N802
        self._asked = (value, self._asked[1])

    @property
    def is_little_endian(self) -> bool | None:
        """Whether the source is little endian; set, whether to write so where no transfer syntax tells."""
        return self._asked[1] if self._asked[1] is not None else self.original_encoding[1]

    @is_little_endian.setter
    def is_little_endian(self, value: bool | None) -> None:
        self._asked = (self._asked[0], value)

    def decode(self) -> None:
        """Decode all text now, with the character sets of the source, so that later changes of them do not matter."""
        for element in self.iterall():
            if element.VR == "SQ":
                continue
            element.value  # noqa: B018

    # -- private elements (PS3.5 7.8) ----------------------------------------------------------------------

    def private_block(self, group: int, private_creator: str, create: bool = False) -> PrivateBlock:
        """The block of a private creator; made if there is none and ``create`` is true.

        Raises:
            KeyError: the creator has no block in the group.
            ValueError: the group is not a private (odd) one.
        """
        return private_block(self, group, private_creator, create)

    def private_creators(self, group: int) -> list[str]:
        """The creators that have a block in a private group."""
        return private_creators(self, group)

    def get_private_item(self, group: int, element_offset: int, private_creator: str) -> DataElement:
        """The element at an offset (0 to 255) in the block of a creator."""
        return self.private_block(group, private_creator)[element_offset]

    def add_new_private(
        self,
        private_creator: str,
        group: int,
        element_offset: int,
        value: Any,
        VR: str | None = None,  # noqa: N803
    ) -> None:
        """Put an element into the block of a creator, which is made if need be; the VR is the dictionary's by default.

        Raises:
            TagError: no VR is given and no dictionary has the element.
        """
        block = self.private_block(group, private_creator, create=True)
        vr = VR or self._edition.private_entry(private_creator, block.get_tag(element_offset)).vr
        block.add_new(element_offset, vr, value)

    def remove_private_tags(self) -> None:
        """Remove all private elements, those in sequences included."""
        self.walk(_remove_private)

    # -- pixels --------------------------------------------------------------------------------------------

    @property
    def pixel_array(self) -> Any:
        """The pixels as a numpy array; `dicomspec.pixels.pixel_array` tells shape, type and errors."""
        return pixels.pixel_array(self)

    @property
    def frames(self) -> Any:
        """The frames as a sequence of arrays that are decoded when they are asked for."""
        return pixels.frames_of(self)

    @property
    def functional_groups(self) -> FunctionalGroups[FrameGroups]:
        """The functional groups of each frame, its own and the shared ones as one (PS3.3 C.7.6.16)."""
        return FunctionalGroups(self, lambda groups: groups)

    def overlay_array(self, group: int = 0x6000) -> Any:
        """An overlay plane as a numpy array of 0 and 1; `dicomspec.pixels.overlay_array` tells shape and errors."""
        return pixels.overlay_array(self, group)

    def edit_pixels(self, **options: Any) -> AbstractContextManager[Any]:
        """Change pixels, native or compressed: ``with ds.edit_pixels() as frames: frames[3][:20] = 0``.

        Frames that are not changed stay byte for byte; `dicomspec.pixels.edit_pixels` tells options and errors.
        """
        found: AbstractContextManager[Any] = pixels.edit_pixels(self, **options)
        return found

    def set_pixels(self, array: Any, transfer_syntax: str = "", **options: Any) -> None:
        """Put an array in as the pixels, and fill in the Image Pixel module; see `dicomspec.pixels.set_pixels`."""
        pixels.set_pixels(self, array, transfer_syntax, **options)

    def transcode(self, transfer_syntax: str, **options: Any) -> None:
        """Bring the dataset into another transfer syntax, frame by frame; see `dicomspec.pixels.transcode`."""
        pixels.transcode(self, transfer_syntax, **options)

    def compress(self, transfer_syntax_uid: str, arr: Any = None, **options: Any) -> None:
        """`transcode`, or `set_pixels` with an array, under pydicom's name; see `dicomspec.pixels.compress`."""
        pixels.compress(self, transfer_syntax_uid, arr, **options)

    def decompress(self, **options: Any) -> None:
        """Make compressed pixels native; see `dicomspec.pixels.decompress`."""
        pixels.decompress(self, **options)

    def set_pixel_data(self, arr: Any, photometric_interpretation: str, bits_stored: int, **options: Any) -> None:
        """`set_pixels` under pydicom's name; see `dicomspec.pixels.set_pixel_data`."""
        pixels.set_pixel_data(self, arr, photometric_interpretation, bits_stored, **options)

    def waveform_array(self, index: int = 0) -> Any:
        """A multiplex group as a numpy array of shape (samples, channels), in the units of each channel."""
        return waveforms.multiplex_array(self, index, as_raw=False)

    def set_waveform(self, values: Any, **options: Any) -> None:
        """Put in a multiplex group of waveforms; `dicomspec.waveforms.set_waveform` tells the options."""
        waveforms.set_waveform(self, values, **options)

    # -- copies and comparison -----------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Elements):
            return NotImplemented
        return trees.equal(self, other)

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Any:
        for _ in self:  # the elements must be there to be shared
            pass
        return trees.copy_map(self)

    def copy(self) -> Any:
        """A shallow copy: a map of its own, of the same elements."""
        return self.__copy__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        twin = trees.deep_copy(self)
        if hasattr(self, "file_meta"):
            object.__setattr__(twin, "file_meta", trees.deep_copy(self.file_meta))
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        origin = self._origin
        if self._place is None or not isinstance(origin, Reading) or id(self) in find_changed(self, origin.encoding):
            return trees.restore, (trees.flatten(self),)
        data = origin.value_bytes(self._begin + origin.encoding.scanner.ITEM_SIZE, self._end)  # not the whole file
        return _restored_item, (type(self), data, origin.encoding, origin.options, origin.charset(self))

    # -- files ---------------------------------------------------------------------------------------------

    def ensure_file_meta(self) -> None:
        """Give the dataset empty file meta elements if it has none."""
        if not hasattr(self, "file_meta"):
            self.file_meta = FileMetaDataset()

    def save_as(
        self,
        filename: Any,
        /,
        *,
        implicit_vr: bool | None = None,
        little_endian: bool | None = None,
        enforce_file_format: bool = False,
        overwrite: bool = True,
    ) -> None:
        """Write the dataset to a path or binary file object.

        What was read and not changed is written as the bytes it came in as. A path is replaced only when the new file
        is complete. The encoding is that of ``file_meta.TransferSyntaxUID``; where there is none, the one asked
        for; else that of the source.

        Args:
            filename: where to: a path or a file object open for writing.
            implicit_vr, little_endian: the encoding, for datasets without transfer syntax.
            enforce_file_format: write a conformant file (PS3.10 7): add what is missing of preamble and file meta
                elements, or raise.
            overwrite: whether an existing file may be replaced.

        Raises:
            WriteError: the encoding is not known, the target cannot be written, or file meta elements are missing.
            ValueRuleError: a value does not fit its VR; the path of the element is told.
            FileExistsError: the file exists and ``overwrite`` is false.
        """
        asked = (implicit_vr, little_endian)
        meta = getattr(self, "file_meta", None)
        if asked == saving.NOT_ASKED != self._asked and not (meta is not None and meta.get("TransferSyntaxUID")):
            asked = self._asked
        saving.check_groups(self)
        plan = saving.plan_for(self, self._file, meta, asked, enforce_file_format)
        if plan.fills:
            self.ensure_file_meta()
            saving.fill(self.file_meta, self, plan)
            if getattr(self, "preamble", None) is None:
                self.preamble = bytes(names.PREAMBLE_SIZE)
        meta, preamble = getattr(self, "file_meta", None), getattr(self, "preamble", None)
        syntax = saving.syntax_to_write(self, self._file, meta, asked)
        chunks = saving.file_chunks(self, meta, preamble, self._file, syntax)
        write_target(filename, chunks, overwrite=overwrite)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class FileMetaDataset(Dataset):
    """The file meta elements: group 0002 alone (PS3.10 7.1)."""

    def add(self, element: DataElement) -> None:
        if element._tag >> 16 != names.META_GROUP:
            raise ValueRuleError(
                f"{element.tag} {element.name} does not belong into the file meta elements: those are group 0002",
                reference="PS3.10 7.1",
            )
        super().add(element)


class FileDataset(Dataset):
    """A dataset with what makes it a file; reading gives plain `Dataset` objects that have the same.

    Args:
        filename_or_obj: becomes `filename` or `buffer`.
        dataset: the elements.
        preamble: 128 bytes, or None.
        file_meta: the file meta elements.
        is_implicit_VR, is_little_endian: the encoding, where `file_meta` has no transfer syntax.
    """

    def __init__(
        self,
        filename_or_obj: Any,
        dataset: Any,
        preamble: bytes | None = None,
        file_meta: FileMetaDataset | None = None,
        is_implicit_VR: bool | None = None,  # noqa: N803 (pydicom's name)
        is_little_endian: bool | None = None,
    ) -> None:
        super().__init__(dataset)
        self.preamble = preamble
        self.file_meta = file_meta if file_meta is not None else FileMetaDataset()
        self._asked = (is_implicit_VR, is_little_endian)
        is_path = isinstance(filename_or_obj, (str, bytes)) or hasattr(filename_or_obj, "__fspath__")
        self.filename = filename_or_obj if is_path else getattr(filename_or_obj, "name", None)
        self.buffer = None if is_path else filename_or_obj
        self.timestamp = None

    def _part(self) -> Elements:
        return Dataset()


class _Attributes:
    """The attributes of an element, as a mapping for %."""

    def __init__(self, element: DataElement) -> None:
        self.element = element

    def __getitem__(self, name: str) -> Any:
        return getattr(self.element, name)


def _remove_private(body: Elements, element: DataElement) -> None:
    if element._tag & PRIVATE:
        body._remove(element._tag)


def open_file(source: Source, options: ReadOptions) -> Dataset:
    """The dataset of a file, its elements still in the source."""
    file, ds = part10.read(source, options, Dataset, FileMetaDataset, FileDataset)
    name = source.name
    state = ds.__dict__  # none of these is a keyword
    state["_file"] = file
    state["file_meta"] = file.meta
    state["preamble"] = file.preamble
    state["filename"] = name
    state["buffer"] = source.origin if name is None else None
    state["timestamp"] = source.timestamp
    return ds


def _restored_item(
    cls: type[Dataset], data: bytes, encoding: Encoding, options: ReadOptions, terms: tuple[str, ...]
) -> Dataset:
    """An unchanged item that was pickled."""
    reading = Reading(Source(data), encoding, options, Findings(), Dataset)
    item = reading.body(cls, 0, len(data), BEFORE_DATASET)
    object.__setattr__(item, "_charset", terms)
    return item
