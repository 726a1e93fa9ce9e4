"""Which closed months wait for a decision, without all that their page shows. A handful of queries."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.core.month import Month
from tieout.ledger import closing
from tieout.ledger.closing import ClosedMonth
from tieout.ledger.differing import differing
from tieout.ledger.models import Book, CloseAct
from tieout.ledger.restating import restatements

Closed = Mapping[Month, ClosedMonth]


def closed_months(book: Book) -> Closed:
    """Return the closed months of a book."""
    return closing.closed(book)


def waiting_months(book: Book, shut: Closed) -> list[Month]:
    """Return the closed months that the books say something else of and that nobody has kept since, oldest first.

    The same months as `closed_months.month_rows` marks as waiting.
    """
    if not shut:
        return []
    told = restatements(book)
    cells = {it.month for it in differing(book) if it.changed or it.remapped}
    last = {Month.from_key(row.month): row for row in reversed(closing.history(book))}
    result = []
    for month, it in sorted(shut.items()):
        since = told.get(it.copy, [])
        newest = since[-1].publication.number if since else 0
        decided = last[month]
        kept = decided.act == CloseAct.KEPT and decided.publication.number >= newest
        if (month in cells or since) and not kept:
            result.append(month)
    return result
