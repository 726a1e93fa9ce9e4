"""What is known of a person, as columns of a sheet and fields of a form: one reading for both.

What a sheet or a form does not have is left as it is; a new person then gets the model's default.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tieout.core.days import Order, parse_day
from tieout.core.typed import NotTyped, parse_amount, parse_decimal, parse_month
from tieout.departments.models import Department
from tieout.payroll.models import PayBasis, Role

Value = str | int | date | None
RATE_DIGITS = 4  # decimals of a percent that are kept
MOST = 1_000  # percent
HOURS_IN_A_MONTH = 744
_PERCENT = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its head in our own sheets, other heads that it is known by, whether it tells of pay."""

    key: str
    label: str
    others: tuple[str, ...] = ()
    pay: bool = False


COLUMNS = (
    Column("ref", "ID", ("employee id", "employee number", "employee no", "ref", "reference", "payroll id")),
    Column("name", "Name", ("employee", "employee name", "full name", "person")),
    Column("department", "Department", ("team",)),
    Column("title", "Title", ("job title", "position")),
    Column("role", "Role", ("role type", "type", "employment type", "worker type")),
    Column("start", "Start", ("start date", "hire date", "hired", "started")),
    Column("end", "End", ("end date", "termination date", "left", "last day")),
    Column("amount", "Pay", ("salary", "rate", "pay rate", "annual salary", "amount", "base pay"), pay=True),
    Column("basis", "Pay per", ("per", "unit", "pay unit", "pay type", "pay basis"), pay=True),
    Column("hours", "Hours a month", ("hours", "monthly hours"), pay=True),
    Column("benefits", "Benefits & taxes %", ("benefits and taxes %", "benefits & taxes", "benefits %"), pay=True),
    Column("bonus_rate", "Bonus %", (), pay=True),
    Column("bonus_amount", "Bonus a year", ("bonus", "bonus amount"), pay=True),
    Column("bonus_month", "Bonus month", (), pay=True),
    Column("commission_rate", "Commission %", (), pay=True),
    Column("commission_amount", "Commission a month", ("commission", "commission amount"), pay=True),
)
LABELS = {column.key: column.label for column in COLUMNS}
PAY = frozenset(column.key for column in COLUMNS if column.pay)
_ROLES = {
    **dict.fromkeys(
        ("", "employee", "full-time", "full time", "part-time", "part time", "staff", "w-2"), Role.EMPLOYEE
    ),
    **dict.fromkeys(("contractor", "freelancer", "consultant", "1099"), Role.CONTRACTOR),
}
_BASES = {
    **dict.fromkeys(("", "year", "a year", "annual", "annually", "yearly", "salary"), PayBasis.ANNUAL),
    **dict.fromkeys(("month", "a month", "monthly"), PayBasis.MONTHLY),
    **dict.fromkeys(("hour", "an hour", "hourly", "wage"), PayBasis.HOURLY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What reading needs beside the text: whose departments there are, and how money and days are written."""

    departments: Sequence[Department]
    digits: int
    currency: str = ""
    order: Order | None = None  # of day and month, where a column shows it


@dataclass(slots=True)
class Read:
    """What was understood, by the model's attribute, and what was not, by column key."""

    values: dict[str, Value] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def folded(text: str) -> str:
    """Return a text as it is compared: case, width and inner spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def column_of(head: str) -> str:
    """Return the key of the column that a head names, or ""."""
    return _HEADS.get(folded(head), "")


def read_person(cells: Mapping[str, str], context: Context) -> Read:
    """Return what the cells (by column key) say of a person."""
    read = Read()
    for key, text in cells.items():
        attribute = "department_id" if key == "department" else key
        try:
            read.values[attribute] = _READERS[key](text.strip(), context)
        except NotTyped as refusal:
            read.errors[key] = str(refusal)
    _check_together(read)
    return read


def read_rate(text: str) -> int:
    """Return a typed percentage as a rate: ``read_rate("12.5 %") == 125_000``. Raise NotTyped."""
    plain = text.strip().removesuffix("%").strip()
    if not plain:
        return 0
    # No percentage has thousands: 12.375 is twelve and a bit.
    percent = Decimal(plain.replace(",", ".")) if _PERCENT.fullmatch(plain) else parse_decimal(plain, 2)
    if percent != round(percent, RATE_DIGITS):
        raise NotTyped(f"“{text}” has more than {RATE_DIGITS} decimals. Round it first.")
    if abs(percent) > MOST:
        raise NotTyped(f"“{text}” is over {MOST:,} percent. Check the number.")
    return int(percent.scaleb(RATE_DIGITS))


def _not_negative(value: int, text: str) -> int:
    if value < 0:
        raise NotTyped(f"“{text}” is below zero. Write what is paid as a positive figure.")
    return value


def _name(text: str, _: Context) -> str:
    if not text:
        raise NotTyped("The name is missing.")
    return _text(200)(text, _)


def _text(longest: int) -> Callable[[str, Context], str]:
    def read(text: str, _: Context) -> str:
        clean = " ".join(text.split())
        if len(clean) > longest:
            raise NotTyped(f"“{clean[:40]}…” is longer than {longest} letters. Shorten it.")
        return clean

    return read


def _department(text: str, context: Context) -> int | None:
    if not text:
        return None
    found = next((it.pk for it in context.departments if folded(it.name) == folded(text)), None)
    if found is None:
        raise NotTyped(f"There is no department “{text}”. Add it under Settings › Departments, or correct the name.")
    return found


def _choice(choices: Mapping[str, str], words: str) -> Callable[[str, Context], str]:
    def read(text: str, _: Context) -> str:
        found = choices.get(folded(text).removeprefix("per ").removeprefix("/"))
        if found is None:
            raise NotTyped(f"“{text}” is not known here. Write {words}.")
        return str(found)

    return read


def _start(text: str, context: Context) -> date:
    return parse_day(text, context.order)


def _end(text: str, context: Context) -> date | None:
    return parse_day(text, context.order) if text and text not in "-–" else None


def _pay(text: str, context: Context) -> int:
    if not text:
        raise NotTyped("The pay is missing. Write 0 where it is not known.")
    return _money(text, context)


def _money(text: str, context: Context) -> int:
    if not text or text in "-–":
        return 0
    return _not_negative(parse_amount(text, context.digits, currency=context.currency), text)


def _hours(text: str, _: Context) -> int:
    hours = parse_decimal(text, 2) if text and text not in "-–" else Decimal(0)
    if not 0 <= hours <= HOURS_IN_A_MONTH or hours != round(hours, 2):
        raise NotTyped(f"“{text}” is no number of hours in a month. Write it as 160 or 86.67.")
    return int(hours.scaleb(2))


def _rate(text: str, _: Context) -> int:
    return _not_negative(read_rate("" if text in ("-", "–") else text), text)


def _bonus_month(text: str, _: Context) -> int:
    if not text:
        return 12
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 12:
        return int(text)
    try:
        return parse_month(f"{text} 2026").number
    except NotTyped as refusal:
        raise NotTyped(f"“{text}” is not a month of the year. Write 12 or December.") from refusal


_READERS: dict[str, Callable[[str, Context], Value]] = {
    "ref": _text(80),
    "name": _name,
    "department": _department,
    "title": _text(200),
    "role": _choice(_ROLES, "Employee or Contractor"),
    "start": _start,
    "end": _end,
    "amount": _pay,
    "basis": _choice(_BASES, "Year, Month or Hour"),
    "hours": _hours,
    "benefits": _rate,
    "bonus_rate": _rate,
    "bonus_amount": _money,
    "bonus_month": _bonus_month,
    "commission_rate": _rate,
    "commission_amount": _money,
}
_HEADS = {folded(name): column.key for column in COLUMNS for name in (column.label, *column.others)}


def _check_together(read: Read) -> None:
    values = read.values
    start, end = values.get("start"), values.get("end")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        read.errors["end"] = f"The end, {end}, is before the start, {start}. Correct one of them."
    if values.get("basis") == PayBasis.HOURLY and "hours" in values and not values["hours"]:
        read.errors["hours"] = "An hourly pay needs the hours a month. Write them as 160."
    for one, other in (("bonus_rate", "bonus_amount"), ("commission_rate", "commission_amount")):
        if values.get(one) and values.get(other):
            read.errors[other] = f"{LABELS[one]} and {LABELS[other]} are both given. Keep one of them."
        for given, left_out in ((one, other), (other, one)):
            if values.get(given) and left_out not in values:
                values[left_out] = 0  # what is given takes the other's place
