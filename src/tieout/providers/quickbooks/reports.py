"""What all of QuickBooks' reports share: the envelope, its echo, the columns, the amounts, the text of a cut-off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from tieout.core.money import NotMoney, to_minor, to_text
from tieout.core.records import Window
from tieout.providers.quickbooks.wire import Cell, Report, Row

# QuickBooks ends a report of more than about 400,000 cells with this row, status 200, and leaves the rest out.
CUT = "Unable to display more data"
_CUT_BYTES = CUT.encode()
_AMOUNT = re.compile(r"-?[0-9,]*(?:\.[0-9]*)?")
_decoder = msgspec.json.Decoder(Report)


class Doubt(Exception):
    """A report failed a check of its own: it is read again, and refused if that does not help."""

    def __init__(self, doubt: str, where: str = "") -> None:
        super().__init__(doubt)
        self.doubt = doubt
        self.where = where


class Unknown(Doubt):
    """A report names something that the lists do not have: it may be newer than they are."""


class Moved(Doubt):
    """A report does not go on where the one before it ended: either may be wrong, or somebody has posted between."""


class CutOff(Exception):
    """The report is too large for one answer: the range has to be smaller."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a report was asked for, and so what its header must echo."""

    report: str
    start: date
    end: date  # the first day after
    basis: str  # "accrual" or "cash"
    currency: str
    digits: int

    @property
    def last(self) -> date:
        """The last day, as QuickBooks counts."""
        return self.end - timedelta(days=1)

    @property
    def window(self) -> Window:
        """The days that are asked for."""
        return Window(start=self.start, end=self.end)

    def params(self) -> dict[str, str]:
        """Return the parameters that every report takes."""
        return {
            "start_date": self.start.isoformat(),
            "end_date": self.last.isoformat(),
            "accounting_method": self.basis.title(),
        }

    def __str__(self) -> str:
        return f"{self.report} {self.start} to {self.last}"


def decode(raw: bytes) -> Report:
    """Return a report out of its bytes. Raise CutOff where it says that it is not whole; msgspec's errors."""
    report = _decoder.decode(raw)
    if _CUT_BYTES in raw and _says_cut(report.rows.row):
        raise CutOff
    return report


def _says_cut(rows: Sequence[Row]) -> bool:
    """Whether a row says so: a memo may quote the text without meaning it."""
    for row in rows:
        if row.cells and row.cells[0].value.startswith(CUT):
            return True
        if row.rows and _says_cut(row.rows.row):
            return True
    return False


def check_echo(report: Report, ask: Ask, *, start_counts: bool = True, money_counts: bool = True) -> None:
    """Raise Doubt unless the header says what was asked: QuickBooks ignores parameters that it does not know.

    A report without money (``money_counts=False``) need not name a basis and a currency.
    """
    header = report.header
    expected = [
        ("report", ask.report, header.name),
        ("end", ask.last.isoformat(), header.end),
    ]
    if money_counts or header.basis:
        expected.append(("basis", ask.basis.title(), header.basis))
    if money_counts or header.currency:
        expected.append(("currency", ask.currency, header.currency))
    if start_counts:
        expected.append(("start", ask.start.isoformat(), header.start))
    for what, asked, said in expected:
        if asked != said:
            raise Doubt(f"the report's {what} is {said!r}, asked for was {asked!r}", str(ask))
    if header.empty is False and not report.rows.row:
        raise Doubt("the report says that it has rows, and has none", str(ask))


def positions(report: Report, required: Iterable[str], ask: Ask) -> Mapping[str, int]:
    """Return where each column stands. Raise Doubt where a required one is missing or one is there twice."""
    found: dict[str, int] = {}
    for place, column in enumerate(report.columns.column):
        if found.setdefault(column.key, place) != place and column.key in required:
            raise Doubt(f"the column {column.key} is there twice", str(ask))
    for key in required:
        if key not in found:
            raise Doubt(f"the column {key} is missing", str(ask))
    return found


def minor(text: str, digits: int) -> int:
    """Return an amount cell in minor units: blank is zero. Raise NotMoney for what is no amount."""
    if not text:
        return 0
    if not _AMOUNT.fullmatch(text) or text in ("-", ".", "-.", ","):
        raise NotMoney(f"{text!r} is not an amount")
    whole, _, cents = text.replace(",", "").partition(".")
    if len(cents) == digits:
        return int(whole + cents)
    return to_minor(f"{whole}.{cents or '0'}", digits)


def sides(sums: Sequence[int], digits: int) -> str:
    """Return a debit and a credit sum (minor units) in words, for a doubt."""
    return f"debit {to_text(sums[0], digits)} and credit {to_text(sums[1], digits)}"


def amount_at(cells: Sequence[Cell], place: int, digits: int, where: str) -> int:
    """Return the amount of one cell in minor units. Raise Doubt naming the place for what is no amount."""
    try:
        return minor(cells[place].value, digits)
    except NotMoney as error:
        raise Doubt(str(error), where) from error
