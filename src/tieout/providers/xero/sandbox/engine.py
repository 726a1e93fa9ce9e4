"""One organisation's books: documents in the shapes of Xero's API, and the journals that they post.

Nothing here knows the wire: amounts are Decimals, days are ``date``, stamps are aware datetimes in UTC. The layer
around it writes ``/Date(ms)/`` and its ISO twins, and leaves the lines out where the platform does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from tieout.providerkit.sandbox_clock import Clock

Json = dict[str, Any]
# Is told of each change: CONTACT, INVOICE or CREDITNOTE; the id; CREATE or UPDATE.
Tell = Callable[[str, str, str], None]


class BadDocument(ValueError):
    """The books refuse a document: it does not balance, names what does not exist, or may not be changed any more."""


class JournalLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line. ``account`` is the document in Accounts; amounts are in base currency, debit positive."""

    id: str
    account: Json
    net: Decimal
    tax: Decimal = Decimal(0)
    tax_type: str = ""
    description: str = ""
    tracking: tuple[tuple[Json, Json], ...] = ()  # category and option documents


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """A posted journal. ``source`` is its SourceType, "" for what the platform posts without a document."""

    number: int
    id: str
    day: date
    created: datetime
    lines: tuple[JournalLine, ...]
    source: str = ""
    source_id: str = ""
    reference: str = ""

    def document(self, *, with_source: bool = True) -> Json:
        """Return the journal as the API shows it; ``/Journals/{id}`` leaves the source out."""
        raise NotImplementedError


class Organisation:
    """An organisation of the sandbox: what it holds, and everything that people can do in it.

    ``documents`` is by endpoint ("Invoices", "BankTransactions", ...), then by id; TaxRates are by TaxType and
    Currencies by Code. ``journals`` ascends by JournalNumber and is only ever appended to. Kinds below are endpoints.
    Payloads are in the API's own shape; days may be ``date`` or ISO text, amounts Decimal, int or text.
    """

    def __init__(self, *, tenant: str, name: str, currency: str, clock: Clock) -> None:
        self.tenant = tenant
        self.name = name
        self.currency = currency
        self.clock = clock
        self.tell: Tell = _to_nobody
        self.documents: dict[str, dict[str, Json]] = {}
        self.journals: list[Journal] = []

    def organisation(self) -> Json:
        """Return the Organisation document."""
        raise NotImplementedError

    def report(self, name: str, params: Mapping[str, str]) -> Json:
        """Return a report (``TrialBalance``, ``BalanceSheet``, ...), computed now. Raise KeyError for an unknown name.

        ``params`` are those of the address. Raise BadDocument for one that cannot be read.
        """
        raise NotImplementedError

    def balances(self, until: date) -> dict[str, Decimal]:
        """Return each account's sum of all journal lines dated ``until`` or before, by AccountID, debit positive."""
        raise NotImplementedError

    def create(self, kind: str, payload: Mapping[str, object]) -> str:
        """Add a document or list entry, post it if its status says so, and return its id."""
        raise NotImplementedError

    def update(self, kind: str, id_: str, payload: Mapping[str, object]) -> None:
        """Change fields: what was posted is negated on its old day and posted anew."""
        raise NotImplementedError

    def void(self, kind: str, id_: str) -> None:
        """Void a posted document: its journals are negated."""
        raise NotImplementedError

    def delete(self, kind: str, id_: str) -> None:
        """Delete a draft, a payment, a bank transaction, a transfer or a list entry."""
        raise NotImplementedError

    def approve(self, kind: str, id_: str) -> None:
        """Post a draft."""
        raise NotImplementedError

    def archive(self, kind: str, id_: str) -> None:
        """Archive an account, contact, tracking category or option."""
        raise NotImplementedError

    def merge_contacts(self, source: str, target: str) -> None:
        """Merge one contact into another: the first is archived and says where it went."""
        raise NotImplementedError

    def pay(self, kind: str, id_: str, *, amount: object, day: object, account: str, rate: object = None) -> str:
        """Pay an invoice, credit note, prepayment or overpayment from a bank account; return the PaymentID."""
        raise NotImplementedError

    def allocate(self, kind: str, id_: str, *, invoice: str, amount: object, day: object) -> str:
        """Set a credit note, prepayment or overpayment against an invoice; return the AllocationID."""
        raise NotImplementedError

    def post_system(self, day: object, lines: list[Mapping[str, object]], *, reference: str = "") -> str:
        """Post what has no document (AccountID, NetAmount, Description, Tracking); return the JournalID."""
        raise NotImplementedError

    def set_rate(self, currency: str, day: object, rate: object) -> None:
        """Say what one unit of base currency is worth in a foreign one from a day on; reports revalue by it."""
        raise NotImplementedError


def _to_nobody(category: str, id_: str, kind: str, /) -> None:
    """Tell nobody."""
