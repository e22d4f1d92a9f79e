"""``dicomspec examples``."""

from __future__ import annotations

from dicomspec import examples


def test_list(run):
    ran = run("examples")
    assert [line.split()[0] for line in ran.out[1:]] == examples.names()


def test_where_one_is(run):
    assert run("examples", "sr").out == [str(examples.path("sr"))]


def test_copies(run, tmp_path):
    target = tmp_path / "new" / "folder"
    assert run("examples", "--to", target).code == 0
    assert sorted(path.name for path in target.iterdir()) == [f"{name}.dcm" for name in examples.names()]
    assert (target / "ct.dcm").read_bytes() == examples.path("ct").read_bytes()


def test_nothing_is_replaced_unasked(run, tmp_path):
    (tmp_path / "ct.dcm").write_bytes(b"mine")
    ran = run("examples", "ct", "--to", tmp_path)
    assert ran.code == 2
    assert len(ran.err) == 1
    assert (tmp_path / "ct.dcm").read_bytes() == b"mine"
    assert run("examples", "ct", "--to", tmp_path, "--overwrite").code == 0
    assert (tmp_path / "ct.dcm").read_bytes() != b"mine"
