"""What the pages of closed months show. Amounts are minor units; a cost is positive, and so is revenue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.statements import natural
from tieout.expenses.amounts import Months, held, held_in_books
from tieout.expenses.periods import admitted_through
from tieout.expenses.restated import Restated, restated
from tieout.expenses.sections import (
    PAYROLL,
    PAYROLL_LABEL,
    UNASSIGNED,
    UNASSIGNED_LABEL,
    Plan,
    Section,
    plan,
    shown_plan,
)
from tieout.ledger import closing
from tieout.ledger.accounts import chart
from tieout.ledger.closing import ClosedMonth
from tieout.ledger.differing import Differing, differing
from tieout.ledger.models import Book, CloseAct, MonthClose
from tieout.ledger.restating import restatements


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month of the list: ``shown`` is what planning pages show as its expenses, ``books`` what the books say."""

    month: Month
    closed: ClosedMonth | None
    shown: int
    books: int
    beside: Restated
    elsewhere: bool  # accounts other than expenses differ too
    lines: int  # that syncs have changed since, in all accounts
    kept: MonthClose | None  # what was closed was kept, and no sync has changed the month since
    last: MonthClose | None  # the last decision about it

    @property
    def differs(self) -> bool:
        """Whether the books say anything else than what was closed."""
        return bool(self.closed and (self.beside.changed or self.beside.remapped or self.elsewhere or self.lines))

    @property
    def waits(self) -> bool:
        """Whether somebody should decide."""
        return self.differs and self.kept is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An account or a department of a month. closed + remapped + changed = books."""

    name: str
    group: str
    closed: int
    remapped: int
    changed: int

    @property
    def books(self) -> int:
        """What the books say now."""
        return self.closed + self.remapped + self.changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """By how much a closed month differs from the books, account by account and department by department."""

    accounts: Sequence[Part]
    departments: Sequence[Part]

    @property
    def moved(self) -> bool:
        """Whether anything was re-mapped."""
        return any(part.remapped for part in (*self.accounts, *self.departments))


def month_rows(company: Company, book: Book) -> list[MonthRow]:
    """Return the months that are closed or can be, newest first."""
    shut, through = closing.closed(book), admitted_through(company)
    months = {*shut, *(Month.of(book.start).until(through + 1) if through else ())}
    the_plan = shown_plan(company, book)
    shown = _totals(held(the_plan, book).values())
    books = _totals(held_in_books(plan(company, book, book.published), book).values())
    beside = _totals_beside(the_plan, book)
    others = {it.month for it in differing(book) if not it.is_expense}
    told, last = restatements(book), _last_decisions(book)
    rows = []
    for month in sorted(months, reverse=True):
        closed = shut.get(month)
        since = told.get(closed.copy, []) if closed else []
        kept = last.get(month)
        newest = since[-1].publication.number if since else 0
        holds = kept is not None and kept.act == CloseAct.KEPT and kept.publication.number >= newest
        rows.append(
            MonthRow(
                month=month,
                closed=closed,
                shown=shown.get(month, 0),
                books=books.get(month, 0),
                beside=beside.get(month, Restated()),
                elsewhere=month in others,
                lines=sum(it.lines for it in since),
                kept=kept if holds else None,
                last=last.get(month),
            )
        )
    return rows


def explained(company: Company, book: Book, month: Month) -> Explained:
    """Return what a closed month was closed with, what stands elsewhere since, and what the books changed."""
    cells = [it for it in differing(book) if it.month == month]
    return Explained(accounts=_accounts(book, month, cells), departments=_departments(company, book, month, cells))


def _accounts(book: Book, month: Month, cells: Iterable[Differing]) -> list[Part]:
    """Return the accounts that differ: moves between expenses of one account even out."""
    accounts = chart(book, book.published)
    sums: defaultdict[tuple[int, AccountType], Restated] = defaultdict(Restated)
    for it in cells:
        sums[it.account, it.type] += Restated(it.changed, it.remapped)
    shown: defaultdict[tuple[int, AccountType], int] = defaultdict(int)
    for row in closing.shown_movements(book, book.published):
        if row.month == month.key:
            shown[row.account, row.type] += row.amount
    order = list(accounts)
    return [
        Part(
            name=accounts[account].label,
            group=type_.capitalize(),
            closed=natural(shown[account, type_], type_),
            remapped=natural(sums[account, type_].remapped, type_),
            changed=natural(sums[account, type_].changed, type_),
        )
        for account, type_ in sorted(sums, key=lambda it: order.index(it[0]))
        if sums[account, type_] != Restated()
    ]


def _departments(company: Company, book: Book, month: Month, cells: Iterable[Differing]) -> list[Part]:
    """Return the departments whose expenses differ, in the order of the timeline."""
    the_plan = shown_plan(company, book)
    holder = the_plan.holder()
    sums: defaultdict[Section, Restated] = defaultdict(Restated)
    for it in cells:
        if it.is_expense and (member := holder(it.account, it.expense)):
            sums[member.section(month)] += Restated(it.changed, it.remapped)
    shown: defaultdict[Section, int] = defaultdict(int)
    for member, months in held(the_plan, book, first=month, last=month).items():
        shown[member.section(month)] += months.get(month, 0)
    return [
        Part(name=name, group=group, closed=shown[key], remapped=sums[key].remapped, changed=sums[key].changed)
        for key, name, group in _sections(the_plan)
        if sums[key] != Restated()
    ]


def _sections(the_plan: Plan) -> list[tuple[Section, str, str]]:
    named = [(f"department:{it.pk}", it.name, it.group.label) for it in the_plan.departments]
    return [*named, (PAYROLL, PAYROLL_LABEL, ""), (UNASSIGNED, UNASSIGNED_LABEL, "")]


def _totals(several: Iterable[Months]) -> dict[Month, int]:
    result: defaultdict[Month, int] = defaultdict(int)
    for months in several:
        for month, amount in months.items():
            result[month] += amount
    return result


def _totals_beside(the_plan: Plan, book: Book) -> dict[Month, Restated]:
    result: defaultdict[Month, Restated] = defaultdict(Restated)
    for months in restated(the_plan, book).values():
        for month, differs in months.items():
            result[month] += differs
    return result


def _last_decisions(book: Book) -> dict[Month, MonthClose]:
    return {Month.from_key(row.month): row for row in reversed(closing.history(book))}
