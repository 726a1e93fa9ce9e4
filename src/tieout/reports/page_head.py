"""The head of a report's page: as of when, in which books, and what else can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict

from tieout.core.month import Month
from tieout.ledger.models import Publication
from tieout.reports.queries import LedgerAt, changed_since, recent_syncs
from tieout.ui.figures import day


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthChoice:
    """A month end that can be chosen: ``key`` for the address, ``day`` for people."""

    key: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """What the head of a report says and offers."""

    month: MonthChoice
    months: tuple[MonthChoice, ...]  # newest first
    basis: str
    currency: str
    sync: int
    at: datetime
    latest: int
    syncs: tuple[Publication, ...]
    address: str  # the query of the same report as a file
    changed: int  # figures that later syncs have changed

    @property
    def old(self) -> bool:
        """Whether a later sync exists."""
        return self.sync != self.latest


def month_end(month: Month) -> MonthChoice:
    """Return a month's last day."""
    last = day(month.end - timedelta(days=1))
    return MonthChoice(key=str(month), day=last)


def page_head(at: LedgerAt, month: Month, query: QueryDict) -> PageHead:
    """Return the head of a report at a month end."""
    syncs = tuple(recent_syncs(at.company))
    address = query.copy()
    for name in ("view", "show", "compare"):
        address.pop(name, None)
    address["month"] = str(month)
    return PageHead(
        month=month_end(month),
        months=tuple(month_end(it) for it in reversed(at.months)),
        basis=at.book.basis,
        currency=at.book.currency,
        sync=at.publication.number,
        at=at.publication.at,
        latest=syncs[0].number,
        syncs=syncs,
        address=address.urlencode(),
        changed=changed_since(at),
    )
