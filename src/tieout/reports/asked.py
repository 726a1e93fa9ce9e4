"""What an address asks of a report."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from tieout.core.month import Month
from tieout.reports.queries import NoReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parameters that several reports share; None where the address is silent."""

    month: Month | None
    first: Month | None
    last: Month | None
    compare: Month | None
    sync: int | None

    @property
    def months(self) -> tuple[Month, Month] | None:
        """The range that is asked for: one month, or from … to."""
        if self.month:
            return self.month, self.month
        return (self.first, self.last) if self.first and self.last else None


def parse(query: QueryDict) -> Asked:
    """Return what the address asks; raise NoReport for what is no month and no number."""
    sync = query.get("sync", "")
    if sync and not (sync.isascii() and sync.isdecimal() and len(sync) < 10):
        raise NoReport(f"{sync!r} is not the number of a sync")
    return Asked(
        month=_month(query.get("month", "")),
        first=_month(query.get("from", "")),
        last=_month(query.get("to", "")),
        compare=_month(query.get("compare", "")),
        sync=int(sync) if sync else None,
    )


def _month(text: str) -> Month | None:
    if not text:
        return None
    try:
        return Month.parse(text)
    except ValueError:
        raise NoReport(f"{text!r} is not a month: write it like 2026-01") from None
