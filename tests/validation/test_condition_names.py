"""Conditions speak of attributes that are where they are looked for: in one IOD at least, each name is in a table there.

An expression whose name stands elsewhere would always be false, and forbid what the standard requires.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from codegen.conditions import parse
from codegen.conditions.expression import (
    And,
    Changes,
    Code,
    Compare,
    Count,
    End,
    Expression,
    InGroup,
    Not,
    Or,
    Path,
    Points,
    Presence,
    Private,
)
from dicomspec import edition
from dicomspec.validation.plan import Plan, plan_of

EDITION = edition.DEFAULT
KEYWORDS = EDITION.keywords
DEEPEST = 7

Step = tuple[Plan, str]
"""A level, and the sequence in whose items it is."""


def terms(expression: Expression) -> Iterator[Expression]:
    for term in expression.terms if isinstance(expression, And | Or) else ():
        yield from terms(term)
    if isinstance(expression, Not):
        yield from terms(expression.term)
    yield expression


def grouped(plan: Plan | None, depth: int = 0) -> set[int]:
    """What stands in functional groups."""
    found = set(plan.demands) if plan else set()
    for tag in tuple(found) if depth < 3 else ():
        found |= grouped(plan.below(tag) if plan else None, depth + 1)
    return found


def there(plan: Plan | None, keywords: tuple[str, ...]) -> bool:
    for keyword in keywords:
        if plan is None or not plan.known(KEYWORDS[keyword]):
            return False
        plan = plan.below(KEYWORDS[keyword])
    return True


def reached(path: Path, levels: list[Step], groups: set[int]) -> bool:
    """Whether a path leads somewhere; ``levels``: the innermost first."""
    tag = KEYWORDS[path.keywords[0]]
    chosen = levels[-1:] if path.scope == "/" else levels[path.scope.count("^") :]
    holder = next((plan for plan, _ in chosen if path.scope != "frame." and plan.known(tag)), None)
    if path.key and not (
        holder and there(holder, (path.keywords[0], path.key[0])) and reached(Path(path.key[1:]), levels, groups)
    ):
        return False
    return there(holder, path.keywords) if holder else path.scope in ("", "frame.") and tag in groups


def holds(term: Expression, levels: list[Step], groups: set[int]) -> bool:
    if isinstance(term, Presence | Compare | Points | Count | Code | Private | InGroup):
        return reached(term.path, levels, groups)
    if isinstance(term, Changes):
        return there(levels[0][0], term.keywords)
    return not isinstance(term, End) or any(sequence in term.keywords for _, sequence in levels)


class Search:
    """Names that led nowhere so far: expression and test -> module and place."""

    def __init__(self) -> None:
        self.found: set[tuple[str, str]] = set()
        self.lost: dict[tuple[str, str], tuple[str, str]] = {}

    def iod(self, name: str, modules: set[str]) -> None:
        """Look at what these modules say in an IOD."""
        plan = plan_of(EDITION, EDITION.iod(name))
        self.level([(plan, "")], grouped(plan.groups), modules, name)

    def level(self, levels: list[Step], groups: set[int], modules: set[str], place: str) -> None:
        plan = levels[0][0]
        for tag, demands in plan.demands.items():
            mine = [demand for demand in demands if demand.module in modules]
            for demand in mine:
                here = (demand.module, f"{place}.{demand.attribute.keyword}")
                own = demand.attribute.condition
                for text in () if own is None else (own.when, own.otherwise):
                    self.expression(text, levels, groups, here)
                for guard in demand.guards:
                    for text in (guard.when, guard.otherwise):
                        self.expression(text, levels[guard.up :], groups, here)
            if mine and len(levels) < DEEPEST and (below := plan.below(tag)) is not None:
                keyword = mine[0].attribute.keyword
                self.level([(below, keyword), *levels], groups, modules, f"{place}.{keyword}")
        if len(levels) == 1 and plan.groups is not None:
            self.level([(plan.groups, ""), *levels], groups, modules, place)

    def expression(self, text: str, levels: list[Step], groups: set[int], place: tuple[str, str]) -> None:
        for term in terms(parse(text)) if text not in ("", "?", "may") else ():
            key = (text, str(term))
            if key not in self.found and holds(term, levels, groups):
                self.found.add(key)
                self.lost.pop(key, None)
            elif key not in self.found:
                self.lost.setdefault(key, place)


def test_names_lead_somewhere():
    """Each module is looked at in one IOD; then those with names that led nowhere in others."""
    search = Search()
    users: dict[str, list[str]] = defaultdict(list)
    for name in EDITION.iods():
        iod = EDITION.iod(name)
        modules = {use.id for use in (*iod.modules, *iod.functional_groups)}
        search.iod(name, {module for module in modules if module not in users})
        for module in modules:
            users[module].append(name)
    assert len(search.found) > 500
    for key, (module, _) in list(search.lost.items()):
        for name in users[module][1:]:
            if key in search.lost:
                search.iod(name, {module})
    assert search.lost == {}
