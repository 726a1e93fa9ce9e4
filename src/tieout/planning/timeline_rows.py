"""A row of the timeline, and rows that are the sum of others. Amounts are minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tieout.expenses.restated import Restated

REST_LABEL = "Rest of the account"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """A row: one amount a span, None where the row has no part in it. ``level`` is 1 to 4.

    3 is an expense, or an account from which linked expenses take lines: then these stand below it, on level 4, with
    what is left of the account, and it is their sum.

    A forecast month without a forecast is None as well: nobody has planned it, which is not zero.
    """

    key: str
    label: str
    level: int
    amounts: tuple[int | None, ...]
    parent: str = ""  # the key of the row that it is shown under
    code: str = ""
    hint: str = ""
    differing: frozenset[int] = frozenset()  # positions of spans in which an account of it differs from the books
    restated: Mapping[int, Restated] = field(default_factory=dict)  # by position: what the books say beyond a closing
    parts: Mapping[int, int] = field(default_factory=dict)  # by position: what of it the provider does not itemise
    typed: frozenset[int] = frozenset()  # positions of months that somebody typed
    expense: int = 0  # its id, where its forecast can be typed
    form: int = 0  # the id of the expense that its name stands for
    linked: bool = False  # rules carve its lines out of accounts
    rest: bool = False  # what no rule took of its account
    fault: str = ""  # why it could not be forecast, as a sentence
    posted: bool = True  # whether it has entries in the books


def of_level(level: int, rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Return the rows of a level."""
    return [row for row in rows if row.level == level]


def group(own: TimelineRow, parts: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Return an account's row as the sum of its linked expenses and its rest, with these below it."""
    key = own.key.replace("expense:", "group:", 1)
    rest = replace(own, label=REST_LABEL, code="", hint="", level=4, parent=key, rest=True)
    inside = [*(replace(part, level=4, parent=key) for part in parts), rest]
    above = sum_of(key, own.label, 3, inside, parent=own.parent)
    return [replace(above, code=own.code, hint=own.hint, form=own.form), *inside]


def sum_of(key: str, label: str, level: int, rows: Sequence[TimelineRow], parent: str = "") -> TimelineRow:
    """Return the row that others add up to."""
    columns: Iterable[tuple[int | None, ...]] = zip(*(row.amounts for row in rows), strict=True)
    differing: frozenset[int] = frozenset()
    beside: defaultdict[int, Restated] = defaultdict(Restated)
    parts: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        for at, differs in row.restated.items():
            beside[at] += differs
        for at, part in row.parts.items():
            parts[at] += part
    return TimelineRow(
        key=key,
        label=label,
        level=level,
        parent=parent,
        amounts=tuple(
            None if all(amount is None for amount in column) else sum(amount or 0 for amount in column)
            for column in columns
        ),
        differing=differing.union(*(row.differing for row in rows)),
        restated=beside,
        parts=parts,
    )
