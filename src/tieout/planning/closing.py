"""Closing months, reopening them, and deciding about what the books say since: each with an audit row."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.periods import admitted_through
from tieout.ledger import closing
from tieout.ledger.closing import Stale
from tieout.ledger.models import Book, CloseAct, MonthClose
from tieout.ui.figures import long_month

_CHANGED = "The figures, or what is closed, have changed since this was shown. Nothing was written: look again."
_AUDIT = {
    CloseAct.CLOSED: "closed a month",
    CloseAct.ACCEPTED: "accepted the books of a closed month",
    CloseAct.KEPT: "kept the figures of a closed month",
    CloseAct.REOPENED: "reopened a closed month",
}


class Refused(ValueError):
    """A month that cannot be closed, or figures that moved on; ``str()`` is fit for the page."""


def open_months(company: Company, book: Book) -> list[Month]:
    """Return the months that can be closed, oldest first: admitted, of the book's history, and open."""
    through = admitted_through(company)
    if through is None:
        return []
    shut = closing.closed(book)
    return [month for month in Month.of(book.start).until(through + 1) if month not in shut]


@transaction.atomic
def close_through(
    *, company: Company, book: Book, person: User, month: Month, sync: int, note: str, now: datetime
) -> list[Month]:
    """Close a month and every open one before it, as of the sync that was shown; return them. Raise Refused."""
    months = [it for it in open_months(company, book) if it <= month]
    if month not in months:
        raise Refused(f"{long_month(month)} cannot be closed: it is closed already, or not admitted yet.")
    _decide(company, book, person, months, CloseAct.CLOSED, sync=sync, note=note, now=now)
    return months


@transaction.atomic
def decide(
    *, company: Company, book: Book, person: User, month: Month, act: CloseAct, sync: int, note: str, now: datetime
) -> None:
    """Accept, keep or reopen a closed month, as of the sync that was shown. Raise Refused."""
    _decide(company, book, person, [month], act, sync=sync, note=note, now=now)


def _decide(
    company: Company, book: Book, person: User, months: Collection[Month], act: CloseAct,
    *, sync: int, note: str, now: datetime,
) -> None:  # fmt: skip
    try:
        rows = closing.decide(book, months, act, sync=sync, by=person, at=now, note=note.strip())
    except Stale as error:
        raise Refused(_CHANGED) from error
    for row in rows:
        _record(company, person, row)


def _record(company: Company, person: User, row: MonthClose) -> None:
    told: dict[str, audit.Value] = {"month": str(Month.from_key(row.month)), "sync": row.publication.number}
    audit.record(
        company, person, _AUDIT[CloseAct(row.act)], row, after=told | ({"note": row.note} if row.note else {})
    )  # fmt: skip
