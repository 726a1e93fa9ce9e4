"""What an address asks of a report."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from tieout.core.month import Month
from tieout.reports.queries import NoReport

_LONGEST = 10  # digits: Python refuses to read numbers of thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parameters that several reports share; None where the address is silent."""

    month: Month | None
    first: Month | None
    last: Month | None
    compare: Month | None
    sync: int | None
    as_then: bool  # by the mapping of the time

    @property
    def months(self) -> tuple[Month, Month] | None:
        """The range that is asked for: one month, or from … to."""
        if self.month:
            return self.month, self.month
        return (self.first, self.last) if self.first and self.last else None


def parse(query: QueryDict) -> Asked:
    """Return what the address asks; raise NoReport for what is no month and no number."""
    return Asked(
        month=month_of(query.get("month", "")),
        first=month_of(query.get("from", "")),
        last=month_of(query.get("to", "")),
        compare=month_of(query.get("compare", "")),
        sync=number_of(query.get("sync", ""), "the number of a sync"),
        as_then=query.get("mapping") == "then",
    )


def number_of(text: str, what: str) -> int | None:
    """Return the number that a part of an address holds, None where it is empty; raise NoReport for anything else."""
    if text and not (text.isascii() and text.isdecimal() and len(text) < _LONGEST):
        raise NoReport(f"{text!r} is not {what}")
    return int(text) if text else None


def month_of(text: str) -> Month | None:
    """Return the month that a part of an address holds, None where it is empty; raise NoReport for anything else."""
    if not text:
        return None
    try:
        return Month.parse(text)
    except ValueError:
        raise NoReport(f"{text!r} is not a month: write it like 2026-01") from None
