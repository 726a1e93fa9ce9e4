"""What a sync changes in closed months: found and written with its publication, so that it is told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.changes_between import KnownAt, line_changes
from tieout.ledger.closing import closed
from tieout.ledger.models import Book, Publication, Restatement
from tieout.ledger.queries import Cell


@dataclass(frozen=True, slots=True)
class Touched:
    """What a sync does to a closed month. ``effect`` is that on expense accounts: minor units, debit positive."""

    lines: int
    effect: int


@dataclass(frozen=True, slots=True)
class Restating:
    """The closed months that a sync changes, and how many lines that are: one that moves among them counts once."""

    lines: int
    months: Mapping[Month, Touched]


def note_restated(publication: Publication) -> Restating:
    """Write what a publication changes in closed months, within its transaction, and return it.

    The cost follows what the version changes, never the size of the book.
    """
    book, version = publication.book, publication.version
    shut = closed(book)
    earlier = Publication.objects.filter(book=book, version__lt=version).order_by("-version").first()
    if not shut or earlier is None:
        return Restating(0, {})
    cells = [Cell(month, month) for month in shut]
    states = KnownAt(earlier.version), KnownAt(version)
    found = line_changes(book, *states, cells, payroll_accounts=None, limit=0)
    types = {id_: account.type for id_, account in chart(book, version).items()}
    lines: defaultdict[Month, int] = defaultdict(int)
    effects: defaultdict[Month, int] = defaultdict(int)
    for place, tally in found.by_place.items():
        month = Month.from_key(place.month)
        lines[month] += tally.count
        effects[month] += tally.effect if types[place.account] is AccountType.EXPENSE else 0
    touched = {month: Touched(lines[month], effects[month]) for month in sorted(lines)}
    Restatement.objects.bulk_create(
        Restatement(close_id=shut[month].copy, publication=publication, lines=it.lines, effect=it.effect)
        for month, it in touched.items()
    )
    return Restating(sum(found.lines.values()), touched)


def restatements(book: Book) -> dict[int, list[Restatement]]:
    """Return the syncs that changed each copy's month, oldest first, by copy."""
    result: defaultdict[int, list[Restatement]] = defaultdict(list)
    rows = Restatement.objects.select_related("publication").filter(close__book=book).order_by("publication__number")
    for row in rows:
        result[row.close_id].append(row)
    return dict(result)
