"""Typed actuals that somebody should look at: the books have moved under them, or their row is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from tieout.companies.models import Company
from tieout.core.actuals import Figure
from tieout.expenses.sections import Section
from tieout.kit.remember import remembered
from tieout.ledger.models import Book
from tieout.planning.actual_cash import CashActuals, cash_actuals
from tieout.planning.actual_records import BANK, CASH, Record, all_records
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
    """What waits for somebody, oldest month first."""

    flags: Sequence[Flag] = ()
    moved: Sequence[MovedCell] = ()
    sections: Mapping[Section, tuple[str, bool]] = field(default_factory=dict)  # name, and whether it is income

    @property
    def count(self) -> int:
        """How many typed months wait."""
        return len(self.flags) + len(self.moved)

    @property
    def people(self) -> set[int | None]:
        """Who typed them (ids)."""
        return {it.record.person for it in self.flags} | {it.record.person for it in self.moved}


def waiting(company: Company, book: Book) -> Waiting:
    """Return what waits in any month."""
    typed = all_records(company)
    if not typed:
        return Waiting()
    first, last = typed[0].month, typed[-1].month
    found = effective(company, book, first, last, estimated=False)
    banks = any(it.row.startswith(BANK) for it in typed)
    cash = cash_actuals(company, book, first, last) if banks else None
    sections = {it.key: (it.label, it.income) for it in found.sections} | {CASH: ("Cash", False)}
    parts: list[Actuals | CashActuals] = [found, cash] if cash else [found]
    flags = [
        Flag(
            record=record,
            row=row,
            label=label,
            section=section,
            section_label=sections[section][0],
            figure=figure,
            income=sections[section][1],
        )
        for part in parts
        for (row, month), label, section, figure in part.figures()
        if figure.moved_on and (record := part.records.get((row, month)))
    ]
    flags.sort(key=lambda it: it.record.month)
    return Waiting(flags=flags, moved=[it for part in parts for it in part.moved], sections=sections)


@remembered
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
