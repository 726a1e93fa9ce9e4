"""What a run reads, decided before it reads: the start of history and the windows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieout.core.month import Month
from tieout.core.records import Window

YEARS_BACK = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """By what a version is read. It holds for the whole of the version, however long the run rests in between."""

    start: date  # of history: a fiscal year's first day
    first_month: int  # the fiscal year's, 1 to 12
    day: date  # the books' today: the month that holds it is the last one read by itself


def start_of_history(
    history: str, *, today: date, first_month: int, earliest: Month | None, known: date | None
) -> date:
    """Return the first posting date to read: always the first day of a fiscal year.

    ``history`` is "default" (the fiscal year two years back, or the first with a posting if that is later) or
    "everything". ``earliest`` is the first month with a posting, None for empty books. ``known`` is where the book
    starts already: it moves back if asked, never forward.
    """
    this_year = Month.of(today).fiscal_year_start(first_month)
    default = this_year - 12 * YEARS_BACK
    first = earliest.fiscal_year_start(first_month) if earliest else this_year
    start = first if history == "everything" else max(default, min(first, this_year))
    if known is None:
        return start.start
    return Month.of(min(start.start, known)).fiscal_year_start(first_month).start


def windows(start: date, *, today: date, future_months: int) -> list[Window]:
    """Return the windows to read: each month up to the running one, then what is dated ahead, in one."""
    running = Month.of(today)
    past = [Window(start=month.start, end=month.end) for month in Month.of(start).until(running + 1)]
    if not future_months:
        return past
    return [*past, Window(start=running.end, end=(running + 1 + future_months).start)]


def compared_months(start: date, *, today: date) -> list[Month]:
    """Return the month ends to compare: from the first month read to the running one."""
    return list(Month.of(start).until(Month.of(today) + 1))
