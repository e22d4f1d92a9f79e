"""What the fuzzer found is kept as files, and so are its seeds: both are replayed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.broken.promises import keeps_promises
from tests.fuzz.seeds import CORPUS, seeds, sound

FINDS = sorted((Path(__file__).parent / "finds").glob("*"))


@pytest.mark.parametrize("path", FINDS, ids=[path.name for path in FINDS])
def test_find(path: Path) -> None:
    data = path.read_bytes()
    for force in (False, True):
        keeps_promises(data, force=force, max_inflated=1 << 20)


def test_sound_seeds_have_no_issues() -> None:
    for number, data in enumerate(sound()):
        assert keeps_promises(data) == [], number


def test_corpus_is_what_the_script_makes() -> None:
    assert {path.read_bytes() for path in CORPUS.iterdir()} == set(seeds())
