"""What is planned of income and expenses after the last actual month, laid into a statement's columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.expenses.periods import admitted_through
from tieout.expenses.sections import PAYROLL, Member, Plan, Section
from tieout.expenses.streams import both_plans
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import Forecast, forecast
from tieout.reports.document import Column, ColumnKind
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question

Amounts = Mapping[str, int]  # by column key
Planned = Sequence[tuple[Member, Month, tuple[str, ...], int]]  # debit positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCome:
    """Minor units, debit positive. ``adjustment`` is what revenue as a whole is beyond its streams."""

    members: Planned = ()
    hiring: Amounts = field(default_factory=dict)
    adjustment: Amounts = field(default_factory=dict)
    faults: int = 0  # rows that could not be forecast, and are in no total


def planned(at: LedgerAt, asked: Question) -> Forecast | None:
    """Return the forecast of the months after the last actual one; None where none is asked for or nothing is planned.

    It is today's, so that a statement as known at an earlier sync has none.
    """
    if asked.after is None:
        return None
    through = admitted_through(at.company) or asked.through
    found = forecast(at.company, at.book, through=through, last=asked.last)
    any_of_it = found.planned or found.people or found.errors or found.adjustment
    return found if any_of_it else None


def to_come(
    at: LedgerAt, found: Forecast, columns: Sequence[Column], after: Month, wanted: Collection[Section]
) -> ToCome:
    """Return what is planned, in the columns that hold months after one; of the sections wanted only, if any are."""
    places: defaultdict[Month, list[str]] = defaultdict(list)
    for column in columns:
        if column.kind in (ColumnKind.FORECAST, ColumnKind.MIXED) and column.first and column.last:
            for month in max(column.first, after + 1).until(column.last + 1):
                places[month].append(column.key)

    def sums(months: Mapping[Month, int], sign: int = 1) -> dict[str, int]:
        result: defaultdict[str, int] = defaultdict(int)
        for month, amount in months.items():
            for key in places.get(month, ()):
                result[key] += amount * sign
        return dict(result)

    expenses, streams = both_plans(at.company, at.book)
    people = Ahead(forecast=found, after=after).people
    return ToCome(
        members=(
            *_of(expenses, found.amounts, places, 1, wanted),
            *(() if wanted else _of(streams, found.revenue, places, -1, wanted)),
        ),
        hiring=sums(people) if not wanted or PAYROLL in wanted else {},
        adjustment={} if wanted else sums(found.adjustment, -1),
        faults=len(found.errors) + len(found.post_errors) + bool(found.revenue_error),
    )


def _of(
    plan: Plan,
    amounts: Mapping[int, Mapping[Month, int]],
    places: Mapping[Month, Sequence[str]],
    sign: int,
    wanted: Collection[Section],
) -> Iterator[tuple[Member, Month, tuple[str, ...], int]]:
    for member in plan.members:
        for month, amount in amounts.get(member.id, {}).items() if member.id else ():
            taken = not wanted or member.section(month) in wanted
            if amount and taken and (keys := places.get(month)):
                yield member, month, tuple(keys), amount * sign
