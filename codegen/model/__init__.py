"""The whole specification in memory: frozen values, one module a subject, each read from and written to YAML."""

from __future__ import annotations

from dataclasses import dataclass

from .charsets import Charsets
from .confidentiality import Confidentiality
from .elements import Element
from .iods import Iod
from .modules import Module
from .palettes import Palette
from .private import PrivateVendor
from .relations import Relation
from .sop_classes import SopClass
from .sources import DictionarySource
from .terminology import Code, ContextGroup, Template
from .transfer_syntaxes import CodecFamily, TransferSyntax
from .uids import Uid
from .vr import VRRules
from .wire import WireRules

__all__ = [
    "Charsets",
    "Code",
    "Confidentiality",
    "ContextGroup",
    "DictionarySource",
    "Element",
    "Iod",
    "Module",
    "Palette",
    "PrivateVendor",
    "Relation",
    "SopClass",
    "Specification",
    "Template",
    "TransferSyntax",
    "Uid",
    "VRRules",
    "WireRules",
]


@dataclass(frozen=True)
class Specification:
    """Everything that `build` knows.

    Attributes:
        edition: edition of the standard, such as ``"2026d"``.
        sources: what each dictionary was made of.
        elements: data elements of PS3.6, command elements of PS3.7 after them.
        uids: PS3.6 Annex A.
        private: private elements, one entry a vendor.
        transfer_syntaxes: properties of each transfer syntax.
        families: what is asked of compressed pixels, by family of codecs.
        iods, modules, macros: PS3.3, in the order of the standard.
        sop_classes: PS3.4, storage and media storage.
        confidentiality: PS3.15 Annex E; false if there is nothing.
        palettes: PS3.6 Annex B, as far as the edition that is had defines them.
        context_groups, codes, templates: PS3.16 Annexes B, D and A.
        vrs, charsets, wire: the rule models of those names.
        relations: numbers that are tied to other attributes.
    """

    edition: str
    sources: tuple[DictionarySource, ...]
    elements: tuple[Element, ...]
    uids: tuple[Uid, ...]
    private: tuple[PrivateVendor, ...]
    transfer_syntaxes: tuple[TransferSyntax, ...]
    sop_classes: tuple[SopClass, ...]
    confidentiality: Confidentiality
    context_groups: tuple[ContextGroup, ...]
    codes: tuple[Code, ...]
    templates: tuple[Template, ...]
    vrs: VRRules
    charsets: Charsets
    wire: WireRules
    iods: tuple[Iod, ...] = ()
    modules: tuple[Module, ...] = ()
    macros: tuple[Module, ...] = ()
    palettes: tuple[Palette, ...] = ()
    families: tuple[CodecFamily, ...] = ()
    relations: tuple[Relation, ...] = ()
