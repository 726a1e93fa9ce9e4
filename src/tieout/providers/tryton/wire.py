"""What Tryton's server answers, as typed structs: no more than is read. Values carry their type in ``__class__``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
Flag = bool | int  # a server on SQLite writes 0 and 1


class Typed(msgspec.Struct, gc=False):
    """A date, a time or an amount, whichever ``__class__`` says."""

    kind: str = msgspec.field(name="__class__")
    decimal: str = ""
    year: int = 1
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    microsecond: int = 0

    def amount(self) -> Decimal:
        """Return the amount. Raise ValueError if it is none."""
        try:
            value = Decimal(self.decimal)
        except InvalidOperation:
            value = Decimal("NaN")
        if self.kind != "Decimal" or not value.is_finite():
            raise ValueError(f"{self.decimal or self.kind!r} is no amount")
        return value

    def date(self) -> date:
        """Return the day. Raise ValueError if it is none."""
        if self.kind not in ("date", "datetime"):
            raise ValueError(f"{self.kind!r} is no date")
        return date(self.year, self.month, self.day)

    def moment(self) -> datetime:
        """Return the moment by the server's own clock, which has no time zone. Raise ValueError if it is none."""
        if self.kind != "datetime":
            raise ValueError(f"{self.kind!r} is no moment")
        return datetime(  # noqa: DTZ001 - Tryton's moments have no time zone
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond
        )


def day(it: date) -> dict[str, object]:
    """Return a day as a call carries it."""
    return {"__class__": "date", "year": it.year, "month": it.month, "day": it.day}


def moment(it: datetime) -> dict[str, object]:
    """Return a moment of the server's clock as a call carries it."""
    clock = {"hour": it.hour, "minute": it.minute, "second": it.second, "microsecond": it.microsecond}
    return {**day(it), **clock, "__class__": "datetime"}


class Answer(msgspec.Struct, Generic[T]):
    """The frame of each answer: a result, or what went wrong."""

    id: int | None = None
    result: T | msgspec.UnsetType = msgspec.UNSET
    error: list[object] | None = None


class Preferences(msgspec.Struct):
    """What the server says of whoever has logged in."""

    companies: list[int] = []
    company: int | None = None
    company_filter: str = "one"

    @property
    def readable(self) -> list[int]:
        """The companies whose moves this user is shown: of any other there seem to be none."""
        if self.company_filter == "all":
            return self.companies
        return [] if self.company is None else [self.company]


class Row(msgspec.Struct):
    id: int


class Named(Row):
    name: str


class Currency(Row):
    code: str | None
    digits: int


class Company(Row):
    party: Named = msgspec.field(name="party.")
    currency: Currency = msgspec.field(name="currency.")
    timezone: str | None = None


class Span(Row):
    """A fiscal year or a period."""

    start_date: Typed
    end_date: Typed


class Type(Named):
    """A type of accounts: a row of the statements."""

    parent: int | None
    statement: str | None
    assets: Flag | None
    receivable: Flag | None
    stock: Flag | None
    payable: Flag | None
    debt: Flag | None
    revenue: Flag | None
    expense: Flag | None


class SecondCurrency(Row):
    code: str | None


class Account(Named):
    code: str | None
    type: int | None
    parent: int | None
    closed: Flag | None
    active: Flag | None
    party_required: Flag | None
    second_currency: SecondCurrency | None = msgspec.field(name="second_currency.")


class Sums(Row):
    """What an account moved by in the time that the call names."""

    debit: Typed
    credit: Typed


class Pair(Row):
    """An account on which a party has lines."""

    account: int
    party: int


class PartyOfLine(Row):
    account: int
    party: int | None


class Party(Row):
    name: str | None
    active: Flag | None


class Employee(Row):
    party: int


class Analytic(Named):
    code: str | None
    type: str
    root: int | None
    parent: int | None
    active: Flag | None


class AnalyticLine(Row):
    move_line: int
    account: int
    debit: Typed
    credit: Typed


class Line(Row):
    move: int
    account: int
    debit: Typed
    credit: Typed
    party: int | None
    description: str | None
    amount_second_currency: Typed | None
    second_currency: SecondCurrency | None = msgspec.field(name="second_currency.")
    analytic: list[AnalyticLine] = []  # read apart, and put here


class Journal(Row):
    name: str | None
    type: str | None


class Period(Row):
    type: str | None


class Move(Row):
    date: Typed
    number: str | None
    description: str | None
    origin: str | None
    journal: Journal = msgspec.field(name="journal.")
    period: Period = msgspec.field(name="period.")
    lines: list[Line] = []  # read apart, and put here


class Place(Row):
    """Where a move stands."""

    journal: int
    period: int


class Dated(Row):
    date: Typed


class OfMove(Row):
    move: Dated = msgspec.field(name="move.")


class Written(Row):
    create_date: Typed | None
    write_date: Typed | None
