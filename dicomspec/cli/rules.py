"""``dicomspec rules``: what `validate` looks for."""

from __future__ import annotations

import click

from dicomspec.cli.output import Screen, complain
from dicomspec.validation import GROUPS, RULES

# the rules about several files are in the table once their module is loaded
from dicomspec.validation import many as _many  # noqa: F401

__all__ = ["rules"]


@click.command(short_help="Tell the rules that validate goes by.")
@click.argument("names", nargs=-1, metavar="[ID|GROUP]...")
def rules(names: tuple[str, ...]) -> int:
    """Tell the rules that `validate` goes by: those of a group, or one by its id; all if none is named.

    \b
    dicomspec rules
    dicomspec rules uid
    dicomspec rules attribute-missing
    """
    screen = Screen()
    for name in names:
        if name not in RULES and name not in GROUPS:
            complain(f"{name!r} is no rule and no group of rules; groups are {', '.join(GROUPS)}")
            return 2
    if len(names) == 1 and names[0] in RULES:
        rule = RULES[names[0]]
        for label in ("id", "group", "severity", "help", "reference"):
            screen.line((f"{label:11}", "guide"), getattr(rule, label))
        return 0
    found = [rule for rule in RULES.values() if not names or rule.id in names or rule.group in names]
    order = list(GROUPS)
    found.sort(key=lambda rule: order.index(rule.group))
    screen.table(
        ("severity", "rule", "group", "what is wrong", "reference"),
        [(rule.severity, rule.id, rule.group, rule.help, rule.reference) for rule in found],
    )
    return 0
