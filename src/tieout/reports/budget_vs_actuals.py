"""Budget vs actuals: what was planned, what came of it, and which way the difference goes (spec §12).

A variance is actual less budget. Debit positive, more is never good news: more cost, or less revenue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieout.budgets import queries as budgets
from tieout.budgets.models import Budget
from tieout.core.month import Month
from tieout.expenses.restated import Restated
from tieout.expenses.tying import Tying, tying
from tieout.ledger.queries import Cell
from tieout.reports.beside import PARTS, State, overall
from tieout.reports.budget_vs_actuals_columns import Period, columns_of, periods_of
from tieout.reports.budget_vs_actuals_narrowing import Narrowing, narrowing_of, within
from tieout.reports.budget_vs_actuals_outline import NET_INCOME, Group, groups_of
from tieout.reports.budget_vs_actuals_remarks import remarks_of
from tieout.reports.budget_vs_actuals_sides import Both, Sides, sides
from tieout.reports.budget_vs_actuals_typed import Layer, beyond_of, with_typed
from tieout.reports.columns import compared_columns
from tieout.reports.document import Column, ColumnKind, Document, Row, RowKind
from tieout.reports.outline import name_of
from tieout.reports.queries import LedgerAt, NoReport, recent_syncs
from tieout.reports.question import Question
from tieout.ui.figures import count, short_month

NAME, TITLE = "budget-vs-actuals", "Budget vs actuals"
_POSTED = (ColumnKind.ACTUAL, ColumnKind.PARTIAL)


@dataclass(frozen=True, kw_only=True)
class BudgetVsActuals(Document):
    """The report, with what its rows are made of: ``members`` by row key."""

    budget: Budget | None = None
    periods: tuple[Period, ...] = ()
    sides: Sides | None = None
    as_posted: bool = False  # whether closed months, too, are those of the books as known at the sync
    typed: int = 0  # how many months of rows hold what people typed over the books
    members: Mapping[str, tuple[Both, ...]] = field(default_factory=dict)
    narrowing: Narrowing = field(default_factory=Narrowing)

    def members_of(self, row: Row) -> tuple[Both, ...]:
        """Return what a row's figures are the sum of."""
        return tuple(both for leaf in self.leaves(row) for both in self.members[leaf.key])

    def restated_words(self, row: Row, column: Column) -> str:
        """Return by how much the books differ from the closed months of a figure, "" where they do not."""
        if column.kind not in _POSTED:
            return ""
        found = sum((it for both in self.members_of(row) for it in restated_in(both, column)), Restated())
        return found.words(self.at.book.digits) if found.sum else ""


def budget_vs_actuals(at: LedgerAt, asked: Question) -> BudgetVsActuals:
    """Return the report against a budget: the one that was asked for, else the one frozen last."""
    if at.as_then:
        raise NoReport("budget vs actuals places lines as they are placed today: ask without the mapping of the time")
    budget = budget_of(at, asked)
    if budget is None:
        posted = tuple(it for it in columns_of(at, periods_of(at, asked)) if it.kind in _POSTED)
        return BudgetVsActuals(
            report=NAME, title=TITLE, at=at, columns=posted, rows=(),
            empty="There is no budget yet. Make one, or import it from a spreadsheet, under Budgets.",
        )  # fmt: skip
    return _against(at, asked, budget)


def _against(at: LedgerAt, asked: Question, budget: Budget) -> BudgetVsActuals:
    periods = periods_of(at, asked)
    columns = columns_of(at, periods)
    posted = [it for it in columns if it.kind in _POSTED]
    ties = tying(at.book, at.version), tying(at.book, at.version, income=True)
    narrowing = narrowing_of(asked, at.book.digits)
    as_posted = at.publication.number != recent_syncs(at.company, limit=1)[0].number
    found = sides(at, budgets.lines(budget), as_posted=as_posted)
    layer = Layer(found.rows) if as_posted else with_typed(at, asked, found.rows, periods)
    kept = [it for it in layer.rows if _any(it, periods) and _asked(it, asked)]
    groups = groups_of(kept, periods, narrowing, whole=not (asked.search or asked.sections))
    rows = tuple(_rows(at, groups, columns, ties))
    restated = sum(bool(restated_in(it, column)) for it in kept for column in posted)
    return BudgetVsActuals(
        report=NAME,
        title=TITLE,
        view=f"against {budget.name}",
        at=at,
        columns=columns,
        rows=rows,
        foot=(NET_INCOME[0],) if rows else (),
        compared=compared_columns(posted, ties[0].compared),
        aside=f"Not the books’ figures: {count(layer.typed, 'month')} typed over them" if layer.typed else "",
        notes=tuple(_notes(asked, budget, periods, as_posted=as_posted, restated=restated)),
        empty=f"Neither {budget.name} nor the books hold anything in these months.",
        budget=budget,
        periods=periods,
        sides=found,
        as_posted=as_posted,
        typed=layer.typed,
        members={line.key: line.members for group in groups for line in group.lines},
        narrowing=narrowing,
        remarks=remarks_of(budget, rows, periods),
    )


def budget_of(at: LedgerAt, asked: Question) -> Budget | None:
    """Return the budget to hold the actuals against; raise NoReport for one that there is not, or in other money."""
    found = budgets.budget(at.company, asked.budget) if asked.budget else budgets.chosen(at.company)
    if found is None:
        if asked.budget:
            raise NoReport(f"there is no budget {asked.budget}: it may have been deleted")
        return None
    if (found.currency, found.digits) != (at.book.currency, at.book.digits):
        raise NoReport(f"{found.name} is in {found.currency}, and the books are in {at.book.currency}")
    return found


def _any(both: Both, periods: Iterable[Period]) -> bool:
    return any(
        amount and period.first <= month <= period.last
        for period in periods
        for months in (both.actual, both.budget)
        for month, amount in months.items()
    )


def _asked(both: Both, asked: Question) -> bool:
    """Return whether a row is one of the departments, and has the text in its name, that were asked for."""
    section = both.member.section(asked.last) if both.member else both.section
    if asked.sections and section not in asked.sections:
        return False
    return asked.search.casefold() in both.line.label.casefold()


def _notes(
    asked: Question, budget: Budget, periods: Sequence[Period], *, as_posted: bool, restated: int
) -> Iterator[str]:  # fmt: skip
    """Yield what a reader must know of the budget and of the months."""
    if not budget.is_frozen:
        yield f"{budget.name} is not frozen: it may still change"
    first, last = Month.from_key(budget.first), Month.from_key(budget.last)
    if any(it.first < first or it.last > last for it in periods):
        yield f"{budget.name} covers {short_month(first)} – {short_month(last)}: it plans nothing outside of them"
    if asked.search or asked.sections:
        yield "The total is that of the rows shown"
    if restated:
        yield f"{count(restated, 'figure')} of closed months stand as they were closed: the books differ by now"
    if as_posted:
        yield "As known at an earlier sync: closed months are those of the books then"


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(
    at: LedgerAt, groups: Sequence[Group], columns: Sequence[Column], ties: tuple[Tying, Tying]
) -> Iterator[Row]:  # fmt: skip
    tops: list[str] = []
    for group in groups:
        if group.profit:
            key, label = group.profit
            yield Row(
                key=key, label=label, kind=RowKind.TOTAL, sign=group.sign, favourable=-1, parts=tuple(tops)
            )  # fmt: skip
            continue
        if not group.under:
            tops.append(group.key)
        yield Row(
            key=group.key, label=group.label, kind=RowKind.SUM, level=group.level, sign=group.sign, favourable=-1,
            parts=group.parts,
        )  # fmt: skip
        for line in group.lines:
            yield _line(at, line.key, line.label, line.members, group, columns, ties)


def _line(
    at: LedgerAt, key: str, label: str, members: tuple[Both, ...], group: Group, columns: Sequence[Column],
    ties: tuple[Tying, Tying],
) -> Row:  # fmt: skip
    one = members[0] if len(members) == 1 else None
    account = at.accounts.get(one.member.account.id) if one and one.member and one.member.account else None
    tie = ties[group.sign < 0]
    posted = [it for it in columns if it.kind in _POSTED and it.first and it.last]
    return Row(
        key=key,
        label=label,
        level=group.level + 1,
        sign=group.sign,
        favourable=-1,
        amounts=_amounts(members, columns),
        cells={it.key: cells for it in posted if (cells := tuple(_cells(members, it)))},
        states=_states(members, posted, tie),
        beyond={it.key: found for it in posted if (found := beyond_of(members, it.first, it.last))},
        residuals=_residuals(members, posted, tie),
        account=name_of(account) if account and one and one.member and not one.member.own_name else None,
        expense=one.member.id if one and one.member and one.member.id else None,
        department=one.line.department or None if one else None,
        note="" if one is None or one.member or one.section else "Only the budget has this row",
        badge="" if one is None or one.member or one.section else "gone",
    )


def _amounts(members: Iterable[Both], columns: Iterable[Column]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for column in columns:
        if not column.derived:
            budget = column.kind is ColumnKind.BUDGET
            amounts[column.key] = sum(
                within(it.budget if budget else it.actual, column.first, column.last) for it in members
            )
    return amounts


def _cells(members: Iterable[Both], column: Column) -> Iterator[Cell]:
    """Yield what the ledger is asked for a figure; nothing where closed months differ from the books by now."""
    for both in members:
        member = both.member
        if member is None or not both.accounts or not column.first or not column.last or restated_in(both, column):
            continue
        expenses = (member.id,) if member.id else ()
        yield Cell(column.first, column.last, accounts=tuple(sorted(both.accounts)), expenses=expenses)


def _states(members: Iterable[Both], columns: Iterable[Column], tie: Tying) -> dict[str, State]:
    found: dict[str, State] = {}
    for column in columns:
        for both in members:
            months = [it for it in both.actual if column.first and column.last and column.first <= it <= column.last]
            if any((account, month) in tie.differing for account in both.accounts for month in months):
                found[column.key] = State.DIFFERS
            elif beyond_of([both], column.first, column.last):
                found[column.key] = overall([State.NOT_COMPARED, found.get(column.key, State.TIES)])
            elif column.key not in found and _part(both, months, tie):
                found[column.key] = PARTS[tie.parts.by]
    return found


def _residuals(members: Iterable[Both], columns: Iterable[Column], tie: Tying) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in columns:
        months = list(column.first.until(column.last + 1)) if column.first and column.last else []
        if part := sum(_part(both, months, tie) for both in members):
            found[column.key] = part
    return found


def _part(both: Both, months: Iterable[Month], tie: Tying) -> int:
    expense = both.member.id if both.member else 0
    return sum(abs(tie.parts.amounts.get((expense, month), 0)) for month in months)


def restated_in(both: Both, column: Column) -> list[Restated]:
    """Return what the books say beyond the closed months of a row, in a column."""
    first, last = column.first, column.last
    return [it for month, it in both.restated.items() if first and last and first <= month <= last]
