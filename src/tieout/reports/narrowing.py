"""What a question takes of the lines: departments, and dimension values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection

from tieout.core.month import Month
from tieout.expenses.sections import Plan, Section
from tieout.ledger.models import Book, ListKind
from tieout.ledger.names import dimension_sets, listed_names

NO_SET = -1
"""Names no dimension set: an empty list of sets would take every line."""


Taken = Callable[[int, int, Month], bool]
"""Whether the line of an account, an expense and a month is taken."""


def taking(plan: Plan, wanted: Collection[Section]) -> Taken:
    """Return what takes lines by the section that their expense is in that month; no sections take all lines.

    A line that is in no expense of the plan is in no section.
    """
    holder = plan.holder()

    def takes(account: int, expense: int, month: Month) -> bool:
        if not wanted:
            return True
        member = holder(account, expense)
        return member is not None and member.section(month) in wanted

    return takes


def sets_with(book: Book, version: int, values: Collection[int]) -> tuple[int, ...] | None:
    """Return the dimension sets that hold one of the values of each dimension named, None where none is named."""
    if not values:
        return None
    names = listed_names(book, ListKind.VALUE, version)
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for value in values:
        wanted[names[value].scope if value in names else ""].add(value)
    found = [
        id_
        for id_, held in dimension_sets(book).items()
        if all(allowed & set(held.values()) for allowed in wanted.values())
    ]
    return tuple(sorted(found)) or (NO_SET,)
