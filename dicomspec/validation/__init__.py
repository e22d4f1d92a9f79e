"""Validating: rules -> issues.

`validate` takes a dataset or a path and gives a `Report`. One walk over the elements, those of all items included, asks
the rules of `RULES`; the tables of the IOD go with it from sequence to sequence.
"""

from __future__ import annotations

from dicomspec.validation.engine import validate
from dicomspec.validation.report import Report
from dicomspec.validation.rule import GROUPS, RULES, Rule

__all__ = ["GROUPS", "RULES", "Report", "Rule", "validate"]
