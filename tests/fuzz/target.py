"""Coverage-guided fuzzing of reading, printing, copying and writing, with atheris.

    pip install atheris
    python -m tests.fuzz.target WORK_DIRECTORY tests/fuzz/corpus tests/fuzz/finds -max_total_time=3600 -max_len=2048

New inputs go to the first directory. An input that breaks a promise is written to ``crash-*``: mend what it shows, and
put it into ``tests/fuzz/finds``, which the tests replay.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-not-found, unused-ignore]

with atheris.instrument_imports(include=["dicomspec"]):
    import dicomspec  # noqa: F401
    from tests.broken.promises import keeps_promises

SEEN_AS_LARGE = 1 << 20


def one_input(data: bytes) -> None:
    keeps_promises(data, force=bool(data) and data[0] & 1 == 1, max_inflated=SEEN_AS_LARGE)


def main() -> None:
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
