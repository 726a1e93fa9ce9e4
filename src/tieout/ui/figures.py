"""How figures, months and times are written on a page. Rounding happens here and nowhere before it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from tieout.core.money import to_text
from tieout.core.month import Month

ZERO = "–"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def whole(minor: int | None, digits: int) -> str:
    """Return whole units, ``"1,234"``, ``"(1,234)"`` for a negative; zero is an en dash, None is empty.

    Half a unit is rounded away from zero. An amount that is not zero but rounds to it stays a figure: ``"0"``.
    """
    if not minor:
        return "" if minor is None else ZERO
    unit = 10**digits
    units = (abs(minor) + unit // 2) // unit
    return f"({units:,})" if minor < 0 and units else f"{units:,}"


def exact(minor: int | None, digits: int) -> str:
    """Return all decimals, ``"1,234.50"``, ``"(1,234.50)"`` for a negative; zero is an en dash, None is empty."""
    if not minor:
        return "" if minor is None else ZERO
    return f"({_grouped(-minor, digits)})" if minor < 0 else _grouped(minor, digits)


def difference(minor: int, digits: int) -> str:
    """Return all decimals, and ``"0.00"`` for zero: where the point is that nothing is left over."""
    return exact(minor, digits) if minor else _grouped(0, digits)


def short_month(month: Month) -> str:
    """Return ``"Oct 26"``, the head of a column."""
    return f"{_MONTHS[month.number - 1][:3]} {month.year % 100:02d}"


def month_name(number: int) -> str:
    """Return ``"January"`` for 1."""
    return _MONTHS[number - 1]


def long_month(month: Month) -> str:
    """Return ``"October 2026"``, for sentences and titles."""
    return f"{_MONTHS[month.number - 1]} {month.year}"


def day(when: date) -> str:
    """Return ``"1 Oct 2026"``."""
    return f"{when.day} {_MONTHS[when.month - 1][:3]} {when.year}"


def short_day(when: date) -> str:
    """Return ``"1 Oct"``, where the year is told nearby."""
    return f"{when.day} {_MONTHS[when.month - 1][:3]}"


def stamp(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return when something happens, seen from ``now``: ``"today 06:12"``, ``"yesterday 23:40"``, ``"1 Oct 06:12"``.

    Both times are aware; the days are those of ``zone``. Another year is named: ``"31 Dec 2025 06:12"``.
    """
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    match (today - local.date()).days:
        case 0:
            name = "today"
        case 1:
            name = "yesterday"
        case -1:
            name = "tomorrow"
        case _:
            name = short_day(local) if local.year == today.year else day(local)
    return f"{name} {local:%H:%M}"


def span(length: timedelta) -> str:
    """Return a length in the unit that people would say it in: ``"40 minutes"``, ``"26 hours"``, ``"3 days"``."""
    minutes = max(int(length.total_seconds()) // 60, 1)
    if minutes < 120:
        return count(minutes, "minute")
    return count(minutes // 60, "hour") if minutes < 72 * 60 else count(minutes // (24 * 60), "day")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``"1 entry"`` or ``"1,204 entries"``: ``count(n, "entry", "entries")``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def share(per_mille: int) -> str:
    """Return thousandths as a percentage: ``"98.7%"``, ``"100%"``."""
    whole_, tenths = divmod(per_mille, 10)
    return f"{whole_}.{tenths}%" if tenths else f"{whole_}%"


def percent(tenths: int | None) -> str:
    """Return tenths of a percent as ``"12.5 %"``, ``"(3.0 %)"`` for a negative; zero is an en dash, None is empty."""
    if not tenths:
        return "" if tenths is None else ZERO
    units, rest = divmod(abs(tenths), 10)
    return f"({units:,}.{rest} %)" if tenths < 0 else f"{units:,}.{rest} %"


def _grouped(minor: int, digits: int) -> str:
    units, _, decimals = to_text(minor, digits).partition(".")
    return f"{int(units):,}.{decimals}" if decimals else f"{int(units):,}"
