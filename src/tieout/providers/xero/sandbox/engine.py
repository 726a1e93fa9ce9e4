"""One organisation's books: documents in the shapes of Xero's API, and the journals that they post.

Nothing here knows the wire: amounts are Decimals, days are ``date``, stamps are aware datetimes in UTC. The layer
around it writes ``/Date(ms)/`` and its ISO twins, and leaves the lines out where the platform does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from tieout.core.money import currency_digits
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import about, kinds, payments, reports, system
from tieout.providers.xero.sandbox.ids import Ids
from tieout.providers.xero.sandbox.journals import Journal, JournalLine, Journals
from tieout.providers.xero.sandbox.rates import Rates
from tieout.providers.xero.sandbox.references import References
from tieout.providers.xero.sandbox.stock import Stock
from tieout.providers.xero.sandbox.values import BadDocument, Json, to_amount, to_day

__all__ = ["BadDocument", "Journal", "JournalLine", "Json", "Organisation"]

# Is told of each change: CONTACT, INVOICE or CREDITNOTE; the id; CREATE or UPDATE.
Tell = Callable[[str, str, str], None]
_TOLD = {"Contacts": "CONTACT", "Invoices": "INVOICE", "CreditNotes": "CREDITNOTE"}


class Organisation:
    """An organisation of the sandbox: what it holds, and everything that people can do in it.

    ``documents`` is by endpoint ("Invoices", "BankTransactions", ...), then by id; TaxRates are by TaxType and
    Currencies by Code. ``journals`` ascends by JournalNumber and is only ever appended to. Kinds below are endpoints.
    Payloads are in the API's own shape; days may be ``date`` or ISO text, amounts Decimal, int or text.
    """

    def __init__(
        self,
        *,
        tenant: str,
        name: str,
        currency: str,
        clock: Clock,
        digits: int | None = None,
        year_end: tuple[int, int] = (12, 31),
        timezone: str = "UTC",
        country: str = "NZ",
    ) -> None:
        """``year_end`` is the month and day on which the financial year ends; ``timezone`` is Xero's or IANA's name."""
        self.tenant = tenant
        self.name = name
        self.currency = currency
        self.clock = clock
        self.digits = currency_digits(currency) if digits is None else digits
        self.year_end = year_end
        self.timezone = about.timezone(timezone)
        self.country = country
        self.period_lock: date | None = None  # stops everyone but advisers; the sandbox's people are advisers
        self.year_lock: date | None = None  # stops everyone
        self.tell: Tell = _to_nobody
        self.documents: dict[str, dict[str, Json]] = {endpoint: {} for endpoint in kinds.KINDS}
        self.posted = Journals()
        self.ids = Ids(tenant)
        self.refs = References(self)
        self.rates = Rates()
        self.stock = Stock()
        self.open_base: dict[str, Decimal] = {}  # what a document still has on its control account, base currency
        self.stock_apart = False  # cost of sales in a journal of its own without a source ([INF] either way)
        self.created = clock.now()
        self.given_about: Json = {}  # what a real organisation said of itself, where this one replays it
        self._dice = Random(tenant)
        self._entered: datetime | None = None
        kinds.open_books(self)

    # --- what it says of itself ---------------------------------------------------------------------------------

    @property
    def journals(self) -> list[Journal]:
        """All journals, ascending by number."""
        return self.posted.all

    @property
    def today(self) -> date:
        """The organisation's date."""
        return self.clock.now().astimezone(about.zone(self.timezone)).date()

    @property
    def lines_posted(self) -> int:
        """How many journal lines there are."""
        return self.posted.lines

    def organisation(self) -> Json:
        """Return the Organisation document."""
        return about.organisation(self)

    def report(self, name: str, params: Mapping[str, str]) -> Json:
        """Return a report (``TrialBalance``, ``BalanceSheet``, ...), computed now. Raise KeyError for an unknown name.

        ``params`` are those of the address. Raise BadDocument for one that cannot be read.
        """
        return reports.REPORTS[name](self, params)

    def balances(self, until: date) -> dict[str, Decimal]:
        """Return each account's sum of all journal lines dated ``until`` or before, by AccountID, debit positive."""
        sums = self.posted.sums
        return {account: total for account in sums if (total := sums.until(account, until))}

    # --- documents and lists ------------------------------------------------------------------------------------

    def create(self, kind: str, payload: Mapping[str, object]) -> str:
        """Add a document or list entry, post it if its status says so, and return its id."""
        id_ = kinds.KINDS[kind].create(self, payload)
        self._tell(kind, id_, "CREATE")
        return id_

    def update(self, kind: str, id_: str, payload: Mapping[str, object]) -> None:
        """Change fields: what was posted is negated on its old day and posted anew."""
        kinds.KINDS[kind].update(self, self.document(kind, id_), payload)
        self._tell(kind, id_, "UPDATE")

    def void(self, kind: str, id_: str) -> None:
        """Void a posted document: its journals are negated."""
        kinds.KINDS[kind].void(self, self.document(kind, id_))
        self._tell(kind, id_, "UPDATE")

    def delete(self, kind: str, id_: str) -> None:
        """Delete a draft, a payment, a bank transaction, a transfer or a list entry."""
        kinds.KINDS[kind].delete(self, self.document(kind, id_))
        self._tell(kind, id_, "UPDATE")

    def approve(self, kind: str, id_: str) -> None:
        """Post a draft."""
        self.update(kind, id_, {"Status": "POSTED" if kind == "ManualJournals" else "AUTHORISED"})

    def redate(self, kind: str, id_: str, day: object) -> None:
        """Move a document to another day."""
        self.update(kind, id_, {"Date": to_day(day)})

    def archive(self, kind: str, id_: str) -> None:
        """Archive an account, contact or tracking category."""
        self.update(kind, id_, {"ContactStatus" if kind == "Contacts" else "Status": "ARCHIVED"})

    def merge_contacts(self, source: str, target: str) -> None:
        """Merge one contact into another: the first is archived and says where it went."""
        self.refs.merge_contacts(source, target)
        self._tell("Contacts", source, "UPDATE")
        self._tell("Contacts", target, "UPDATE")

    # --- money --------------------------------------------------------------------------------------------------

    def pay(
        self,
        kind: str,
        id_: str,
        *,
        amount: object,
        day: object,
        account: str,
        rate: object = None,
        reference: str = "",
    ) -> str:
        """Pay an invoice, credit note, prepayment, overpayment or claim from an account; return the PaymentID."""
        one = payments.PAYABLE[kind]
        fields: Json = {one.name: {one.id: id_}, "Amount": amount, "Date": day, "Account": {"AccountID": account}}
        if rate is not None:
            fields["CurrencyRate"] = rate
        return self.create("Payments", {**fields, "Reference": reference})

    def allocate(self, kind: str, id_: str, *, invoice: str, amount: object, day: object) -> str:
        """Set a credit note, prepayment or overpayment against an invoice; return the AllocationID."""
        return payments.allocate(self, kind, id_, invoice=invoice, amount=to_amount(amount), day=to_day(day))

    def post_system(self, day: object, lines: Sequence[Mapping[str, object]], *, reference: str = "") -> str:
        """Post what has no document (AccountID, NetAmount, Description, Tracking); return the JournalID."""
        return system.post(self, to_day(day), lines, reference=reference)

    def set_rate(self, currency: str, day: object, rate: object) -> None:
        """Say what one unit of base currency is worth in a foreign one from a day on; reports revalue by it."""
        self.rates.set(currency, to_day(day), to_amount(rate))

    # --- for those who post -------------------------------------------------------------------------------------

    @contextmanager
    def entering(self, at: datetime) -> Iterator[None]:
        """Let what is done in the block have been done at another moment, but never after the present one."""
        before, self._entered = self._entered, min(at, self.clock.now())
        try:
            yield
        finally:
            self._entered = before

    def now(self) -> datetime:
        """Return the moment of what is being done, in whole milliseconds."""
        at = self._entered or self.clock.now()
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def document(self, kind: str, id_: str) -> Json:
        """Return a document. Raise BadDocument if there is none."""
        try:
            return self.documents[kind][id_]
        except KeyError as error:
            raise BadDocument(f"{kind} has no {id_}") from error

    def post(
        self,
        day: date,
        lines: Sequence[JournalLine],
        *,
        source: str = "",
        source_id: str = "",
        reference: str = "",
        owner: str = "",
    ) -> Journal | None:
        """Append a journal; nothing where no line has an amount. ``owner`` is the document that it stands for."""
        if not any(line.net for line in lines):
            return None
        self.check_open(day)
        journal = Journal(
            number=self.journals[-1].number + 1 if self.journals else 1,
            id=self.ids.new(),
            day=day,
            created=self.now(),
            lines=tuple(lines),
            source=source,
            source_id=source_id,
            reference=reference,
        )
        self.posted.post(journal)
        if owner or source_id:
            self.posted.hold(owner or source_id, journal)
        return journal

    def take_back(self, owner: str) -> None:
        """Negate the journals that stand for a document, each on its own day.

        Both halves of an edit are written at once, so the negation may bear the later stamp of the two.
        """
        standing = self.posted.standing(owner)
        for journal in standing:
            self.check_open(journal.day)
        self.posted.release(owner)
        for journal in standing:
            late = timedelta(milliseconds=self._dice.randrange(1350) if self._dice.random() < 0.5 else 0)
            self.posted.post(
                Journal(
                    number=self.journals[-1].number + 1,
                    id=self.ids.new(),
                    day=journal.day,
                    created=self.now() + late,
                    lines=tuple(line.negated() for line in journal.lines),
                    source=journal.source,
                    source_id=journal.source_id,
                    reference=journal.reference,
                )
            )

    def check_open(self, day: date) -> None:
        """Raise BadDocument for a day on which nothing can be posted any more."""
        if self.year_lock and day <= self.year_lock:
            raise BadDocument(f"the books are locked up to {self.year_lock.isoformat()}")

    def _tell(self, kind: str, id_: str, what: str) -> None:
        if category := _TOLD.get(kind):
            self.tell(category, id_, what)


def _to_nobody(category: str, id_: str, kind: str, /) -> None:
    """Tell nobody."""
