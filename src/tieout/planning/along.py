"""Budget that may go along when a link carves lines out of an account: offered, never done by itself (spec §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import Member, plan
from tieout.ledger.models import Book
from tieout.ledger.movements import movements
from tieout.planning.cells import type_cells
from tieout.planning.forecast import forecast
from tieout.planning.models import Edit

_MONTHS = 12  # forecast months that move
_AVERAGED = 3  # admitted months that say how much


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An expense whose account the link draws from, and that has a forecast. Minor units a month, debit positive."""

    member: Member
    a_month: int  # what the link took from the account, on average of the last admitted months
    forecast: Mapping[Month, int]

    @property
    def next(self) -> int:
        """Its forecast of the next month."""
        return next(iter(self.forecast.values()))

    @property
    def left(self) -> int:
        """What stays of it."""
        return self.next - self.a_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What may move to an expense."""

    target: Member
    sources: Sequence[Source]
    first: Month
    last: Month
    own: Mapping[Month, int]  # what the target's forecast is before

    @property
    def a_month(self) -> int:
        """What all sources give."""
        return sum(each.a_month for each in self.sources)


def offer(company: Company, book: Book, expense: int, *, through: Month) -> Offer | None:
    """Return what may move to a linked expense, None where no account that it draws from has a forecast."""
    members = {it.id: it for it in plan(company, book, book.published).members if it.id}
    target = members.get(expense)
    if target is None or target.payroll:
        return None
    owners = {it.account.id: it for it in members.values() if it.account and it.id != expense and not it.payroll}
    taken = _taken(book, expense, through)
    expected = forecast(company, book, through=through, last=through + _MONTHS)
    sources = [
        Source(member=owners[account], a_month=amount, forecast=dict(sorted(ahead.items())))
        for account, amount in taken.items()
        if amount and account in owners and (ahead := expected.amounts.get(owners[account].id))
    ]
    if not sources:
        return None
    return Offer(
        target=target, sources=sorted(sources, key=lambda it: -abs(it.a_month)), first=through + 1,
        last=through + _MONTHS, own=expected.amounts.get(expense, {}),
    )  # fmt: skip


def move(*, company: Company, person: User, book: Book, offered: Offer, sources: Sequence[int], through: Month) -> Edit:
    """Type the months of the chosen sources (expense ids) and of the target, as one step that can be undone."""
    cells: dict[tuple[int, Month], int | None] = {}
    for each in offered.sources:
        if each.member.id in sources:
            for month, amount in each.forecast.items():
                cells[each.member.id, month] = amount - each.a_month
                before = cells.get((offered.target.id, month), offered.own.get(month, 0))
                cells[offered.target.id, month] = (before or 0) + each.a_month
    what = f"Moved budget along to {offered.target.name}"
    return type_cells(company=company, person=person, book=book, cells=cells, what=what, through=through)


def _taken(book: Book, expense: int, through: Month) -> dict[int, int]:
    """Return what an expense drew from each account, a month, rounded down."""
    first = (through - (_AVERAGED - 1)).key
    sums: dict[int, int] = {}
    for account, into, month, amount in movements(book, book.published):
        if into == expense and first <= month <= through.key:
            sums[account] = sums.get(account, 0) + amount
    return {account: amount // _AVERAGED for account, amount in sums.items()}
