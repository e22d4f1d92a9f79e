"""Fact files of PS3.16: context groups and DICOM's own codes in FHIR shorthand, extensibility in PixelMed's XML."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from ..conditions import sentence_hash
from ..docbook import clean, open_text
from ..model.terminology import Code, ContextGroup, Template, TemplateRow
from ..model.uids import Uid
from .base import Errata, ImportFault

__all__ = ["Terminology", "read_fhir", "read_templates", "with_extensibility", "with_uids"]

_SCHEMES: Final = {
    "http://snomed.info/sct": "SCT",
    "DICOM_DCM_CodeSystem": "DCM",
    "urn:iso:std:iso:11073:10101": "MDC",
    "http://loinc.org": "LN",
    "IBSICodeSystem": "IBSI",
    "http://unitsofmeasure.org": "UCUM",
    "http://www.radlex.org": "RADLEX",
    "http://terminology.hl7.org/CodeSystem/umls": "UMLS",
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": "NCIt",
    "DigitalAnatomistFoundationalModelOfAnatomyCodeSystem": "FMA",
    "https://cvquality.acc.org/NCDR": "NCDR [2.0b]",
    "https://www.nlm.nih.gov/mesh": "MSH",
    "NEUCodeSystem": "NEU",
    "UNSCodeSystem": "UNS",
    "BARICodeSystem": "BARI",
    "BICodeSystem": "BI",
    "https://www.itis.gov/": "ITIS_TSN",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
    "http://hl7.org/fhir/sid/icd-10": "I10",
    "PUBCHEM_CodeSystem": "PUBCHEM_CID",
}
"""Code system of FHIR -> coding scheme designator (PS3.16 section 8)."""

_GROUP: Final = re.compile(r"ValueSet\s*: CID_(\d+)")
_RULE: Final = re.compile(r'\* \^([A-Za-z.]+) *= *(?:"(.*)"|\w+)')
_MEMBER: Final = re.compile(r'\* (\S+?)#(\S+) +//"(.*)"')
_INCLUDE: Final = re.compile(r"\* include codes from valueset CID_(\d+)")
# The source writes a code that stands twice in a group, with another meaning, as a comment.
_AGAIN: Final = re.compile(r'// \* (\S+?)#(\S+) +"(.*)"')
_MADE_UP: Final = re.compile(r"Cid\d+")
_CONCEPT: Final = re.compile(r'\* #(\S+) "(.*)"')
_PROPERTY: Final = re.compile(r"\* #(\S+) \^property\[([01])\]\.(?:code +=+ #(keyword|retired)|value\w+ +=+ +(.*))")
_QUOTES: Final = '"""'


@dataclass(frozen=True)
class Terminology:
    """Context groups, codes of DICOM's own scheme, and what was left out, by name."""

    groups: tuple[ContextGroup, ...]
    codes: tuple[Code, ...]
    left: tuple[str, ...]


def read_fhir(path: Path, errata: Errata) -> Terminology:
    """Context groups and the codes of the scheme DCM.

    Raises:
        ImportFault: something is not as expected.
    """
    groups: list[ContextGroup] = []
    codes: list[Code] = []
    left: list[str] = []
    with open_text(path) as stream, tarfile.open(fileobj=stream) as archive:
        for entry in archive:
            name = Path(entry.name).name
            file = archive.extractfile(entry)
            if file is None:
                continue
            lines = file.read().decode("utf-8").splitlines()
            if name.startswith("ValueSet-dicom-cid"):
                groups.append(_group(f"{path.name}: {name}", lines, errata, left))
            elif name == "CodeSystem-dicom-dcm-codesystem.fsh":
                codes.extend(_codes(f"{path.name}: {name}", lines))
    if not groups or not codes:
        raise ImportFault(path.name, "", "", "value sets of context groups and the code system of DICOM", "none")
    groups.sort(key=lambda group: int(group.cid))
    _check_includes(path.name, groups)
    errata.finish()
    return Terminology(tuple(groups), tuple(codes), tuple(left))


def _check_includes(name: str, groups: list[ContextGroup]) -> None:
    known = {group.cid for group in groups}
    if len(known) != len(groups):
        raise ImportFault(name, "", "", "each context group once", "one twice")
    for group in groups:
        for cid in group.includes:
            if cid not in known:
                raise ImportFault(name, "", f"CID {group.cid}", "includes of known context groups", cid)


def _outside_quotes(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that are no description, counted from 1."""
    quoted = False
    for number, line in enumerate(lines, 1):
        if line.startswith(_QUOTES):
            quoted = not quoted
        elif not quoted and line.strip():
            yield number, line.rstrip()


def _group(file: str, lines: list[str], errata: Errata, left: list[str]) -> ContextGroup:
    rules: dict[str, str] = {}
    members: dict[str, Code | str] = {}
    cid = ""
    for number, line in _outside_quotes(lines):
        if match := _GROUP.fullmatch(line):
            cid = match[1]
        elif match := _RULE.fullmatch(line):
            rules[match[1]] = match[2] or ""
        elif match := _INCLUDE.fullmatch(line):
            members["+" + match[1]] = match[1]
        elif match := _MEMBER.fullmatch(line):
            code = _member(file, number, *match.groups())
            if code.key in members:
                raise ImportFault(file, "", number, "each code once", code.key)
            members[code.key] = code
        elif match := _AGAIN.fullmatch(line):
            left.append(f"CID {cid}: {_member(file, number, *match.groups())}: stands twice with two meanings")
        elif not line.startswith(("Id ", "Description ")):
            raise ImportFault(file, "", number, "a line of a value set", line)
    title = rules.get("title", "")
    if not cid or not title.endswith(f" (CID {cid})"):
        raise ImportFault(file, "", "", "a title with the number of the context group", title)
    keyword = rules.get("name", "")
    uid = rules.get("identifier.value", "").removeprefix("urn:oid:")
    _, uid = errata.correct("", ("cid", "uid"), (cid, uid))
    version = rules.get("version", "")
    return ContextGroup(
        cid=cid,
        name=clean(title.removesuffix(f" (CID {cid})")),
        keyword="" if _MADE_UP.fullmatch(keyword) else keyword,
        uid=uid,
        version=version if version.isdigit() else "",
        members=tuple(members.values()),
    )


def _member(file: str, number: int, system: str, value: str, meaning: str) -> Code:
    if system not in _SCHEMES:
        raise ImportFault(file, "", number, "a known code system", system)
    return Code(_SCHEMES[system], value, clean(meaning))


def _codes(file: str, lines: list[str]) -> Iterator[Code]:
    meanings: dict[str, str] = {}
    retired: dict[str, str] = {}
    for number, line in _outside_quotes(lines):
        if match := _CONCEPT.fullmatch(line):
            if match[1] in meanings:
                raise ImportFault(file, "", number, "each code once", match[1])
            meanings[match[1]] = clean(match[2])
        elif match := _PROPERTY.fullmatch(line):
            if match[2] == "1" and match[4]:
                retired[match[1]] = match[4]
        elif line.startswith("* #"):
            raise ImportFault(file, "", number, "a code or a property of one", line)
    for value, meaning in meanings.items():
        if retired.get(value) not in ("true", "false"):
            raise ImportFault(file, "", value, "whether the code is retired", retired.get(value))
        yield Code("DCM", value, meaning, retired[value] == "true")


_SPACE: Final = "{http://www.pixelmed.com/namespaces/contextgroups}"


def with_extensibility(path: Path, groups: tuple[ContextGroup, ...], errata: Errata) -> tuple[ContextGroup, ...]:
    """The groups with what PixelMed's XML tells besides: extensibility, and UIDs, keywords, meanings not yet known.

    Raises:
        ImportFault: something is not as expected, or the two disagree in the UID of a group.
    """
    with open_text(path) as stream:
        root = ET.parse(stream).getroot()
    told: dict[str, ET.Element] = {}
    for row, node in enumerate(root, 1):
        if node.tag != f"{_SPACE}definecontextgroup" or node.get("extensible") not in ("T", "F"):
            raise ImportFault(path.name, "", row, "a context group that is extensible or not", node.attrib)
        told[node.get("cid", "")] = node
    found = tuple(_joined(path.name, group, told.get(group.cid), errata) for group in groups)
    errata.finish()
    return found


def _joined(name: str, group: ContextGroup, node: ET.Element | None, errata: Errata) -> ContextGroup:
    if node is None:
        return group
    _, uid = errata.correct("", ("cid", "uid"), (group.cid, node.get("uid", "")))
    if group.uid and uid and group.uid != uid:
        raise ImportFault(name, "", f"CID {group.cid}", f"the UID {group.uid}", uid)
    labels = {f"{code.get('csd')} {code.get('cv')}": code.get("cm", "") for code in node}
    members = (
        replace(m, meaning=labels.get(m.key, "")) if isinstance(m, Code) and not m.meaning else m for m in group.members
    )
    return replace(
        group,
        members=tuple(members),
        uid=group.uid or uid,
        keyword=group.keyword or node.get("keyword", ""),
        extensible=node.get("extensible") == "T",
    )


def with_uids(groups: Iterable[ContextGroup], uids: Iterable[Uid]) -> tuple[ContextGroup, ...]:
    """The groups, those without UID with that of PS3.6 table A-3."""
    registered = {uid.info: uid.uid for uid in uids if uid.table == "A-3"}
    return tuple(replace(group, uid=group.uid or registered.get(f"CID {group.cid}", "")) for group in groups)


# --- templates ---------------------------------------------------------------------------------------------------

_STANDARD: Final = re.compile(r"\d+\w*")
# fmt: off
_ITEM_KEYS: Final = frozenset({
    "row", "relationship", "valueType", "vmmin", "vmmax", "requiredType", "condition", "mbpo", "tid",
    "cvConceptName", "csdConceptName", "cmConceptName", "cvAltConceptName", "csdAltConceptName", "conceptNameCID",
    "conceptNameBDE", "cvValue", "csdValue", "cmValue", "valueSetCID", "valueSetBDE", "cvUnits", "csdUnits", "cmUnits",
    "unitsCID", "unitsBDE", "graphicType", "numpointsmin", "numpointsmax", "matchRelationship", "matchCondition",
})
# fmt: on
_UNKNOWN: Final = "?"


def read_templates(path: Path) -> tuple[tuple[Template, ...], tuple[str, ...]]:
    """The templates of PS3.16 in PixelMed's XML, and by name what was left out: templates of others.

    Some templates are split there into several, which include each other; ``300CommonContent`` is a part of 300.
    A constraint by a set of codes that PixelMed made up reads ``"?"``; so does each condition, kept by the hash of its
    text.

    Raises:
        ImportFault: something is not as expected.
    """
    with open_text(path) as stream:
        root = ET.parse(stream).getroot()
    templates: list[Template] = []
    left: list[str] = []
    for node in root.iter("definetemplate"):
        tid = node.get("tid", "")
        if not _STANDARD.fullmatch(tid):
            left.append(f"template {tid} {node.get('name')}: not of the standard")
            continue
        templates.append(
            Template(
                tid=tid,
                name=_words(node.get("name", "")),
                extensible=_true(path.name, node, "extensible"),
                ordered=_true(path.name, node, "ordersignificant"),
                root=_true(path.name, node, "root"),
                rows=tuple(_template_rows(path.name, tid, node, 0)),
            )
        )
    known = {template.tid for template in templates}
    if len(known) != len(templates):
        raise ImportFault(path.name, "", "", "each template once", "one twice")
    for template in templates:
        if missing := [row.include for row in template.rows if row.include and row.include not in known]:
            raise ImportFault(path.name, f"TID {template.tid}", "", "includes of known templates", missing[0])
    templates.sort(key=lambda template: (int(_number(template.tid)), template.tid))
    return tuple(templates), tuple(left)


def _number(tid: str) -> str:
    return re.match(r"\d+", tid)[0]  # type: ignore[index]


def _words(name: str) -> str:
    """A name that is written without blanks, with them."""
    return clean(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name.replace("_", " ")))


def _true(name: str, node: ET.Element, key: str) -> bool | None:
    found = node.get(key)
    if found not in ("T", "F", None):
        raise ImportFault(name, f"TID {node.get('tid')}", "", f"T or F for {key}", found)
    return None if found is None else found == "T"


def _template_rows(name: str, tid: str, parent: ET.Element, level: int) -> Iterator[TemplateRow]:
    for node in parent:
        if node.tag in ("verify", "parameter", "parameters"):
            continue  # checks of PixelMed's own, and what it puts in for a parameter of a template
        get = node.attrib.get
        if node.tag not in ("templatecontentitem", "includetemplate") or node.attrib.keys() - _ITEM_KEYS:
            raise ImportFault(name, f"TID {tid}", get("row"), "a content item or an include", (node.tag, node.attrib))
        condition = clean(get("condition", ""))
        yield TemplateRow(
            row=get("row", ""),
            level=level,
            relation=clean(get("relationship", "")),
            type=get("valueType", "").upper(),
            include=get("tid", ""),
            concept=_constraint(node, "ConceptName", "conceptName"),
            vm=_multiplicity(get("vmmin", ""), get("vmmax", "")),
            use=get("requiredType", ""),
            when=_UNKNOWN if condition else "",
            src=sentence_hash(condition) if condition else "",
            values=_constraint(node, "Value", "valueSet"),
            units=_constraint(node, "Units", "units"),
        )
        yield from _template_rows(name, tid, node, level + 1)


def _multiplicity(least: str, most: str) -> str:
    most = most.rpartition("-")[2]
    return least if least == most else f"{least}-{most}"


def _constraint(node: ET.Element, single: str, group: str) -> str:
    """One code, or a context group that is defined, baseline, or neither."""
    get = node.attrib.get
    if value := get(f"cv{single}"):
        return str(Code(get(f"csd{single}") or "UCUM", value, clean(get(f"cm{single}", ""))))
    cid, kind = get(f"{group}CID"), get(f"{group}BDE", "")
    if cid is None:
        return ""
    return f"{kind}CID {cid}" if cid.isdigit() else _UNKNOWN
