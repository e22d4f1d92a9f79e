"""The public names: what users may hold on to. One that comes or goes is a line of the changelog."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

import dicomspec

ROOT = Path(dicomspec.__file__).parent
MODULES = sorted(
    ".".join(["dicomspec", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    for path in ROOT.rglob("*.py")
    if path.name != "__main__.py" and "_generated" not in path.parts
)

PINNED = {
    "dicomspec": """
        DataElement Dataset DicomError Edition FileDataset FileMetaDataset InvalidDicomError Issue MultiValue PersonName
        ReadOptions Sequence Tag UID __version__ dcmread dcmwrite dicomio generate_uid read_file
    """,
    "dicomspec.dataset": "Dataset FileDataset FileMetaDataset",
    "dicomspec.dicomio": """
        dcmread dcmwrite is_dicom read_dataset read_file read_file_meta_info read_partial
    """,
    "dicomspec.element": "DataElement Raw RawSource",
    "dicomspec.errors": """
        ConformanceError DicomError EditionError InvalidDicomError Issue LimitError PathError ReadError TagError UnknownKeywordError
        PixelError ValueIssue ValueRuleError WriteError
    """,
    "dicomspec.examples": "EXAMPLES names path",
    "dicomspec.explanation": "Annotated explain_file",
    "dicomspec.functional_groups": "FrameGroups FunctionalGroups",
    "dicomspec.paths": "Step find parse step_of tag_of",
    "dicomspec.scanning": "Row scan",
    "dicomspec.sequence": "Item Sequence",
    "dicomspec.tag": "Tag",
    "dicomspec.typed": "Item Items ObjectDefinition SequenceOf Value class_of object_definition",
    "dicomspec.typed_groups": "FrameView FunctionalGroupsOf GroupItemsOf GroupOf put",
    "dicomspec.waveforms": "Channel generate_multiplex multiplex_array plot set_waveform",
    "dicomspec.validation": "GROUPS RULES Report Rule validate",
}

METHODS = {
    "Edition": """
        codes_of confidentiality context_group context_groups creators description entry find has iod iods keyword
        keywords layers load macro macros meaning module modules name nearest_keywords origin private private_elements
        private_entry repeater repeaters retired safe_private sop_class table tag_for tag_for_keyword template templates
        uid unknown uses vm vms vr vrs
    """,
    "Dataset": """
        add add_new add_new_private clear compress copy data_element decode decompress dir edit_pixels edition elements
        ensure_file_meta formatted_lines
        frames from_source functional_groups get get_item get_private_item group_dataset is_implicit_VR is_little_endian is_original_encoding
        issues items iterall keys original_character_set original_encoding overlay_array pixel_array pop private_block private_creators
        remove_private_tags save_as set_pixel_data set_pixels set_waveform setdefault top transcode update
        values walk waveform_array
    """,
    "DataElement": """
        VM VR clear is_empty is_private is_retired is_undefined_length keyword name original_string private_creator raw
        repval tag value
    """,
    "Sequence": """
        append clear count extend from_spans index insert is_as_read is_undefined_length peek pop remove reverse view
    """,
    "Issue": "certain code edition file frame message offset path reference rule severity to_dict",
    "ReadOptions": """
        charset check edition force max_depth max_elements max_inflated max_value_length specific_tags stop_before strict
    """,
}


@pytest.mark.parametrize("name", MODULES)
def test_all_is_there_and_true(name):
    module = importlib.import_module(name)
    if not hasattr(module, "__all__"):
        assert not any(inspect.isclass(each) or inspect.isfunction(each) for each in vars(module).values())
        return  # nothing but a docstring or constants
    assert isinstance(module.__all__, list)
    assert len(set(module.__all__)) == len(module.__all__)
    for public in module.__all__:
        assert hasattr(module, public), f"{name} has no {public}"


@pytest.mark.parametrize("name", sorted(PINNED))
def test_pinned_names(name):
    assert sorted(importlib.import_module(name).__all__) == sorted(PINNED[name].split())


@pytest.mark.parametrize("name", sorted(METHODS))
def test_pinned_methods(name):
    found = [each for each in dir(getattr(dicomspec, name)) if not each.startswith("_")]
    if name == "Dataset":
        found = [each for each in found if each not in dicomspec.Dataset.__slots__]
    elif name == "ReadOptions":
        found = sorted(dicomspec.ReadOptions.__dataclass_fields__)
    elif name == "Edition":
        found += [each for each in dicomspec.Edition.__dataclass_fields__ if not each.startswith("_")]
    assert sorted(found) == sorted(METHODS[name].split())


@pytest.mark.parametrize("name", ["config", "data", "dcmwriter", "nothing"])
def test_other_names_are_errors(name):
    with pytest.raises(AttributeError, match=name):
        getattr(dicomspec, name)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("charset", "decoder_for"),
        ("datadict", "dictionary_VR"),
        ("dataelem", "DataElement"),
        ("filereader", "dcmread"),
        ("filewriter", "dcmwrite"),
        ("multival", "MultiValue"),
        ("valuerep", "PersonName"),
        ("grammar", "DicomFile"),
        ("examples", "path"),
        ("paths", "find"),
    ],
)
def test_modules_that_load_when_they_are_used(name, inside):
    assert hasattr(getattr(dicomspec, name), inside)


@pytest.mark.parametrize(
    "name", ["charset", "datadict", "dataelem", "filereader", "filewriter", "multival", "valuerep"]
)
def test_pydicoms_modules_can_be_imported(name):
    """``from dicomspec.valuerep import ...``, not only ``dicomspec.valuerep``."""
    assert importlib.import_module(f"dicomspec.{name}") is getattr(dicomspec, name)


def test_types_ship():
    assert (ROOT / "py.typed").exists()
