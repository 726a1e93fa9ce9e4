"""The sides of a comparison, by what the address calls them: a version's id, "actuals", or a registered source."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.budgets import queries, starting
from tieout.budgets.comparing import Period, Side
from tieout.budgets.sources import source, sources
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.books import Current, current
from tieout.expenses.periods import By, admitted_through, fiscal_year, spans
from tieout.ledger.models import Book

ACTUALS = "actuals"
Choice = tuple[str, str]


def choices(company: Company) -> list[Choice]:
    """Return what can be compared, as (key, label): versions, the newest first, then actuals and what is registered."""
    versions = [(str(each.pk), each.name) for each in queries.budgets(company)]
    if not isinstance(current(company), Current):
        return versions
    return [
        *versions,
        (ACTUALS, "Actuals"),
        *((each.key, each.label[:1].upper() + each.label[1:]) for each in sources()),
    ]


def beside(company: Company, key: str, keys: Sequence[str], *, today: Month) -> str:
    """Return the key of what a side is held against unless somebody chooses.

    That is the actuals, or the forecast where a version shares no month with them; else whatever else there is.
    """
    version = queries.budget(company, int(key)) if key.isdecimal() and len(key) < 19 else None
    planned = version is not None and Month.from_key(version.first) > (admitted_through(company) or today - 1)
    first = [*(each.key for each in sources()), ACTUALS] if planned else [ACTUALS]
    return next((it for it in (*first, *keys) if it in keys and it != key), "")


def side(company: Company, key: str, *, today: Month) -> Side | None:
    """Return a side, or None if there is nothing of that name."""
    if key.isdecimal() and len(key) < 19:
        version = queries.budget(company, int(key))
        if version is None:
            return None
        return Side(key=key, label=version.name, lines=tuple(queries.lines(version).values()))
    found = current(company)
    if not isinstance(found, Current):
        return None
    if key == ACTUALS:
        through = admitted_through(company) or today - 1
        lines = starting.actuals(company, found.book, Month.of(found.book.start), through)
        return Side(key=key, label="Actuals", lines=tuple(lines), through=through)
    if told := source(key):
        return Side(key=key, label=told.label, lines=tuple(starting.told(told, company, found.book)))
    return None


def range_of(company: Company, sides: Sequence[Side]) -> tuple[Month, Month] | None:
    """Return the months that make sense of the sides: those of the versions among them, up to what both know.

    None if no month is left.
    """
    versions = [found for each in sides if each.key.isdecimal() and (found := queries.budget(company, int(each.key)))]
    months = [(Month.from_key(it.first), Month.from_key(it.last)) for it in versions]
    if not months:
        known = sorted(month for each in sides for line in each.lines for month in line.amounts)
        months = [(known[-1] - 11, known[-1])] if known else []
    if not months:
        return None
    first, last = min(first for first, _ in months), max(last for _, last in months)
    last = min([last, *(each.through for each in sides if each.through)])
    return (first, last) if first <= last else None


def periods(first: Month, last: Month, *, by: str, book: Book | None) -> list[Period]:
    """Return the groups of columns: all months as one, fiscal years, quarters, or months."""
    months = tuple(first.until(last + 1))
    first_month = book.fiscal_year_first_month if book else 1
    if by in (By.MONTH, By.QUARTER):
        found = spans(first, last, by=By(by), first_month=first_month, through=last, running=last)
        groups = [(it.label, it.first, it.last) for it in found if not it.total]
        return [
            Period(label=label, months=tuple(it for it in months if start <= it <= end)) for label, start, end in groups
        ]
    if by == By.YEAR:
        years: dict[int, list[Month]] = {}
        for month in months:
            years.setdefault(fiscal_year(month, first_month), []).append(month)
        return [Period(label=f"FY {year}", months=tuple(inside)) for year, inside in years.items()]
    return [Period(label="", months=months)]
