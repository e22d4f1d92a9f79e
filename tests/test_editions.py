"""Editions that were not shipped, and private dictionaries: loaded, cached, and used by datasets."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import shutil
import threading
import time
from io import BytesIO

import pytest

from dicomspec import Dataset, ReadOptions, dcmread, examples, paths, tables, validate
from dicomspec.edition import DEFAULT, Edition, edition_for
from dicomspec.errors import EditionError, TagError, UnknownKeywordError
from tests.builders import IMPLICIT, IMPLICIT_UID, element, file, item, sequence
from tests.facts import DICTIONARIES

ACME = """\
# Private elements of Acme scanners
creators:
  ACME 1.0:
    (0029,xx01): {vr: DS, vm: 1, name: Gain}
    (0029,xx02): {vr: SQ, vm: 1, name: Settings}
    (0029,xx10): {vr: US, vm: 1-n}
  SIEMENS CSA HEADER:
    (0029,xx77): {vr: LO, name: Remark}
"""
OLD_ROW = "(0010,0010): {name: Patient's Name, keyword: PatientName, vr: PN, vm: 1, since: 2013}"
NEW_ROW = "(0018,9FF0): {name: New Thing, keyword: NewThing, vr: FD, vm: 1-n, since: 2027a}"
NEW_SEQUENCE = "(0018,9FF1): {name: New Sequence, keyword: NewThingSequence, vr: SQ, vm: 1, since: 2027a}"
NEW_UID = "1.2.840.10008.9.9.9: {name: New Storage, keyword: NewStorage, type: SOP Class, info: PS3.4}"
GONE = "LanguageCodeSequence"


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache of their own for these tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DICOMSPEC_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An edition with two elements more and one less than the shipped one, with no private dictionaries."""
    target = tmp_path_factory.mktemp("edition") / "2027a"
    (target / "standard").mkdir(parents=True)
    for name in ("elements", "uids", "sources"):
        text = (DICTIONARIES / "standard" / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("edition: 2026d", "edition: 2027a")
        if name == "uids":
            text = text.replace("  A-1:\n", f"  A-1:\n    {NEW_UID}\n")
        if name == "elements":
            lines = [line for line in text.splitlines() if GONE not in line]
            place = next(at for at, line in enumerate(lines) if line.startswith("    (0018,"))
            lines[place:place] = [f"    {NEW_ROW}", f"    {NEW_SEQUENCE}"]
            text = "\n".join(lines) + "\n"
        (target / "standard" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def new(folder):
    return Edition.load(folder)


@pytest.fixture
def acme(tmp_path):
    path = tmp_path / "acme.yaml"
    path.write_text(ACME, encoding="utf-8")
    return path


def implicit(*elements: bytes) -> bytes:
    return file(b"".join(elements), IMPLICIT_UID)


# --- the edition as a value -----------------------------------------------------------------------------------------


def test_look_ups(new):
    assert (new.name, DEFAULT.name) == ("2027a", "2026d")
    assert new.tag_for("NewThing") == 0x00189FF0
    assert new.entry("NewThing") == ("FD", "1-n", "New Thing", "NewThing", "")
    assert new.entry("PatientName") == DEFAULT.entry("PatientName")
    assert new.uid("1.2.840.10008.9.9.9") == ("New Storage", "SOP Class", "PS3.4", False, "NewStorage")
    assert new.uid("1.2.3") is None
    assert new.vr(0x00000100) == "US"  # command elements that the folder lacks are the shipped ones
    assert new.private("SIEMENS CSA HEADER", 0x00291010) == DEFAULT.private("SIEMENS CSA HEADER", 0x00291010)
    assert new.origin("elements").endswith("2027a")
    assert new.origin("private/__init__") == "shipped"
    with pytest.raises(UnknownKeywordError, match=f"'{GONE}' is not a keyword of the dictionary of 2027a"):
        new.tag_for(GONE)
    with pytest.raises(UnknownKeywordError):
        DEFAULT.tag_for("NewThing")


def test_the_same_dictionaries_are_the_same_object(folder, new, tmp_path):
    assert Edition.load(folder) is new
    assert Edition.load(str(folder)) is new
    shutil.copytree(folder, tmp_path / "copy")
    assert Edition.load(tmp_path / "copy") is new
    assert Edition.load() is DEFAULT
    assert edition_for(None) is DEFAULT
    assert edition_for(new) is new


def test_an_edition_is_not_changed(new):
    with pytest.raises(AttributeError):
        new.name = "other"


def test_private_dictionaries(new, acme):
    mine = Edition.load(acme)
    assert mine.name == DEFAULT.name
    assert mine.vrs is DEFAULT.vrs
    assert mine.private("acme  1.0", 0x00291001) == ("DS", "1", "Gain")
    assert mine.private("ACME 1.0", 0x00291110) == ("US", "1-n", "")
    assert mine.private("ACME 1.0", 0x00291099) is None
    assert mine.private("SIEMENS CSA HEADER", 0x00291077) == ("LO", "1", "Remark")
    assert mine.private("SIEMENS CSA HEADER", 0x00291010) == DEFAULT.private("SIEMENS CSA HEADER", 0x00291010)
    with pytest.raises(TagError, match="is not in its dictionary"):
        mine.private_entry("ACME 1.0", 0x00291099)
    both = Edition.load(new, acme)
    assert both is Edition.load(mine, new) or both.private("ACME 1.0", 0x00291001) == ("DS", "1", "Gain")
    assert both.tag_for("NewThing") == 0x00189FF0
    assert DEFAULT.private("ACME 1.0", 0x00291001) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            ACME.replace("DS", "XX"),
            r"acme.yaml, line 4: creators.ACME 1.0.\(0029,xx01\).vr: expected a VR .*found 'XX'",
        ),
        (ACME.replace("(0029,xx02)", "(0028,xx02)"), "line 5: .*expected an odd group"),
        (ACME.replace("creators", "creator"), "acme.yaml, line 2: expected one of the keys vendor, sources, creators"),
        ("", "expected a mapping, found nothing"),
    ],
)
def test_faults_of_private_dictionaries(acme, content, message):
    acme.write_text(content, encoding="utf-8")
    with pytest.raises(EditionError, match=message):
        Edition.load(acme)


def test_what_is_no_edition(tmp_path, folder):
    with pytest.raises(EditionError, match=r"nothing: No such file"):
        Edition.load(tmp_path / "nothing")
    with pytest.raises(EditionError, match=r"standard/sources\.yaml is missing; `dicomspec edition import`"):
        Edition.load(tmp_path)
    shutil.copytree(folder, tmp_path / "broken")
    elements = tmp_path / "broken" / "standard" / "elements.yaml"
    elements.write_text(elements.read_text().replace(f"{OLD_ROW[:11]}: {{", f"{OLD_ROW[:11]}: {{bad: 1, "))
    with pytest.raises(EditionError, match=r"elements\.yaml, line \d+: tables.6-1.\(0010,0010\): expected one of the"):
        Edition.load(tmp_path / "broken")


def test_wrong_types():
    with pytest.raises(TypeError):
        dcmread(b"", edition=7)


# --- the cache ------------------------------------------------------------------------------------------------------


def test_a_second_load_compiles_nothing(folder, new, monkeypatch):
    monkeypatch.setattr(tables, "compiler", lambda name: pytest.fail("compiled again"))
    assert tables.compiled(str(folder)).get("elements") == new.layers[0].get("elements")


@pytest.mark.parametrize("damage", [b"", b"junk", b"dicomspec tables 1\n" + bytes(40)])
def test_damaged_entries_are_made_anew(acme, cache, damage):
    before = set(cache.glob("*.tables"))
    acme.write_text(ACME.replace("Gain", f"Gain {len(damage)}"), encoding="utf-8")
    tables.compiled(str(acme))
    (entry,) = set(cache.glob("*.tables")) - before
    whole = entry.read_bytes()
    entry.write_bytes(damage or whole[:-5])
    found = tables.compiled(str(acme)).get("private/acme")
    assert found["CREATORS"]["ACME 1.0"][0x002901] == ("DS", "1", f"Gain {len(damage)}")
    assert entry.read_bytes() == whole


def test_a_change_is_seen(acme):
    first = Edition.load(acme)
    os.utime(acme, (1, 1))  # old enough to be noted
    assert Edition.load(acme) is first
    acme.write_text(ACME.replace("Gain", "Pain"), encoding="utf-8")
    assert Edition.load(acme).private("ACME 1.0", 0x00291001) == ("DS", "1", "Pain")
    assert first.private("ACME 1.0", 0x00291001) == ("DS", "1", "Gain")


def test_without_a_cache_it_works_too(acme, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DICOMSPEC_CACHE", str(tmp_path / "file" / "below"))
    acme.write_text(ACME.replace("Gain", "Grain"), encoding="utf-8")
    assert Edition.load(acme).private("ACME 1.0", 0x00291001) == ("DS", "1", "Grain")


def test_old_entries_go(acme, cache, monkeypatch):
    monkeypatch.setattr(tables, "_KEPT", 2)
    for number in range(4):
        acme.write_text(ACME.replace("Gain", f"Gain number {number}"), encoding="utf-8")
        tables.compiled(str(acme))
    assert len(list(cache.glob("*.tables"))) == 2


def test_the_cache_folder(monkeypatch):
    monkeypatch.delenv("DICOMSPEC_CACHE")
    assert "dicomspec" in tables.cache_folder().parts


def _load_in_process(source: str, names: multiprocessing.Queue) -> None:
    names.put(Edition.load(source).name)


def test_concurrent_writers(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("DICOMSPEC_CACHE", str(tmp_path / "cache"))
    context = multiprocessing.get_context("spawn")
    names = context.Queue()
    processes = [context.Process(target=_load_in_process, args=(str(folder), names)) for _ in range(2)]
    for process in processes:
        process.start()
    assert [names.get(timeout=60) for _ in processes] == ["2027a", "2027a"]
    for process in processes:
        process.join()
    assert len(list((tmp_path / "cache").glob("*.tables"))) == 1
    assert not list((tmp_path / "cache").glob("*.part"))


# --- reading and building with it -----------------------------------------------------------------------------------

THING = element(0x00189FF0, "FD", b"\0\0\0\0\0\0\xf0?", IMPLICIT)
NESTED = sequence(0x00189FF1, [item(THING)], IMPLICIT)
PRIVATE = element(0x00290010, "LO", "ACME 1.0", IMPLICIT) + element(0x00291001, "DS", "1.5", IMPLICIT)


def test_implicit_files(folder, new):
    data = implicit(THING, NESTED)
    plain = dcmread(data)
    assert plain[0x00189FF0].VR == "UN"
    assert plain.edition is DEFAULT
    for given in (folder, str(folder), new, [new]):
        ds = dcmread(data, edition=given)
        assert ds.edition is new
        assert ds.NewThing == 1.0
        assert ds.NewThingSequence[0].NewThing == 1.0
        assert ds.NewThingSequence[0].edition is new
    assert not ds.issues
    ds = dcmread(data, options=ReadOptions(edition=new))
    for element_ in ds:  # all at once, as loops read
        assert element_.VR in ("FD", "SQ")


def test_names(new):
    ds = dcmread(implicit(THING, NESTED), edition=new)
    assert "New Thing" in str(ds)
    assert "New Thing" in str(ds.NewThingSequence[0])
    assert (ds[0x00189FF0].name, ds["NewThing"].keyword) == ("New Thing", "NewThing")
    assert ds.dir("newthing") == ["NewThing", "NewThingSequence"]
    assert "NewThing" in ds
    assert ds.get("NewThing") == 1.0
    assert paths.find(ds, "NewThingSequence[0].NewThing").value == 1.0
    assert paths.step_of(ds["NewThing"]) == "NewThing"
    part = ds[0x00180000:0x00190000]
    assert part.NewThing == 1.0
    assert part.edition is new


def test_uids_are_told_by_their_names(new):
    ds = Dataset({"SOPClassUID": "1.2.840.10008.9.9.9", "MediaStorageSOPClassUID": "1.2.3"}, edition=new)
    assert [element_.repval for element_ in ds] == ["1.2.3", "New Storage"]


def test_issues_name_new_keywords(new):
    broken = implicit(element(0x00189FF0, "FD", b"abcd", IMPLICIT))
    (issue,) = [found for found in dcmread(broken, edition=new).issues if found.path]
    assert issue.path == "NewThing"


def test_what_to_read_is_named_in_the_edition(new):
    data = implicit(THING, NESTED)
    assert "NewThing" not in dcmread(data, edition=new, stop_before="NewThing")
    ds = dcmread(data, edition=new, specific_tags=["NewThingSequence.NewThing"])
    assert ds.dir() == ["NewThingSequence"]


def test_building(new, acme):
    ds = Dataset({"NewThing": [1.0, 2.0]}, edition=[new, acme])
    ds.PatientName = "A"
    ds.NewThingSequence = [Dataset({"NewThing": 3.0}, edition=new)]
    ds.add_new_private("ACME 1.0", 0x29, 1, 0.5)
    assert ds[0x00291001].VR == "DS"
    assert ds[0x00291001].name == "[Gain]"
    assert ds["NewThing"].VR == "FD"
    assert "New Thing" in str(ds)
    assert "New Sequence" in str(ds)
    ds.add_new("NewThing", "FD", 4.0)
    assert ds.NewThing == 4.0
    ds.setdefault("NewThing", 5.0)
    del ds.NewThing
    assert "NewThing" not in ds
    with pytest.raises(UnknownKeywordError, match="NewThing"):
        ds.NewThingg = 1
    with pytest.raises(UnknownKeywordError):
        setattr(ds, GONE, [])
    with pytest.raises(UnknownKeywordError):
        Dataset().NewThing = 1


def test_what_was_built_is_written(new):
    ds = Dataset({"NewThing": 1.0, "NewThingSequence": [Dataset({"NewThing": 2.0}, edition=new)]}, edition=new)
    stream = BytesIO()
    ds.save_as(stream, implicit_vr=True, little_endian=True)
    found = dcmread(stream.getvalue(), force=True, edition=new)
    assert found == ds
    assert found.NewThingSequence[0].NewThing == 2.0


def test_private_elements_of_implicit_files(acme):
    data = implicit(PRIVATE)
    assert dcmread(data)[0x00291001].VR == "UN"
    for given in (acme, [acme]):
        ds = dcmread(data, edition=given)
        assert ds[0x00291001].value == 1.5
        assert ds[0x00291001].name == "[Gain]"
        assert "[Gain]" in str(ds)


def test_copies_and_pickles(new, acme):
    edition = Edition.load(new, acme)
    assert pickle.loads(pickle.dumps(edition)) is edition
    assert pickle.loads(pickle.dumps(DEFAULT)) is DEFAULT
    assert copy.deepcopy(edition) is edition
    ds = dcmread(implicit(THING, NESTED, PRIVATE), edition=edition)
    for _ in range(2):  # before and after it was looked at
        for twin in (copy.copy(ds), copy.deepcopy(ds), pickle.loads(pickle.dumps(ds))):
            assert twin.edition is edition
            assert twin == ds
            assert twin.NewThingSequence[0].NewThing == 1.0
            assert twin[0x00291001].value == 1.5
        ds.NewThingSequence[0].NewThing
    item = pickle.loads(pickle.dumps(ds.NewThingSequence[0]))
    assert (item.edition, item["NewThing"].name) == (edition, "New Thing")
    built = pickle.loads(pickle.dumps(Dataset({"NewThing": 2.0}, edition=new)))
    assert (built.edition, built["NewThing"].name) == (new, "New Thing")
    assert pickle.loads(pickle.dumps(built["NewThing"])).name == "New Thing"


def test_a_pickle_whose_edition_is_gone(acme, cache):
    acme.write_text(ACME.replace("Gain", "Lost"), encoding="utf-8")
    kept = pickle.dumps(Edition.load(acme))
    acme.write_text(ACME, encoding="utf-8")
    assert pickle.loads(kept).private("ACME 1.0", 0x00291001) == ("DS", "1", "Lost")  # out of the cache
    for entry in cache.glob("*.tables"):
        entry.unlink()
    with pytest.raises(EditionError, match=r"acme\.yaml is no longer what it was"):
        pickle.loads(kept)


def test_two_editions_in_threads(new):
    data = implicit(THING, NESTED)
    wrong: list[object] = []
    end = time.monotonic() + 0.3

    def work(edition, expected):
        while time.monotonic() < end:
            ds = dcmread(data, edition=edition)
            found = (ds[0x00189FF0].VR, ds[0x00189FF1].value[0].edition if expected == "FD" else None)
            if found[0] != expected or (found[1] or edition) is not edition:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=pair) for pair in ((new, "FD"), (DEFAULT, "UN")) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_validation_goes_by_an_edition_that_has_little(tmp_path):
    """A part that was cut down: no file meta elements, no transfer syntaxes."""
    (tmp_path / "standard").mkdir()
    for name, kept in (("elements", ("(0008,", "(0010,", "(0028,")), ("uids", ("1.2.840.10008.5.1.4.1.1.2:",))):
        lines = (DICTIONARIES / "standard" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        few = [line for line in lines if line[:4] != "    " or line.strip().startswith(kept)]
        pairs = zip(few, [*few[1:], ""], strict=True)
        few = [line for line, below in pairs if not (line.endswith(":") and line[:2] == "  " and below[:4] != "    ")]
        (tmp_path / "standard" / f"{name}.yaml").write_text("\n".join(few) + "\n", encoding="utf-8")
    shutil.copy(DICTIONARIES / "standard" / "sources.yaml", tmp_path / "standard")
    report = validate(examples.path("ct"), edition=tmp_path)
    assert report.edition == "2026d"
    assert not report.filter(min_severity="error", group="meta")
    assert not report.filter(min_severity="error", group="uid")
