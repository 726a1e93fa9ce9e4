"""The ledger as known at a sync: what every report is made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.statements import MonthEnd, month_ends
from tieout.ledger.accounts import Account, chart
from tieout.ledger.explaining import Explaining, explaining
from tieout.ledger.known_at import NOTHING, KnownAt, mapping_as_then, mapping_today
from tieout.ledger.models import Book, Publication
from tieout.ledger.movements import Movement, changes, known_movements
from tieout.ledger.their_balances import all_compared_months


class NoReport(Exception):
    """There is no such report; the message says why, fit for a page or a terminal."""


class NothingRead(NoReport):
    """No books have been published yet."""


@dataclass(frozen=True, slots=True)
class LedgerAt:
    """A company's books as known at one sync. Amounts are minor units, debit positive."""

    company: Company
    book: Book
    publication: Publication
    accounts: Mapping[int, Account]  # by row id, in the order of type, number and name
    movements: Sequence[Movement]
    first: Month  # the first and the last month end that can be asked for
    last: Month
    as_then: bool = False  # whether lines are in the expenses of the time; else in today's
    explaining: Explaining = field(default_factory=Explaining)  # which of the movements the provider does not itemise

    @property
    def version(self) -> int:
        return self.publication.version

    @property
    def known(self) -> KnownAt:
        """Which lines the report is about, in the expenses of which time."""
        return mapping_as_then(self.publication) if self.as_then else mapping_today(self.publication)

    @property
    def months(self) -> tuple[Month, ...]:
        """All month ends that can be asked for, ascending."""
        return tuple(self.first.until(self.last + 1))

    @property
    def earliest(self) -> Month:
        """The month of the earliest line, which may be the opening entry's."""
        return min((Month.from_key(month) for _, month, _ in account_sums(self.movements)), default=self.first)

    def last_over(self, today: date) -> Month:
        """Return the month that a report shows unasked: the last one that is over, as far as the books were read."""
        return max(self.first, min(self.last, Month.of(today) - 1))

    def month_ends(self, months: Sequence[Month]) -> Iterator[MonthEnd]:
        """Yield our three statements at each of the months, ascending."""
        return month_ends(
            account_sums(self.movements),
            {id_: account.nature for id_, account in self.accounts.items()},
            months,
            first_month=self.publication.fiscal_year_first_month,
        )

    def explained_ends(self, months: Sequence[Month]) -> Mapping[Month, MonthEnd]:
        """Return which part of each of our three statements is in entries that explain differences, by month end."""
        if not self.explaining.lines:
            return {}
        natures = {id_: account.nature for id_, account in self.accounts.items()}
        first_month = self.publication.fiscal_year_first_month
        return {it.month: it for it in month_ends(self.explaining.moved, natures, months, first_month=first_month)}

    def fiscal_year_start(self, month: Month) -> Month:
        """Return the month in which the fiscal year of ``month`` began."""
        return month.fiscal_year_start(self.publication.fiscal_year_first_month)

    def check(self, first: Month, last: Month) -> tuple[Month, ...]:
        """Return the months from first to last, both included; raise NoReport if one of them was not read."""
        if last < first:
            raise NoReport(f"{first} is later than {last}")
        for month in (first, last):
            if not self.first <= month <= self.last:
                raise NoReport(
                    f"{month} has not been read: sync {self.publication.number} knows {self.first} to {self.last}"
                )
        return tuple(first.until(last + 1))


def account_sums(moved: Sequence[Movement]) -> list[tuple[int, int, int]]:
    """Return (account, month key, amount) of what is not zero, whatever expenses the lines are in.

    Two expenses of one account may cancel out: which ones there are changes with the rules, what is known at a sync
    does not.
    """
    sums: defaultdict[tuple[int, int], int] = defaultdict(int)
    for account, _, month, amount in moved:
        sums[account, month] += amount
    return [(*cell, amount) for cell, amount in sums.items() if amount]


def ledger_at(company: Company, sync: int | None = None, *, as_then: bool = False) -> LedgerAt:
    """Return a company's books as known at sync N, or at the latest one; by today's mapping, or by that of the time.

    Raise NothingRead before the first publication, NoReport for a sync that the company does not have.
    """
    published = Publication.objects.select_related("book__organisation").filter(company=company)
    publication = published.order_by("-number").first()
    if publication is None:
        raise NothingRead(f"{company.name} has no books yet: connect them and wait for the first sync")
    if sync is not None and sync != publication.number:
        latest, publication = publication.number, published.filter(number=sync).first()
        if publication is None:
            raise NoReport(f"there is no sync {sync}: the latest one is sync {latest}")
    book = publication.book
    moved = known_movements(book, mapping_as_then(publication) if as_then else mapping_today(publication))
    first = Month.of(publication.start)
    compared = set().union(*all_compared_months(book, publication.version).values())
    return LedgerAt(
        company=company,
        book=book,
        publication=publication,
        accounts=chart(book, publication.version),
        movements=moved,
        first=first,
        last=max([first, *compared, *(Month.from_key(month) for _, month, _ in account_sums(moved))]),
        as_then=as_then,
        explaining=explaining(book, publication.version),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """From which sync to which. ``older`` is None before the first one."""

    book: Book
    older: Publication | None
    newer: Publication
    as_then: bool = True

    @property
    def states(self) -> tuple[KnownAt, KnownAt]:
        """What the ledger is asked for."""
        known = mapping_as_then if self.as_then else mapping_today
        return (known(self.older) if self.older else NOTHING), known(self.newer)

    @property
    def first(self) -> int:
        return self.older.number if self.older else 0

    @property
    def last(self) -> int:
        return self.newer.number


def span(company: Company, first: int | None, last: int | None, *, as_then: bool = True) -> Span:
    """Return from which sync to which the log is asked: by default the last one and the one before.

    Raise NothingRead before the first publication, NoReport where two syncs cannot be compared.
    """
    published = Publication.objects.select_related("book__organisation").filter(company=company)
    newest = published.order_by("-number").first()
    if newest is None:
        raise NothingRead(f"{company.name} has no books yet: connect them and wait for the first sync")
    newer = newest if last is None else published.filter(number=last).first()
    if newer is None:
        raise NoReport(f"there is no sync {last}: the latest one is sync {newest.number}")
    if first is None:
        before = published.filter(book=newer.book, number__lt=newer.number)
        return Span(newer.book, before.order_by("-number").first(), newer, as_then)
    if first >= newer.number:
        raise NoReport(f"sync {first} is not before sync {newer.number}")
    older = published.filter(number=first).first()
    if older is None and first:
        raise NoReport(f"there is no sync {first}: the latest one is sync {newest.number}")
    if older is not None and older.book_id != newer.book_id:
        raise NoReport(
            f"sync {older.number} read {older.book.organisation.name} on {older.book.basis} basis and sync "
            f"{newer.number} {newer.book.organisation.name} on {newer.book.basis} basis: other books cannot be compared"
        )
    return Span(newer.book, older, newer, as_then)


def changed_since(at: LedgerAt) -> int:
    """Return how many figures, an account's month each, later syncs have changed."""
    latest = Publication.objects.filter(book=at.book).order_by("-number").first()
    if latest is None or latest == at.publication:
        return 0
    return len({(account, month) for account, _, month in changes(at.book, at.version, latest.version)})


def recent_syncs(company: Company, *, limit: int = 50) -> Sequence[Publication]:
    """Return the company's latest publications, newest first."""
    return list(Publication.objects.filter(company=company).order_by("-number")[:limit])


def latest_number(company: Company) -> int:
    """Return the number of the company's latest sync, 0 before the first."""
    return Publication.objects.filter(company=company).order_by("-number").values_list("number", flat=True).first() or 0


def has_book(company: Company) -> bool:
    """Return whether books are connected, read or not."""
    return Book.objects.filter(company=company).exists()
