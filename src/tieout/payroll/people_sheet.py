"""People as a sheet: the template to fill in, and the list in the same layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tieout.companies.models import Company
from tieout.core.money import to_decimal
from tieout.kit.tables import Cell, Money, Sheet
from tieout.payroll.models import Employee, PayBasis
from tieout.payroll.money import digits_of
from tieout.payroll.person_fields import COLUMNS, RATE_DIGITS

HIDDEN = "hidden"
_DECEMBER = 12
_PER = {PayBasis.ANNUAL: "Year", PayBasis.MONTHLY: "Month", PayBasis.HOURLY: "Hour"}
_WIDTHS = (10, 24, 20, 24, 12, 12, 12, 14, 10, 14, 18, 10, 14, 14, 14, 20)
_EXAMPLES: tuple[tuple[str, ...], ...] = (
    ("E-001", "Ada Example", "Engineering", "Lead engineer", "Employee", "2026-01-15", "", "120000", "Year", "", "18",
     "10", "", "December", "", ""),
    ("E-002", "Ben Example", "Sales", "Account executive", "Employee", "2026-03-01", "", "5500", "Month", "", "18", "",
     "", "", "", "800"),
    ("C-001", "Cleo Example", "Design", "Illustrator", "Contractor", "2026-02-01", "2026-08-31", "65", "Hour", "80",
     "0", "", "", "", "", ""),
)  # fmt: skip
_NOTES = (
    ("Name and Start are needed; every other column may be left out or empty.",),
    ("ID is your payroll system's own. A row with the ID, or name and start, of somebody listed changes them.",),
    ("Department is one of Settings › Departments. Role is Employee or Contractor. End is the last day of work.",),
    ("Pay per is Year, Month or Hour; an hourly pay needs the hours a month.",),
    ("Benefits & taxes is a percentage of the month's pay. Bonus and Commission are one of a year's pay, or amounts.",),
    ("Dates are written as 2026-01-31, amounts as 1234.50.",),
)  # fmt: skip


def template() -> list[Sheet]:
    """Return the sheet to fill in, and one that explains it. The examples are to be replaced."""
    head = tuple(column.label for column in COLUMNS)
    return [
        Sheet(name="People", rows=(head, *_EXAMPLES), widths=_WIDTHS),
        Sheet(name="How to", rows=(("How to fill in this sheet",), *_NOTES), widths=(110,)),
    ]


def sheet(company: Company, people: Iterable[Employee], *, pay: bool) -> Sheet:
    """Return the list as it stands. Without ``pay`` the columns of pay say that they are hidden."""
    digits = digits_of(company)
    rows = [_row(one, digits) if pay else _without_pay(_row(one, digits)) for one in people]
    return Sheet(name="People", rows=(tuple(column.label for column in COLUMNS), *rows), widths=_WIDTHS)


def _row(one: Employee, digits: int) -> tuple[Cell, ...]:
    return (
        one.ref,
        one.name,
        one.department.name if one.department else "",
        one.title,
        one.get_role_display(),
        str(one.start),
        str(one.end) if one.end else "",
        Money(one.amount, digits),
        _PER[PayBasis(one.basis)],
        to_decimal(one.hours, 2) if one.hours else "",
        _rate(one.benefits),
        _rate(one.bonus_rate),
        Money(one.bonus_amount, digits) if one.bonus_amount else "",
        one.bonus_month if one.bonus_rate or one.bonus_amount or one.bonus_month != _DECEMBER else "",
        _rate(one.commission_rate),
        Money(one.commission_amount, digits) if one.commission_amount else "",
    )


def _rate(rate: int) -> Cell:
    return to_decimal(rate, RATE_DIGITS).normalize() if rate else ""


def _without_pay(row: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(HIDDEN if column.pay else cell for column, cell in zip(COLUMNS, row, strict=True))
