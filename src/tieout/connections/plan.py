"""What a run reads, decided before it reads: the start of history and the windows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tieout.core.month import Month
from tieout.core.records import Window

YEARS_BACK = 2
WHOLE_EVERY = timedelta(days=7)  # by the schedule, every month is read again at least this often


@dataclass(frozen=True, slots=True)
class Plan:
    """By what a version is read. It holds for the whole of the version, however long the run rests in between."""

    start: date  # of history: a fiscal year's first day
    first_month: int  # the fiscal year's, 1 to 12
    day: date  # the books' today: the month that holds it is the last one read by itself


def default_start(today: date, first_month: int) -> Month:
    """Return where history begins unless somebody asks for everything: the fiscal year two years back."""
    return Month.of(today).fiscal_year_start(first_month) - 12 * YEARS_BACK


def start_of_history(
    history: str, *, today: date, first_month: int, earliest: Month | None, known: date | None
) -> date:
    """Return the first posting date to read: always the first day of a fiscal year.

    ``history`` is "default" (the fiscal year two years back, or the first with a posting if that is later) or
    "everything". ``earliest`` is the first month with a posting, None for empty books. ``known`` is where the book
    starts already: it moves back if asked, never forward.
    """
    this_year = Month.of(today).fiscal_year_start(first_month)
    first = earliest.fiscal_year_start(first_month) if earliest else this_year
    start = first if history == "everything" else max(default_start(today, first_month), min(first, this_year))
    if known is None:
        return start.start
    return Month.of(min(start.start, known)).fiscal_year_start(first_month).start


def may_move_back(history: str, *, today: date, first_month: int, known: date) -> bool:
    """Whether a posting dated before the start of a book could move that start: else it is in the opening entry."""
    return history == "everything" or known > default_start(today, first_month).start


def still_right(
    kept: Plan, history: str, *, today: date, first_month: int, earliest: Callable[[], Month | None]
) -> bool:
    """Whether a version that was begun by a plan may go on by it, days later and whatever was asked meanwhile.

    ``earliest`` is asked only where nothing else can tell.
    """
    if kept.first_month != first_month:
        return False
    if history != "everything":
        return (
            kept.start >= default_start(today, first_month).start
            or kept.start < default_start(kept.day, first_month).start
        )
    if kept.start != default_start(kept.day, first_month).start:
        return True  # it began with the first posting already
    first = earliest()
    return first is None or first >= Month.of(kept.start)


def windows(start: date, *, today: date, future_months: int, span: int = 1) -> list[Window]:
    """Return the windows of everything up to the running month, then what is dated ahead, in one."""
    months = Month.of(start).until(Month.of(today) + 1)
    return changed_windows(months, start, today=today, future_months=future_months, span=span)


def changed_windows(
    months: Iterable[Month], start: date, *, today: date, future_months: int, span: int = 1
) -> list[Window]:
    """Return the windows that hold ``months``: neighbours up to ``span`` together, all after the running one too."""
    running = Month.of(today)
    past = _joined((month for month in sorted(set(months)) if Month.of(start) <= month <= running), span)
    if not future_months:
        return past
    return [*past, Window(start=running.end, end=(running + 1 + future_months).start)]


def _joined(months: Iterable[Month], span: int) -> list[Window]:
    found: list[Window] = []
    held = 0
    for month in months:
        if found and found[-1].end == month.start and held < span:
            found[-1], held = Window(start=found[-1].start, end=month.end), held + 1
        else:
            found.append(month_window(month))
            held = 1
    return found


def month_window(month: Month) -> Window:
    """Return a month as a window."""
    return Window(start=month.start, end=month.end)


def always_read(today: date) -> tuple[Month, Month]:
    """Return the months that are read whatever is told: the running one and the one before, where most work is done."""
    running = Month.of(today)
    return running - 1, running


def compared_months(start: date, *, today: date) -> list[Month]:
    """Return the month ends to compare: from the first month read to the running one."""
    return list(Month.of(start).until(Month.of(today) + 1))


def check_is_due(read_whole_at: datetime | None, *, now: datetime) -> bool:
    """Whether it is time to read every month again, whatever the change feed tells."""
    return read_whole_at is None or now - read_whole_at >= WHOLE_EVERY
