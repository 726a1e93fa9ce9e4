"""Books files: a company's books as JSON Lines, which every sandbox serves and tests write by hand.

One object a line, each with its ``kind``: company, account, vendor, customer, employee (the three parties), item,
dimension, entry. Amounts are decimal strings, debit positive; the lines of an entry sum to zero. Keys and kinds
that are not named here are refused with their place. Lists may stand before or after the entries.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeVar

import msgspec

from tieout.core.accounts import AccountType
from tieout.core.money import currency_digits

_AMOUNT = re.compile(r"-?\d+(?:\.(\d+))?")
_MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
# What QuickBooks, Xero and the ISO list need stays well inside; beyond it somebody mistook the key.
_MOST_DIGITS = 6


class BadBooks(ValueError):
    """The books file is not what it should be; ``place`` says where."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """The base of all rows."""


class Company(_Row, frozen=True, tag="company"):
    """Whose books they are. ``fiscal_year_start`` is a month: 4, "April" or "04-01"."""

    name: str
    currency: str
    digits: int | None = None
    fiscal_year_start: int | str = 1
    timezone: str = "UTC"

    @property
    def decimals(self) -> int:
        """How many decimals the company's amounts have."""
        return currency_digits(self.currency) if self.digits is None else self.digits

    @property
    def fiscal_year_first_month(self) -> int:
        """The month, 1 to 12, in which the fiscal year begins. Raise ValueError for text that names none."""
        text = str(self.fiscal_year_start).strip().lower()
        digits = re.fullmatch(r"(?:\d{4}-)?-*(\d{1,2})(?:-\d{1,2})?", text)
        number = int(digits[1]) if digits else _MONTHS.get(text, 0)
        if not 1 <= number <= 12:
            raise ValueError(f"{self.fiscal_year_start!r} names no month")
        return number


class Account(_Row, frozen=True, tag="account"):
    """A row of the chart of accounts; ``parent`` is the id of the account above."""

    id: str
    name: str
    type: AccountType
    number: str | None = None
    subtype: str | None = None
    parent: str | None = None
    active: bool = True


class PartyKind(StrEnum):
    VENDOR = "vendor"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vendor, customer or employee: the row's kind says which. Ids are unique among all three."""

    kind: PartyKind
    id: str
    name: str


class Item(_Row, frozen=True, tag="item"):
    """A product or service."""

    id: str
    name: str


class DimensionValue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One option of a dimension; ``parent`` is the id of another one."""

    id: str
    name: str
    parent: str | None = None


class Dimension(_Row, frozen=True, tag="dimension"):
    """A tracking axis with its values."""

    id: str
    name: str
    values: tuple[DimensionValue, ...] = ()


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One posting. ``amount`` is in the company's currency, debit positive; ids refer to the lists."""

    account: str
    amount: str
    party: str | None = None
    item: str | None = None
    dimensions: dict[str, str] | None = None
    memo: str | None = None
    currency: str | None = None
    currency_amount: str | None = None


class Entry(_Row, frozen=True, tag="entry"):
    """One balanced posting. Ids are unique within a type."""

    id: str
    type: str
    date: date
    lines: tuple[Line, ...]
    number: str | None = None
    memo: str | None = None
    party: str | None = None


Row = Company | Account | Party | Item | Dimension | Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBooks:
    """A whole books file, checked: ids are unique, references exist, entries balance."""

    company: Company
    accounts: tuple[Account, ...] = ()
    parties: tuple[Party, ...] = ()
    items: tuple[Item, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    entries: tuple[Entry, ...] = ()


class _Kind(msgspec.Struct):
    kind: str


class _PartyRow(msgspec.Struct, forbid_unknown_fields=True):
    """All spellings of a party: its own kind as ``kind``, given twice, or beside ``"kind": "party"``."""

    kind: str
    id: str
    name: str
    type: PartyKind | None = None
    party_kind: PartyKind | None = None


_DECODERS: dict[str, msgspec.json.Decoder[Row]] = {
    "company": msgspec.json.Decoder(Company),
    "account": msgspec.json.Decoder(Account),
    "item": msgspec.json.Decoder(Item),
    "dimension": msgspec.json.Decoder(Dimension),
    "entry": msgspec.json.Decoder(Entry),
}
_KIND = msgspec.json.Decoder(_Kind)
_PARTY = msgspec.json.Decoder(_PartyRow)
_PARTIES = {"party", *PartyKind}


class _Placed(NamedTuple):
    place: str
    row: Row


R = TypeVar("R", Account, Party, Item, Dimension, Entry)


def read_books(lines: Iterable[bytes | str], *, name: str) -> SampleBooks:
    """Return the books that the lines hold.

    ``name`` is what errors call the file. Raise BadBooks for a line that is no JSON, an unknown kind or key, an id
    given twice, a reference to nothing, an amount finer than the currency, or an entry that does not sum to zero.
    """
    placed = [
        _Placed(place := f"{name}, line {number}", _decode(line, place))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    companies = [(place, row) for place, row in placed if isinstance(row, Company)]
    if len(companies) != 1:
        raise BadBooks(companies[1][0] if companies else name, f"one company is needed, {len(companies)} are given")
    place, company = companies[0]
    _check_company(company, place)
    books = SampleBooks(
        company=company,
        accounts=_only(Account, placed),
        parties=_only(Party, placed),
        items=_only(Item, placed),
        dimensions=_only(Dimension, placed),
        entries=_only(Entry, placed),
    )
    _Checks(books).check(placed)
    return books


def write_books(books: SampleBooks) -> Iterator[bytes]:
    """Yield the books as lines of a books file, each with its newline; `read_books` gives the same books back."""
    for rows in ([books.company], books.accounts, books.parties, books.items, books.dimensions, books.entries):
        for row in rows:
            yield msgspec.json.encode(row) + b"\n"


def _decode(line: bytes | str, place: str) -> Row:
    try:
        kind = _KIND.decode(line).kind
        if kind in _PARTIES:
            return _party(_PARTY.decode(line), kind, place)
        if kind not in _DECODERS:
            raise BadBooks(place, f"unknown kind {kind!r}")
        return _DECODERS[kind].decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadBooks(place, str(error)) from error


def _party(row: _PartyRow, kind: str, place: str) -> Party:
    own = row.type or row.party_kind or kind
    if own == "party":
        raise BadBooks(place, "the party is neither vendor, customer nor employee")
    return Party(kind=PartyKind(own), id=row.id, name=row.name)


def _only(kind: type[R], placed: list[_Placed]) -> tuple[R, ...]:
    return tuple(row for _, row in placed if isinstance(row, kind))


def _check_company(company: Company, place: str) -> None:
    if not re.fullmatch(r"[A-Z]{3}", company.currency):
        raise BadBooks(place, f"{company.currency!r} is no currency code")
    if not 0 <= company.decimals <= _MOST_DIGITS:
        raise BadBooks(place, f"amounts cannot have {company.decimals} decimals")
    try:
        company.fiscal_year_first_month  # noqa: B018 - reading it is the check
    except ValueError as error:
        raise BadBooks(place, f"fiscal_year_start {error}") from error


class _Checks:
    """What must hold between the rows of one file."""

    def __init__(self, books: SampleBooks) -> None:
        self.digits = books.company.decimals
        self.accounts = {account.id for account in books.accounts}
        self.parties = {party.id for party in books.parties}
        self.items = {item.id for item in books.items}
        self.values = {dimension.id: {value.id for value in dimension.values} for dimension in books.dimensions}
        self.above = {account.id: account.parent for account in books.accounts}

    def check(self, placed: list[_Placed]) -> None:
        seen: set[tuple[str, ...]] = set()
        for place, row in placed:
            match row:
                case Company():
                    continue
                case Account():
                    self._account(row, place)
                    key: tuple[str, ...] = ("account", row.id)
                case Dimension():
                    self._dimension(row, place)
                    key = ("dimension", row.id)
                case Entry():
                    self._entry(row, place)
                    key = ("entry", row.type, row.id)
                case Party():
                    key = ("party", row.id)
                case Item():
                    key = ("item", row.id)
            if key in seen:
                raise BadBooks(place, f"the {' '.join(key)} was given before")
            seen.add(key)

    def _account(self, account: Account, place: str) -> None:
        above, steps = account.parent, 0
        while above:
            if above not in self.accounts:
                raise BadBooks(place, f"there is no account {above!r}")
            if above == account.id or steps > len(self.above):
                raise BadBooks(place, f"account {account.id!r} is its own parent")
            above, steps = self.above[above], steps + 1

    def _dimension(self, dimension: Dimension, place: str) -> None:
        ids = self.values[dimension.id]
        if len({value.id for value in dimension.values}) != len(dimension.values):
            raise BadBooks(place, f"a value of dimension {dimension.id!r} was given twice")
        for value in dimension.values:
            if value.parent and (value.parent not in ids or value.parent == value.id):
                raise BadBooks(place, f"value {value.id!r} has no parent {value.parent!r}")

    def _entry(self, entry: Entry, place: str) -> None:
        total = Decimal(0)
        self._party(entry.party, place)
        for line in entry.lines:
            if line.account not in self.accounts:
                raise BadBooks(place, f"there is no account {line.account!r}")
            self._party(line.party, place)
            if line.item and line.item not in self.items:
                raise BadBooks(place, f"there is no item {line.item!r}")
            for dimension, value in (line.dimensions or {}).items():
                if value not in self.values.get(dimension, ()):
                    raise BadBooks(place, f"dimension {dimension!r} has no value {value!r}")
            total += _amount(line.amount, self.digits, place)
            if bool(line.currency) != bool(line.currency_amount):
                raise BadBooks(place, "currency and currency_amount go together")
            if line.currency and line.currency_amount:
                _amount(line.currency_amount, currency_digits(line.currency), place)
        if total:
            raise BadBooks(place, f"entry {entry.id!r} sums to {total}, not to zero")

    def _party(self, party: str | None, place: str) -> None:
        if party and party not in self.parties:
            raise BadBooks(place, f"there is no party {party!r}")


def _amount(text: str, digits: int, place: str) -> Decimal:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise BadBooks(place, f"{text!r} is not an amount")
    if len((found[1] or "").rstrip("0")) > digits:
        raise BadBooks(place, f"{text!r} has more than {digits} decimals")
    return Decimal(text)
