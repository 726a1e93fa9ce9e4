"""Row 16: the books change in closed months."""

from __future__ import annotations

from collections import defaultdict

from tieout.budgets import queries as budgets
from tieout.budgets import services as budgeting
from tieout.budgets.content import Line as BudgetLine
from tieout.budgets.models import Budget
from tieout.connections.models import NoticeKind, RunState
from tieout.core.month import Month
from tieout.ledger import closing
from tieout.ledger.changes_between import line_changes
from tieout.ledger.known_at import KnownAt
from tieout.ledger.models import Book, CloseAct
from tieout.ledger.movements import movements
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.healing import FIRST
from tieout.proofs.histories import Bookkeeper
from tieout.proofs.linking import Link, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_line_by_line

Sums = dict[tuple[int, int, int], int]


def closed_month_changed(at: Trial) -> Measured:
    """Close months, freeze a budget, work in the books, sync: what was closed and frozen stays, and it is told once."""
    changed = 0
    with linked(at.ground.provider, small_books(at)) as link:
        must_be_well(link.sync())
        book = link.book
        months = at.dice.sample([Month(2026, 2), Month(2026, 3)], at.dice.randint(1, 2))
        sync = queries.newest_publication(book)
        closing.decide(book, months, CloseAct.CLOSED, sync=sync.number, by=link.person, at=link.clock())
        budget = _frozen_budget(link, months)
        kept, frozen = _shown(book, months), budgets.content(budget)
        keeper = Bookkeeper(link, at.dice, oldest=FIRST)
        for _ in range(1 if at.short else 3):
            before, told = link.book.published, queries.notices_of(link.connection, NoticeKind.CLOSED_MONTH)
            done = keeper.work(6)
            run = link.sync()
            must_be_well(run, done)
            must_equal_line_by_line(link, done)
            book = link.book
            must(_shown(book, months) == kept, f"a closed month's figures changed after {done}")
            must(budgets.content(budget) == frozen, "a frozen budget changed")
            effects = _listed(book, before, months)
            must(effects == _moved(book, before, months), f"the listed changes do not add up to the difference: {done}")
            more = queries.notices_of(link.connection, NoticeKind.CLOSED_MONTH) - told
            must(more <= 1, f"one sync told {more} times of closed months")
            if effects and run.state == RunState.PUBLISHED:
                must(more == 1, f"a closed month changed and nobody was told; the log says {run.restated} lines")
                must(run.restated > 0, "the sync's log does not say that closed months changed")
                changed += 1
    return {"syncs that changed closed months": changed}


def _frozen_budget(link: Link, months: list[Month]) -> Budget:
    book = link.book
    new = budgeting.New(name="Frozen", first=min(months), last=max(months), currency=book.currency, digits=book.digits)
    made = budgeting.create(link.connection.company, new, list[BudgetLine](), person=link.person)
    return budgeting.freeze(made, person=link.person, now=link.clock())


def _shown(book: Book, months: list[Month]) -> Sums:
    keys = {month.key for month in months}
    found: Sums = defaultdict(int)
    for it in closing.shown_movements(book, book.published):
        if it.month in keys:
            found[it.account, it.expense, it.month] += it.amount
    return dict(found)


def _moved(book: Book, before: int, months: list[Month]) -> Sums:
    """Return what each account and month of the closed ones changed by between two versions."""
    keys = {month.key for month in months}
    found: Sums = defaultdict(int)
    for sign, version in ((1, book.published), (-1, before)):
        for account, expense, month, amount in movements(book, version):
            if month in keys:
                found[account, expense, month] += sign * amount
    return {place: amount for place, amount in found.items() if amount}


def _listed(book: Book, before: int, months: list[Month]) -> Sums:
    """Return the same, as the list of changed lines has it."""
    keys = {month.key for month in months}
    changes = line_changes(book, KnownAt(before), KnownAt(book.published), payroll_accounts=None)
    return {
        (place.account, place.expense, place.month): tally.effect
        for place, tally in changes.by_place.items()
        if place.month in keys and tally.effect
    }
