"""Typed actuals that somebody should look at: the books have moved under them, or their row is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from tieout.companies.models import Company
from tieout.core.actuals import Figure
from tieout.expenses.sections import Section
from tieout.ledger.models import Book
from tieout.planning.actual_records import Record, all_records
from tieout.planning.actuals import Actuals, MovedCell, effective
from tieout.planning.models import TypedActual
from tieout.planning.queries import rules_and_closings

_KEPT = 24 * 3600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A typed month under which the books say something else by now."""

    record: Record
    row: str
    label: str
    section: Section
    section_label: str
    figure: Figure
    income: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for somebody, oldest month first, in the actuals that it was found in."""

    found: Actuals | None = None
    flags: Sequence[Flag] = ()
    moved: Sequence[MovedCell] = ()

    @property
    def count(self) -> int:
        """How many typed months wait."""
        return len(self.flags) + len(self.moved)


def waiting(company: Company, book: Book) -> Waiting:
    """Return what waits in any month."""
    typed = all_records(company)
    if not typed:
        return Waiting()
    found = effective(company, book, typed[0].month, typed[-1].month, estimated=False)
    sections = {it.key: it for it in found.sections}
    flags = [
        Flag(
            record=record,
            row=row,
            label=label,
            section=section,
            section_label=sections[section].label,
            figure=figure,
            income=sections[section].income,
        )
        for (row, month), label, section, figure in found.figures()
        if figure.moved_on and (record := found.records.get((row, month)))
    ]
    flags.sort(key=lambda it: it.record.month)
    return Waiting(found=found, flags=flags, moved=found.moved)


def waiting_count(company: Company, book: Book) -> int:
    """Return how many typed months wait: the badge's number. Counted anew when anything of it may have changed."""
    typed = TypedActual.objects.filter(company=company)
    state = typed.aggregate(Count("pk"), Sum("amount"), Sum("over"), Max("at"), Max("pk"))
    if not state["pk__count"]:
        return 0
    parts = (company.pk, book.pk, book.published, *rules_and_closings(company, book), *state.values())
    key = "actuals:" + ":".join(str(part).replace(" ", "T") for part in parts)
    found: int | None = cache.get(key)
    if found is None:
        found = waiting(company, book).count
        cache.set(key, found, _KEPT)
    return found
