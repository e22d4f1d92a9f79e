"""A little of PS3.3 as an edition: made of YAML, by way of the emitters, as a folder of dictionaries would be."""

from __future__ import annotations

from types import SimpleNamespace

from codegen import emit_iods
from codegen.model.iods import Iod
from codegen.model.modules import Module
from codegen.tables import constants
from codegen.yaml_io import loads
from dicomspec.edition import DEFAULT, Edition

__all__ = ["Layer", "small_edition"]

CT = """\
name: CT Image
table: A.3-1
section: A.3.3
sop: [1.2.840.10008.5.1.4.1.1.2]
modules:
  Patient:
    general-image: M
  Image:
    contrast-bolus: {use: C, when: ContrastBolusAgent, else: may, src: 0a1b2c3d}
functional-groups:
  pixel-measures: {use: C, when: "?", src: 12345678}
"""
GENERAL = """\
name: General Image
table: C.7-9
section: C.7.6.1
attributes:
  InstanceNumber: 2
  PatientOrientation: {type: 2C, when: "?", else: may, src: 3f9a0000, see: C.7.6.1.1.1}
  BurnedInAnnotation: {type: 3, enum: [YES, NO]}
  ImageType:
    type: 1
    values:
      - {position: 1, enum: [ORIGINAL, DERIVED]}
      - {position: 3, terms: [AXIAL, LOCALIZER], when: "?", src: 00aa11bb}
  IconImageSequence:
    type: 3
    items: 0-1
    of:
      Rows: 1
      +pixel-measures:
  +code-sequence: {when: ValueType = NUM, src: 12ab34cd}
  +code-sequence~2:
    groups:
      - {dcid: 4, of: AnatomicRegionSequence}
    with:
      CodeValue: {type: 1, enum: ["1"]}
      Extra: 3
  any: yes
"""
MACROS = {
    "code-sequence": "name: Code Sequence\nsection: 8.8\nattributes:\n  CodeValue: 1C\n  +pixel-measures:\n",
    "pixel-measures": "name: Pixel Measures\nattributes:\n  PixelMeasuresSequence:\n    type: 1\n    items: 1\n"
    "    of:\n      PixelSpacing: 1C\n      +pixel-measures:\n",
}


class Layer:
    """The tables that codegen makes of the YAML above."""

    origin, key = "test", "test"

    def __init__(self) -> None:
        bolus = GENERAL.replace("General Image", "Contrast/Bolus")
        spec = SimpleNamespace(
            iods=(Iod.from_yaml("ct-image", loads(CT)),),
            modules=tuple(
                Module.from_yaml(id, loads(text))
                for id, text in (("general-image", GENERAL), ("contrast-bolus", bolus))
            ),
            macros=tuple(Module.from_yaml(id, loads(text), True) for id, text in MACROS.items()),
        )
        self.tables = {path[:-3]: constants(path, text) for path, text in emit_iods.emit(spec).items()}

    def get(self, name):
        return self.tables.get(name)


def small_edition() -> Edition:
    """The shipped edition, but with these IODs, modules and macros alone."""
    return Edition("test", DEFAULT.vrs, DEFAULT.vms, DEFAULT.keywords, DEFAULT.repeaters, (Layer(), *DEFAULT.layers))
