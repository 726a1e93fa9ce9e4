"""What hledger makes of a journal, read from its own files."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests import machine
from tieout.core.month import Month

Grid = dict[str, list[Decimal]]
"""Amounts by row, debit positive, one a month of the range that was asked for."""


@dataclass(frozen=True, slots=True)
class Hledger:
    """A journal that hledger is asked about. Amounts are at cost: in the company's own currency."""

    journal: Path

    def balances(self, *query: str, first: Month | None = None, last: Month) -> dict[str, Decimal]:
        """Return what accounts moved by from one month through another, or, without a first, what they stand at."""
        found = self._grid(["bal", "-N", *_range(first, last), *query])
        return {row: sum(amounts, Decimal(0)) for row, amounts in found.items()}

    def monthly(self, *query: str, first: Month, last: Month, ends: bool = False) -> Grid:
        """Return what accounts moved by month by month; ``ends``: what they stand at each month's end."""
        return self._grid(["bal", "-N", "-M", *(["--historical"] * ends), *_range(first, last), *query])

    def net(self, command: str, *, first: Month, last: Month) -> list[Decimal]:
        """Return the last row of its ``is`` or ``cf``, month by month, in its sign; it leaves all zeros out."""
        found = self._grid([command, "-M", *_range(first, last)], heads=2).popitem()[1]
        return list(found) or [Decimal(0)] * (first.months_to(last) + 1)

    def _grid(self, words: list[str], heads: int = 1) -> Grid:
        rows = list(csv.reader(io.StringIO(_asked(self.journal, tuple(words)))))[heads:]
        return {row[0]: [Decimal(it) for it in row[1:]] for row in rows if all(row[1:])}


@cache
def _asked(journal: Path, words: tuple[str, ...]) -> str:
    command = [machine.hledger() or "hledger", "-f", str(journal), *words, "-B", "--flat", "-E", "-O", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a program of the system
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def _range(first: Month | None, last: Month | None) -> list[str]:
    end = (last + 1).start if last else date(9999, 1, 1)
    return [*(["-b", str(first.start)] if first else []), "-e", str(end)]
