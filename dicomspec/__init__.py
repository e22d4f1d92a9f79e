"""dicomspec: read, change, write and validate DICOM, from a standard that is data.

from dicomspec import dicomio
ds = dicomio.read_file("rtplan.dcm")
ds.PatientSetupSequence[0].PatientPosition = "HFP"
ds.save_as("rtplan2.dcm")
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from dicomspec import dicomio
from dicomspec.dataset import Dataset, FileDataset, FileMetaDataset
from dicomspec.dicomio import dcmread, dcmwrite, read_file
from dicomspec.edition import Edition
from dicomspec.element import DataElement
from dicomspec.errors import DicomError, InvalidDicomError, Issue
from dicomspec.sequence import Sequence
from dicomspec.tag import Tag
from dicomspec.uid import UID, generate_uid
from dicomspec.values.multi import MultiValue
from dicomspec.values.person_name import PersonName
from dicomspec.version import __version__
from dicomspec.wire.options import ReadOptions

__all__ = [
    "UID",
    "DataElement",
    "Dataset",
    "DicomError",
    "Edition",
    "FileDataset",
    "FileMetaDataset",
    "InvalidDicomError",
    "Issue",
    "MultiValue",
    "PersonName",
    "ReadOptions",
    "Sequence",
    "Tag",
    "__version__",
    "dcmread",
    "dcmwrite",
    "dicomio",
    "generate_uid",
    "read_file",
]

_ALIASES = {
    # pydicom's module names, so that scripts go on under `import dicomspec as pydicom`
    "charset": "dicomspec.values.charset",
    "dataelem": "dicomspec.element",
    "filereader": "dicomspec.dicomio",
    "filewriter": "dicomspec.dicomio",
    "misc": "dicomspec.dicomio",
    "multival": "dicomspec.values.multi",
    "valuerep": "dicomspec.values",
}
for _alias, _name in _ALIASES.items():  # they are loaded already; this is for `from dicomspec.valuerep import ...`
    sys.modules[f"{__name__}.{_alias}"] = sys.modules[_name]

_MODULES = _ALIASES | {
    # loaded when they are used
    "datadict": "dicomspec.datadict",
    "examples": "dicomspec.examples",
    "explanation": "dicomspec.explanation",
    "grammar": "dicomspec.grammar",
    "paths": "dicomspec.paths",
    "scanning": "dicomspec.scanning",
}
_FUNCTIONS = {"validate": "dicomspec.validation"}


def __getattr__(name: str) -> Any:
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(_FUNCTIONS[name]), name)
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    raise AttributeError(f"module 'dicomspec' has no attribute {name!r}")
