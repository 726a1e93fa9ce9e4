"""Canonical records: what every provider turns its wire format into, and all that the ledger takes in.

Amounts are integers in minor units, debit positive. External ids are the provider's, as text. Dates are the
provider's posting dates, without a time zone. Records are frozen.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The base of all records: typed structs, because a ledger has millions of them."""


# --- the organisation ------------------------------------------------------------------------------------------


class Organisation(Record, frozen=True):
    """Who the books belong to, as the provider says."""

    external_id: str
    name: str
    currency: str
    digits: int
    fiscal_year_first_month: int  # 1..12
    timezone: str
    closed_through: date | None = None  # the provider's own lock date


# --- lists -----------------------------------------------------------------------------------------------------


class PartyKind(StrEnum):
    VENDOR = "vendor"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    OTHER = "other"


class PartyKey(NamedTuple):
    """A party's identity: ids of different kinds may be equal."""

    kind: PartyKind
    external_id: str


class AccountRecord(Record, frozen=True):
    external_id: str
    name: str
    type: AccountType
    subtype: str  # the provider's own, verbatim: "Other Current Asset/PrepaidExpenses"
    number: str = ""
    parent: str | None = None
    active: bool = True
    role: AccountRole = AccountRole.NONE
    currency: str = ""  # in which it is kept, where that is not the book's


class PartyRecord(Record, frozen=True):
    key: PartyKey
    name: str
    active: bool = True


class ItemRecord(Record, frozen=True):
    external_id: str
    name: str
    active: bool = True


class DimensionRecord(Record, frozen=True):
    """A tracking axis: QuickBooks' classes are one, its locations another."""

    external_id: str
    name: str


class DimensionValueRecord(Record, frozen=True):
    dimension: str
    external_id: str
    name: str
    parent: str | None = None
    active: bool = True


ListRecord = AccountRecord | PartyRecord | ItemRecord | DimensionRecord | DimensionValueRecord


# --- entries ---------------------------------------------------------------------------------------------------


class EntryKind(StrEnum):
    """Where an entry comes from: only posted ones are the provider's own postings."""

    POSTED = "posted"
    OPENING = "opening"  # balances before the start of history
    RESIDUAL = "residual"  # what the provider reports of a month and does not itemise
    REVALUATION = "revaluation"  # what foreign balances gained or lost by the rate: reported, in no posting


class LineRecord(Record, frozen=True):
    """One debit (positive) or credit (negative) to one account."""

    account: str
    amount: int
    party: PartyKey | None = None
    item: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()  # (dimension, value) external ids, sorted, one value a dimension
    memo: str = ""
    currency: str = ""  # the original currency where it is not the book's
    currency_amount: int = 0  # in the original currency's minor units
    external_id: str = ""  # the provider's line id, where it has one


class EntryRecord(Record, frozen=True):
    """One whole, balanced posting: all its lines, which sum to zero.

    ``record`` is what people know it by, where that is not the entry itself: the postings of an invoice that was
    edited all have the invoice's. ``reverses`` is the key of the entry that this one undoes: on the same date, line by
    line the same but for the sign. Totals hold both; who looks for what is in a figure need see neither.
    """

    type: str  # the provider's label, verbatim: "Bill"
    external_id: str
    date: date
    lines: tuple[LineRecord, ...]
    number: str = ""
    memo: str = ""
    party: PartyKey | None = None
    kind: EntryKind = EntryKind.POSTED
    payroll: bool = False  # a payroll type: its lines carry people's pay
    record: str = ""  # "Invoice:0c8f0a1e", the same whichever way the platform is read; "" where it is the entry's key
    reverses: str = ""

    @property
    def key(self) -> str:
        """The entry's identity within its book."""
        return f"{self.type}:{self.external_id}"


# --- reading ---------------------------------------------------------------------------------------------------


class Window(Record, frozen=True):
    """A half-open range of posting dates to read whole. ``resume`` is what the last checkpoint in it said."""

    start: date
    end: date
    resume: str = ""


class After(Record, frozen=True):
    """Everything after a cursor of a numbered feed; "" is its beginning. Where it ends is known when it has ended.

    The first word of a cursor is the number that people are told.
    """

    cursor: str = ""
    resume: str = ""


Part = Window | After


class Gone(Record, frozen=True):
    """An entry that the provider says no longer exists."""

    key: str


class Checkpoint(Record, frozen=True):
    """All that came before it in this part passed its checks and may be stored.

    ``covered`` is the range of posting dates that is now whole: what the ledger holds in it and the part did not
    yield is gone from the books. ``resume`` continues the part after this point; ``complete`` ends it. The last
    ``resume`` of an `After` is the cursor of the next one.
    """

    resume: str
    complete: bool
    covered: Window | None = None


class Statement(StrEnum):
    """The provider's own reports that ours are compared with."""

    TRIAL_BALANCE = "trial_balance"
    BALANCE_SHEET = "balance_sheet"
    PROFIT_AND_LOSS = "profit_and_loss"


class Balances(Record, frozen=True):
    """One of the provider's statements at one month end: account external id to minor units, debit positive.

    Trial balance: balance-sheet accounts cumulative, income and expense fiscal-year to date, retained earnings as
    the platform shows it; sums to zero. Balance sheet: cumulative; ``net_income`` is its derived row of the running
    year. Profit and loss: the month's movement; ``net_income`` is its foot. ``net_income`` is debit positive like
    the rest (a profit is negative). An absent account is zero.
    """

    statement: Statement
    month: Month
    amounts: dict[str, int]
    net_income: int | None = None


class Hints(Record, frozen=True):
    """What changed since a cursor.

    ``complete=False``: the feed cannot tell all, so everything has to be read; ``because`` says why, as a sentence's
    end for people ("the change feed reaches back 30 days, ..."). ``records`` are external ids of entries that were
    made, changed or removed, whatever their type; ``dates`` are posting dates at which they stand now. A removed
    entry has no date. ``lists=False`` says that no list has changed. ``cursor`` is where the next question goes on.
    """

    complete: bool
    cursor: str
    because: str = ""
    records: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    lists: bool = True
