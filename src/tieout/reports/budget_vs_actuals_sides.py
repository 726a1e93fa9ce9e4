"""Budget and actuals side by side: one row for what both mean, by today's labels. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tieout.budgets import labelling
from tieout.budgets.content import Line
from tieout.budgets.layout import folded
from tieout.core.month import Month
from tieout.expenses.amounts import holdings as shown
from tieout.expenses.cells import Beyond
from tieout.expenses.restated import Restated, restated
from tieout.expenses.sections import Member, Plan, shown_plan
from tieout.expenses.streams import stream_plan
from tieout.reports.queries import LedgerAt

Months = Mapping[Month, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """An expense, a stream, or a row of the budget that is neither any more, with both its sides.

    ``actual`` are months as planning pages show them: a closed one from its copy; ``restated`` is what the books say
    beyond that.
    """

    key: str
    line: Line
    member: Member | None = None
    accounts: frozenset[int] = frozenset()  # that its actuals are drawn from
    actual: Months = field(default_factory=dict)
    budget: Months = field(default_factory=dict)
    budget_row: int = 0  # where the budget has it, 0 where it does not
    restated: Mapping[Month, Restated] = field(default_factory=dict)
    beyond: Mapping[Month, Beyond] = field(default_factory=dict)  # what of ``actual`` people typed beyond the books
    section: str = ""  # of an adjustment: whose total it belongs to


@dataclass(frozen=True, slots=True)
class Sides:
    """All rows, and the plans that they are of."""

    rows: tuple[Both, ...]
    streams: Plan
    expenses: Plan


def sides(at: LedgerAt, budget: Mapping[int, Line], *, as_posted: bool) -> Sides:
    """Return the rows: streams, expenses, then what only the budget has. ``budget`` are its lines by their rows' ids.

    A budget's row is that of its expense (id); without one, or where that is gone, of the one that is called so.
    ``as_posted``: closed months, too, are those of the books as known at the sync.
    """
    streams, expenses = stream_plan(at.company, at.book), shown_plan(at.company, at.book)
    rows = [both for it in (streams, expenses) for both in _actual(at, it, as_posted=as_posted)]
    by_id = {(both.member.id, both.line.income): both.key for both in rows if both.member and both.member.id}
    by_name: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for both in rows:
        by_name[_names(both.line)].append(both.key)
    budgeted: defaultdict[str, list[tuple[int, Line]]] = defaultdict(list)
    for row, line in budget.items():
        named = by_name.get(_names(line), [])
        key = by_id.get((line.expense or 0, line.income)) or (named[0] if len(named) == 1 else f"budget:{row}")
        budgeted[key].append((row, line))
    rows = [_with(both, budgeted.pop(both.key, ())) for both in rows]
    only = [_with(Both(key=key, line=lines[0][1]), lines) for key, lines in budgeted.items()]
    return Sides((*rows, *only), streams, expenses)


def _with(both: Both, lines: Iterable[tuple[int, Line]]) -> Both:
    """Return a row with the budget's months; several rows of the budget for one expense are added."""
    months: defaultdict[Month, int] = defaultdict(int)
    first = 0
    for row, line in lines:
        first = first or row
        for month, amount in line.amounts.items():
            months[month] += amount
    return replace(both, budget=dict(months), budget_row=first)


def _names(line: Line) -> tuple[object, ...]:
    return folded(line.number), folded(line.name), folded(line.department), line.income


def _actual(at: LedgerAt, the_plan: Plan, *, as_posted: bool) -> Iterator[Both]:
    beside: Mapping[Member, Mapping[Month, Restated]] = {}
    if as_posted:
        holdings, drawn = _posted(at, the_plan)
    else:
        found = shown(the_plan, at.book)
        holdings, drawn, beside = found.months, found.accounts, restated(the_plan, at.book)
    for line, member in labelling.labelled_members(the_plan):
        yield Both(
            key=_key(member),
            accounts=drawn.get(member, frozenset()),
            line=line,
            member=member,
            actual=holdings.get(member, {}),
            restated={month: it for month, it in beside.get(member, {}).items() if it.sum},
        )


def _key(member: Member) -> str:
    """Return a row's key: of a stream it says so, because an account may have been an expense's when it was closed."""
    if not member.income:
        return member.key
    return f"stream:{member.id}" if member.id else f"stream-{member.key}"


def _posted(at: LedgerAt, the_plan: Plan) -> tuple[Mapping[Member, Months], Mapping[Member, frozenset[int]]]:
    """Return what each of a plan's rows holds in the books as known at the sync, and of which accounts."""
    sums: defaultdict[Member, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    drawn: defaultdict[Member, set[int]] = defaultdict(set)
    holder = the_plan.holder()
    for account, expense, month, amount in at.movements:
        if member := holder(account, expense):
            sums[member][Month.from_key(month)] += amount
            drawn[member].add(account)
    return dict(sums), {member: frozenset(accounts) for member, accounts in drawn.items()}
