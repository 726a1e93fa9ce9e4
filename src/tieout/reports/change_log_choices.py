"""What the head of the change log offers: other syncs, accounts, departments, months, files."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from tieout.core.month import Month
from tieout.ledger.models import Publication
from tieout.reports.change_log import ChangeLog, touched
from tieout.reports.change_log_cells import departments
from tieout.reports.queries import recent_syncs
from tieout.ui.figures import long_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be asked, and what is."""

    syncs: tuple[Publication, ...]  # newest first
    accounts: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    months: tuple[Choice, ...]  # newest first; one month, or all
    several_months: str  # the range that is asked for, "" for one month or all
    address: str  # the query of the same log as a file


def choices(log: ChangeLog, query: QueryDict) -> Choices:
    """Return what the head offers: only accounts, departments and months in which something moved."""
    places = touched(log.span)
    narrowed = log.narrowed
    present = {place.account for place in places} | ({narrowed.account} & log.accounts.keys())
    months = sorted({Month.from_key(place.month) for place in places} | {it for it in _ends(log) if it}, reverse=True)
    one = narrowed.first if narrowed.first == narrowed.last else None
    address = query.copy()
    address.pop("offset", None)
    address["from"], address["to"] = str(log.span.first), str(log.span.last)
    found = dict.fromkeys([*departments(log.accounts, log.labels, places), *filter(None, [narrowed.department])])
    return Choices(
        syncs=tuple(it for it in recent_syncs(log.company, limit=200) if it.book_id == log.span.book.pk),
        accounts=tuple(
            Choice(value=str(id_), text=account.label, chosen=id_ == narrowed.account)
            for id_, account in log.accounts.items()
            if id_ in present
        ),
        departments=tuple(Choice(value=it, text=it, chosen=it == narrowed.department) for it in found),
        months=tuple(Choice(value=str(it), text=long_month(it), chosen=it == one) for it in months),
        several_months=_range(log) if one is None else "",
        address=address.urlencode(),
    )


def _ends(log: ChangeLog) -> tuple[Month | None, Month | None]:
    return log.narrowed.first, log.narrowed.last


def _range(log: ChangeLog) -> str:
    first, last = _ends(log)
    if first and last:
        return f"{long_month(first)} to {long_month(last)}"
    return f"from {long_month(first)}" if first else f"to {long_month(last)}" if last else ""
