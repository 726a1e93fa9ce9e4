"""Budget that may go along when a link carves lines out of an account: offered, never done by itself (spec §7)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import Member
from tieout.expenses.streams import both_plans, natural
from tieout.ledger.models import Book
from tieout.ledger.movements import movements
from tieout.planning.cells import type_cells
from tieout.planning.forecast import forecast
from tieout.planning.models import Driver, Options
from tieout.planning.options import Wanted, save_options

_MONTHS = 12  # forecast months that move
_AVERAGED = 3  # admitted months that say how much
_HISTORY = (Driver.LAST_YEAR, Driver.AVERAGE)


class Changed(ValueError):
    """The figures are others than those that were shown; ``str()`` is fit for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An expense, or a stream, whose account the link draws from, and that has a forecast. Minor units a month.

    A cost is positive, and so is what a stream earns.

    One that is forecast from its history (``like``) forecasts less since its lines have left: the linked expense,
    forecast in the same way, takes what went. From any other, months are typed.
    """

    member: Member
    a_month: int  # what the link took from the account, on average of the last admitted months
    forecast: Mapping[Month, int]
    like: Wanted | None

    @property
    def moves(self) -> Mapping[Month, int]:
        """What leaves it by month: never more than there is, and nothing of a month without an amount."""
        if self.like:
            return {}
        return {month: moved for month, amount in self.forecast.items() if (moved := min(self.a_month, amount)) > 0}

    @property
    def next(self) -> int:
        """Its forecast of the next month."""
        return next(iter(self.forecast.values()), 0)

    @property
    def next_moves(self) -> int:
        """What of that moves."""
        return next(iter(self.moves.values()), 0) if self.moves else 0

    @property
    def left(self) -> int:
        """What stays of it."""
        return self.next - self.next_moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What may move to an expense."""

    target: Member
    sources: Sequence[Source]
    first: Month
    last: Month
    own: Mapping[Month, int]  # what the target's forecast is before

    @property
    def seal(self) -> str:
        """What the form sends back, so that figures that changed meanwhile do not move twice."""
        shown = [(it.member.id, it.a_month, sorted(it.forecast.items()), it.like) for it in self.sources]
        return hashlib.sha256(repr((shown, sorted(self.own.items()))).encode()).hexdigest()[:32]


def offer(company: Company, book: Book, expense: int, *, through: Month) -> Offer | None:
    """Return what may move to a linked expense, None where no account that it draws from has a forecast."""
    plans = both_plans(company, book)
    members = next((own for it in plans if expense in (own := {one.id: one for one in it.members if one.id})), {})
    target = members.get(expense)
    if target is None or target.payroll:
        return None
    owners = {it.account.id: it for it in members.values() if it.account and it.id != expense and not it.payroll}
    expected = forecast(company, book, through=through, last=through + _MONTHS)
    amounts = expected.revenue if target.income else expected.amounts
    options = {row.expense_id: row for row in Options.objects.filter(company=company)}
    planned = expense in options and options[expense].driver != Driver.NONE
    sources = []
    for account, amount in _taken(book, target, through).items():
        owner = owners.get(account)
        row = options.get(owner.id) if owner else None
        if owner is None or (row and row.driver in _HISTORY and planned):
            continue
        made = Source(
            member=owner, a_month=amount, forecast=dict(sorted(amounts.get(owner.id, {}).items())),
            like=Wanted.of(row) if row and row.driver in _HISTORY else None,
        )  # fmt: skip
        if made.like or made.moves:
            sources.append(made)
    if not sources:
        return None
    return Offer(
        target=target, sources=sorted(sources, key=lambda it: -abs(it.a_month)), first=through + 1,
        last=through + _MONTHS, own=amounts.get(expense, {}),
    )  # fmt: skip


@transaction.atomic
def move(
    *, company: Company, person: User, book: Book, offered: Offer, sources: Sequence[int], seal: str, through: Month
) -> bool:
    """Let the chosen sources (expense ids) give their share to the target; return whether that changed anything.

    Typed months are one step that can be undone. Raise Changed, and write nothing, if the offer is no longer the one
    that was shown.
    """
    if seal != offered.seal:
        raise Changed("The forecast has changed since this was shown. Nothing was moved: look at the figures again.")
    chosen = [each for each in offered.sources if each.member.id in sources]
    changed = False
    if like := next((each.like for each in chosen if each.like), None):
        changed = save_options(
            company=company, person=person, book=book, expense_id=offered.target.id, wanted=like, through=through
        )
    cells: dict[tuple[int, Month], int | None] = {}
    joins: dict[Month, int] = {}
    for each in chosen:
        for month, moved in each.moves.items():
            cells[each.member.id, month] = each.forecast[month] - moved
            joins[month] = joins.get(month, 0) + moved
    cells |= {(offered.target.id, month): offered.own.get(month, 0) + moved for month, moved in joins.items()}
    what = f"Moved budget along to {offered.target.name}"
    step = type_cells(company=company, person=person, book=book, cells=cells, what=what, through=through)
    return changed or step.pk is not None


def _taken(book: Book, target: Member, through: Month) -> dict[int, int]:
    """Return what an expense drew from each account: all that it ever drew from, and how much a month of late.

    A stream's is positive where it earns.
    """
    first = (through - (_AVERAGED - 1)).key
    sums: dict[int, int] = {}
    for account, into, month, amount in movements(book, book.published):
        if into == target.id:
            sums[account] = sums.get(account, 0) + (amount if first <= month <= through.key else 0)
    return {account: natural(amount, target.income) // _AVERAGED for account, amount in sums.items()}
