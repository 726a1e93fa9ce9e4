"""What a budget holds, as a value: its lines, and the digest that proves that they never changed. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tieout.core.month import Month

_FORM = "tieout-budget-1"  # the canonical form's own version: a digest of another form would never match


REVENUE, OTHER_INCOME = "Revenue", "Other income"  # the categories of the income side
INCOME = frozenset({REVENUE, OTHER_INCOME})
PEOPLE = "people"  # the kind of the line that stands for the hiring plan, which is no expense; its mark in files


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row with its months, in minor units, debit positive: a cost is positive, revenue negative.

    Labels that are blank are filled from the expense, or stream, where one is named.
    """

    expense: int | None = None
    number: str = ""
    name: str = ""
    department: str = ""
    category: str = ""
    kind: str = ""
    amounts: Mapping[Month, int] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}".strip()

    @property
    def income(self) -> bool:
        """Whether it is a stream's: revenue or other income."""
        return self.category in INCOME

    @property
    def sign(self) -> int:
        """What its amounts are multiplied by where people see or type them: income is shown positive."""
        return -1 if self.income else 1

    @property
    def total(self) -> int:
        """The sum of its months."""
        return sum(self.amounts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a version says."""

    name: str
    note: str
    currency: str
    digits: int
    first: Month
    last: Month
    lines: tuple[Line, ...]


def digest(content: Content) -> str:
    """Return the SHA-256 of a canonical form: lines in their order, months in time order, zeros left out."""
    form = [
        _FORM, content.name, content.note, content.currency, content.digits, content.first.key, content.last.key,
        [_canonical(line) for line in content.lines],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _canonical(line: Line) -> list[object]:
    months = [[month.key, amount] for month, amount in sorted(line.amounts.items()) if amount]
    return [line.expense or 0, line.number, line.name, line.department, line.category, line.kind, months]


def by_month(lines: Iterable[Line]) -> dict[Month, int]:
    """Return the sum of lines, month by month."""
    sums: dict[Month, int] = {}
    for line in lines:
        for month, amount in line.amounts.items():
            sums[month] = sums.get(month, 0) + amount
    return sums


def by_expense(lines: Iterable[Line]) -> dict[int, dict[Month, int]]:
    """Return months by expense id; lines without one are left out, lines of the same one are added."""
    sums: dict[int, dict[Month, int]] = {}
    for line in lines:
        if line.expense:
            months = sums.setdefault(line.expense, {})
            for month, amount in line.amounts.items():
                months[month] = months.get(month, 0) + amount
    return sums
