"""Row 16: the books go on changing after months were closed."""

from __future__ import annotations

from collections import defaultdict

from tieout.budgets import queries as budget_queries
from tieout.budgets import services as budgets
from tieout.budgets import starting
from tieout.budgets.models import Budget
from tieout.connections.models import SyncRun
from tieout.core.month import Month
from tieout.ledger.changes_between import KnownAt, Place, line_changes
from tieout.ledger.closing import Shown, closed, shown_movements
from tieout.ledger.differing import differing
from tieout.ledger.models import Book, CloseAct
from tieout.ledger.movements import movements
from tieout.ledger.queries import Cell
from tieout.planning import closing
from tieout.planning.closed_lines import changed_lines
from tieout.proofs import queries
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Link, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_the_books


def restated(at: Trial) -> Measured:
    """Close months, freeze a budget, let the books change, sync: nothing closed moves, all of it is listed and told."""
    with linked(at.ground.provider, small_books(at)) as link:
        must_be_well(link.sync())
        company, book = link.connection.company, link.book
        months = closing.open_months(company, book)
        through = at.dice.choice(months[-2:])
        closing.close_through(
            company=company, book=book, person=link.person, month=through, sync=1, note="", now=link.clock()
        )  # fmt: skip
        budget = _frozen_budget(link, months)
        shown, planned = _closed_part(link.book), budget_queries.lines(budget)
        at.ground.proving.Bookkeeper(link, at.dice).work(at.dice.randint(4, 12))
        run = link.sync()
        must_be_well(run)
        must_equal_the_books(link)
        must(_closed_part(link.book) == shown, "a closed month's figures moved")
        same = budget_queries.lines(budget) == planned and budget_queries.verify(budget)
        must(same, "a frozen budget changed")
        lines = _must_be_explained(link.book)
        _must_be_told_once(link, run, lines)
        must(_closed_part(link.book) == shown, "a closed month's figures moved with a sync that found nothing new")
        _must_be_accepted(link, through)
    return {"lines": lines}


def _frozen_budget(link: Link, months: list[Month]) -> Budget:
    company, book = link.connection.company, link.book
    new = budgets.New(
        name="As it was", first=months[0], last=months[-1], currency=book.currency, digits=book.digits
    )  # fmt: skip
    made = budgets.create(company, new, starting.actuals(company, book, months[0], months[-1]), person=link.person)
    return budgets.freeze(made, person=link.person, now=link.clock())


def _closed_part(book: Book) -> list[Shown]:
    shut = {month.key for month in closed(book)}
    return sorted(it for it in shown_movements(book, book.published) if it.month in shut)


def _must_be_explained(book: Book) -> int:
    """Require that what is listed for closed months sums to each cell's difference; return how many lines that is."""
    copied: defaultdict[Place, int] = defaultdict(int)
    for it in _closed_part(book):
        copied[Place(it.account, it.expense, it.month)] += it.amount
    told: defaultdict[Place, int] = defaultdict(int)
    for differs in differing(book):
        told[Place(differs.account, differs.expense, differs.month.key)] += differs.changed + differs.remapped
    count = 0
    for month, shut in closed(book).items():
        found = line_changes(
            book, KnownAt(shut.version), KnownAt(book.published), [Cell(month, month)], payroll_accounts=None, limit=0
        )  # fmt: skip
        listed = changed_lines(book, shut, payroll_accounts=None)
        count += listed.count
        must(
            len(listed.page) == listed.count, f"{listed.count} lines changed in {month}, {len(listed.page)} are listed"
        )
        must(sum(it.effect for it in listed.page) == listed.effect == found.effect, f"{month} does not add up")
        books = {
            Place(account, expense, key): amount
            for account, expense, key, amount in movements(book, book.published)
            if key == month.key
        }
        effects = {place: tally.effect for place, tally in found.by_place.items()}
        for place in books.keys() | effects.keys() | {it for it in copied if it.month == month.key}:
            now, then = books.get(place, 0), copied.get(place, 0)
            must(now - then == told.get(place, 0), f"{place} differs by {now - then}, told is {told.get(place, 0)}")
            must(now - then == effects.get(place, 0), f"{place} differs by {now - then}, its lines by another amount")
    return count


def _must_be_told_once(link: Link, run: SyncRun, lines: int) -> None:
    """Require one notice, if anything changed, however often the same books are synced again."""
    must(bool(run.restated) == bool(lines), f"{lines} lines changed in closed months, the run tells {run.restated}")
    link.sync()
    notices = queries.notices_of_closed_months(link.connection)
    must(notices == bool(lines), f"it was told {notices} times")


def _must_be_accepted(link: Link, month: Month) -> None:
    """Require that accepting shows the books, of that month alone."""
    before = _closed_part(link.book)
    closing.decide(
        company=link.connection.company, book=link.book, person=link.person, month=month, act=CloseAct.ACCEPTED,
        sync=queries.last_sync(link.connection), note="", now=link.clock(),
    )  # fmt: skip
    after, book = _closed_part(link.book), link.book
    books = sorted(it for it in movements(book, book.published) if it[2] == month.key)
    must([it[:4] for it in after if it.month == month.key] == books, "an accepted month is not what the books say")
    rest = [it for it in before if it.month != month.key]
    must([it for it in after if it.month != month.key] == rest, "accepting one month moved another")
