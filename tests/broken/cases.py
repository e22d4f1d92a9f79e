"""The table of broken files: one row each, made by hand.

A row tells what is wrong, which issue must say so (code, path, and offset as the bytes that stand there), and what must
still be read. Nearly all have the thing that is wrong between elements that are right: BEFORE and AFTER.
"""

from __future__ import annotations

from tests.broken.cases_elements import ELEMENTS
from tests.broken.cases_files import WHOLE
from tests.broken.cases_sequences import NESTED
from tests.broken.table import Case

CASES: list[Case] = [*ELEMENTS, *NESTED, *WHOLE]
