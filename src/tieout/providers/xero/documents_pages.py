"""Reading one of Xero's lists whole, page by page, or noticing that it moved meanwhile.

Rows that people add or change while a list is read may come twice or not at all. Each page says how many rows there
are: what came is counted, and a list that does not come out at that number is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

import msgspec

from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero.client import PAGE, READINGS, Client
from tieout.providers.xero.documents_wire import (
    BankTransaction,
    BankTransfer,
    CreditNote,
    Currency,
    ExpenseClaim,
    Invoice,
    ManualJournal,
    Overpayment,
    Pagination,
    Payment,
    Prepayment,
    Stamp,
)
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.wire import NotADate, day


class Row(Protocol):
    """What all rows have."""

    @property
    def id(self) -> str: ...


class Dated(Row, Protocol):
    """What documents have besides."""

    @property
    def date(self) -> str: ...


R = TypeVar("R", bound=Row)
D = TypeVar("D", bound=Dated)
Check = Callable[[R], None]


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[R]):
    """One list. In the order of ids, which never change, a row that people change stays where it is."""

    name: str
    shape: type[R]
    order: str = ""
    paged: bool = True


INVOICES = Endpoint("Invoices", Invoice, "InvoiceID")
CREDIT_NOTES = Endpoint("CreditNotes", CreditNote, "CreditNoteID")
BANK_TRANSACTIONS = Endpoint("BankTransactions", BankTransaction, "BankTransactionID")
PAYMENTS = Endpoint("Payments", Payment, "PaymentID")
PREPAYMENTS = Endpoint("Prepayments", Prepayment, "PrepaymentID")
OVERPAYMENTS = Endpoint("Overpayments", Overpayment, "OverpaymentID")
# With an order, this one is said to leave its pages and to return everything at once.
MANUAL_JOURNALS = Endpoint("ManualJournals", ManualJournal)
BANK_TRANSFERS = Endpoint("BankTransfers", BankTransfer, paged=False)
EXPENSE_CLAIMS = Endpoint("ExpenseClaims", ExpenseClaim, paged=False)
ACCOUNTS = Endpoint("Accounts", Stamp, paged=False)
CONTACTS = Endpoint("Contacts", Stamp, "ContactID")
ITEMS = Endpoint("Items", Stamp, paged=False)
CURRENCIES = Endpoint("Currencies", Currency, paged=False)


class TooMany(Exception):
    """There are more rows than were wanted."""


class _Moved(Exception):
    """The list changed while it was read."""


class Pages:
    """Reads lists of one organisation whole."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def whole(
        self,
        endpoint: Endpoint[R],
        params: Mapping[str, str],
        *,
        check: Check[R] | None = None,
        since: datetime | None = None,
        most: int | None = None,
    ) -> list[R]:
        """Return all rows that a question finds, each once.

        ``check`` may raise Doubt for a row. Raise TooMany where there are more than ``most``, UnreadableBooks where
        the list never stands still; any of providerkit's errors.
        """
        for _ in range(READINGS):
            try:
                return self._once(endpoint, params, check or _accept, since, most)
            except _Moved:
                continue
        raise UnreadableBooks(
            "its rows move while it is read: somebody may be posting many documents", where=endpoint.name
        )

    def first(self, endpoint: Endpoint[R], params: Mapping[str, str]) -> R | None:
        """Return the first row of a question that has an order of its own, or None."""
        asked = {**params, "page": "1", "pageSize": "1"}
        _, rows = self._client.read(
            f"{endpoint.name}, the earliest", endpoint.name, asked, partial(_decoded, endpoint, 1, _accept)
        )
        return rows[0] if rows else None

    def one(self, endpoint: Endpoint[R], external_id: str) -> R:
        """Return a row by its id. Raise Missing where there is none."""

        def found(raw: bytes) -> R:
            _, rows = _decoded(endpoint, 1, _accept, raw)
            if [row.id for row in rows] != [external_id]:
                raise Doubt("it is not the document that was asked for")
            return rows[0]

        return self._client.read(f"{endpoint.name} by id", f"{endpoint.name}/{external_id}", {}, found)

    def _once(
        self,
        endpoint: Endpoint[R],
        params: Mapping[str, str],
        check: Check[R],
        since: datetime | None,
        most: int | None,
    ) -> list[R]:
        found: dict[str, R] = {}
        number, count = 1, None
        while True:
            name, asked = endpoint.name, dict(params)
            if endpoint.paged:
                name = f"{name}, page {number}"
                asked |= {"page": str(number), "pageSize": str(PAGE)}
                if endpoint.order:
                    asked["order"] = endpoint.order
            decode = partial(_decoded, endpoint, number, check)
            paging, rows = self._client.read(name, endpoint.name, asked, decode, since=since)
            if most is not None and max(len(found) + len(rows), paging.rows if paging else 0) > most:
                raise TooMany
            if count is not None and paging is not None and paging.rows != count:
                raise _Moved
            count = paging.rows if paging else count
            if any(row.id in found for row in rows):
                raise _Moved
            found.update((row.id, row) for row in rows)
            if not endpoint.paged or not rows or (paging is not None and number >= paging.pages):
                break
            number += 1
        if endpoint.paged and count is not None and len(found) != count:
            raise _Moved
        return list(found.values())


def within(start: date, end: date) -> Callable[[Dated], None]:
    """Return a check that a row stands at one of the days that were asked for. An answer may ignore the question."""

    def check(row: Dated) -> None:
        try:
            found = day(row.date)
        except NotADate as error:
            raise Doubt(f"{row.id}: {error}") from error
        if not start <= found < end:
            raise Doubt(f"{row.id} is of {found}, which was not asked for")

    return check


def between(start: date, end: date) -> dict[str, str]:
    """Return the question for the days from ``start`` up to but without ``end``."""
    return {"where": f"Date>={_when(start)} AND Date<{_when(end)}"}


def before(end: date | None, status: str = "") -> dict[str, str]:
    """Return the question for what is older than a day, and of a status."""
    parts = [f'Status=="{status}"'] if status else []
    parts += [f"Date<{_when(end)}"] if end else []
    return {"where": " AND ".join(parts)} if parts else {}


def _when(at: date) -> str:
    return f"DateTime({at:%Y,%m,%d})"


def _accept(_row: object) -> None:
    """Doubt nothing."""


def _decoded(endpoint: Endpoint[R], number: int, check: Check[R], raw: bytes) -> tuple[Pagination | None, list[R]]:
    answer = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    if endpoint.name not in answer:
        raise Doubt(f"it holds no {endpoint.name}")
    rows = msgspec.json.decode(answer[endpoint.name], type=list[endpoint.shape])  # type: ignore[name-defined]
    if len({row.id for row in rows}) != len(rows):
        raise Doubt("it holds a row twice")
    for row in rows:
        check(row)
    paging = msgspec.json.decode(answer.get("pagination", b"null"), type=Pagination | None)
    if endpoint.paged and paging is not None:
        if paging.page != number:
            raise Doubt(f"it is page {paging.page}, asked was {number}")
        if len(rows) > paging.size or (number < paging.pages and len(rows) != paging.size):
            raise Doubt(f"it holds {len(rows)} rows, and says {paging.size} a page")
    return paging, rows
