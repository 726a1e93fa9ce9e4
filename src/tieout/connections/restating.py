"""Telling that a sync has changed closed months: on the run, and to those who can decide about it."""

from __future__ import annotations

from tieout.connections import notices
from tieout.connections.holding import Hold
from tieout.connections.models import NoticeKind
from tieout.ledger.models import Publication
from tieout.ledger.restating import Restating, note_restated
from tieout.ui import figures


def tell_restated(hold: Hold, made: Publication) -> None:
    """Write and tell what a publication changes in closed months; within its transaction."""
    found = note_restated(made)
    if not found.lines:
        return
    hold.note(restated=found.lines)
    names = _names(found)
    verb = "has" if len(found.months) == 1 else "have"
    notices.tell(
        made.company,
        NoticeKind.CLOSED_MONTH,
        f"sync {made.number}",
        title=f"{names} {verb} changed in the books after closing",
        text=f"Sync {made.number} changed {figures.count(found.lines, 'line')}. {_effects(found, made)} The closed "
        "figures stay as they are on planning pages; reports show the books. Look at what changed, then accept the "
        "books or keep what was closed.",
        path=f"/c/{made.company.slug}/expenses/closed/",
        at=made.at,
    )


def _names(found: Restating) -> str:
    months = [figures.long_month(month) for month in found.months]
    if len(months) > 3:
        return f"{figures.long_month(min(found.months))} and {len(months) - 1} more closed months"
    return " and ".join(filter(None, (", ".join(months[:-1]), months[-1])))


def _effects(found: Restating, made: Publication) -> str:
    digits, currency = made.book.digits, made.book.currency
    told = [
        f"{figures.long_month(month)}: expenses change by {figures.difference(it.effect, digits)} {currency}."
        for month, it in found.months.items()
    ]
    return " ".join(told[:12])
