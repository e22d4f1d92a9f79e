"""UIDs (PS3.6 Annex A): SOP classes with their IODs, transfer syntaxes with their properties."""

from __future__ import annotations

import re
from typing import Final

from dicomspec._generated.transfer_syntaxes import TRANSFER_SYNTAXES
from dicomspec.edition import Edition
from dicomspec.lookup.answers import Answer, Table, answer
from dicomspec.lookup.part3 import iod_tables
from dicomspec.lookup.part16 import context_group

__all__ = ["uid_of", "uids_named"]

_UID: Final = re.compile(r"[0-9]+(\.[0-9]+){3,}")


def uid_of(word: str, edition: Edition) -> Answer | None:
    """The entry of a UID, or of its keyword."""
    if not _UID.fullmatch(word) and not word.isidentifier():
        return None
    table = edition.table("uids")
    uid = table["KEYWORDS"].get(word, word)
    return _uid(uid, edition) if uid in table["UIDS"] else None


def uids_named(word: str, edition: Edition) -> list[Answer]:
    """The UIDs of a name, or of a keyword in another case."""
    lowered = word.lower()
    return [
        _uid(uid, edition)
        for uid, row in edition.table("uids")["UIDS"].items()
        if lowered in (row[0].lower(), row[4].lower()) and not row[2].startswith("CID ")
    ]


def _uid(uid: str, edition: Edition) -> Answer:
    name, kind, info, retired, keyword = edition.table("uids")["UIDS"][uid]
    if info.startswith("CID ") and info[4:] in edition.context_groups():
        return context_group(info[4:], edition)
    facts = {
        "UID": uid,
        "name": name,
        "keyword": keyword,
        "type": kind,
        "defined in": info,
        "retired": "yes" if retired else "",
        **_syntax(uid),
    }
    iods = edition.sop_class(uid)
    tables: dict[str, Table] = {}
    for iod in iods:
        facts["IOD"] = ", ".join(each.name for each in iods)
        tables |= iod_tables(iod, edition, f"{iod.name} IOD: " if len(iods) > 1 else "")
    return answer("UID", keyword or name or uid, facts, tables)


def _syntax(uid: str) -> dict[str, str]:
    row = TRANSFER_SYNTAXES.get(uid)
    if row is None:
        return {}
    return {
        "byte order": row.endian,
        "VR in the file": row.vr,
        "pixels": f"{row.pixels}{', video' if row.video else ''}",
        "compression": f"{row.loss}{f' ({row.family})' if row.family else ''}",
        "deflated": "yes" if row.deflated else "",
    }
