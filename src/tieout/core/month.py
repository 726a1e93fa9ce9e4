"""Months as values. Ranges are half-open: ``start <= day < end``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Month(NamedTuple):
    """A calendar month. Compares in time order; ``month + 1`` is the next one."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that holds a day."""
        return cls(day.year, day.month)

    @classmethod
    def from_key(cls, key: int) -> Month:
        """Return the month of a stored key: ``Month.from_key(202601) == Month(2026, 1)``."""
        return cls(*divmod(key, 100))

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month that ``2026-01`` names; raise ValueError for anything else."""
        day = date.fromisoformat(f"{text}-01")
        return cls(day.year, day.month)

    @property
    def key(self) -> int:
        """The integer that the database keeps: 202601 for January 2026. Keys sort as months do."""
        return self.year * 100 + self.number

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """The first day that is no longer in the month."""
        return (self + 1).start

    def __add__(self, months: object) -> Month:
        if not isinstance(months, int):
            return NotImplemented
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def until(self, end: Month) -> Iterator[Month]:
        """Yield this month and those after it, up to but without ``end``."""
        month = self
        while month < end:
            yield month
            month += 1

    def months_to(self, other: Month) -> int:
        """Return how many months later ``other`` is; negative if it is earlier."""
        return (other.year - self.year) * 12 + other.number - self.number

    def fiscal_year_start(self, first_month: int) -> Month:
        """Return the month in which the fiscal year of this one began; ``first_month`` is 1 to 12."""
        return Month(self.year - (self.number < first_month), first_month)
