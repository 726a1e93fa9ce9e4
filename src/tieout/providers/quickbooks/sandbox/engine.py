"""One company's books: lists, documents, and the double entry that every report is computed from.

Nothing here knows the wire. Amounts of documents are Decimals (ints allowed) in the shapes of the QuickBooks API;
what is stored are integers in minor units of the home currency, debit positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Protocol

import msgspec

from tieout.core.money import currency_digits
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.quickbooks.sandbox.chart import MADE_BY_THE_PLATFORM
from tieout.providers.quickbooks.sandbox.draft import Draft
from tieout.providers.quickbooks.sandbox.inventory import Inventory
from tieout.providers.quickbooks.sandbox.journal import Journal, Txn, month_key
from tieout.providers.quickbooks.sandbox.lists import NAME_FIELD, POINTS_TO, Lists
from tieout.providers.quickbooks.sandbox.merging import EARNINGS, merge
from tieout.providers.quickbooks.sandbox.posting import RULES, entity_of, label_of
from tieout.providers.quickbooks.sandbox.posting_given import given_postings, named
from tieout.providers.quickbooks.sandbox.webhooks import Operation
from tieout.providers.quickbooks.sandbox.wire import (
    BadDocument,
    Json,
    copied,
    day,
    decoder,
    encoder,
    ref,
    references,
    zone,
)

LINK_NOTE = "Created by QB Online to link credits to charges."
_AMOUNTS = {
    "Amount",
    "amount",
    "TotalAmt",
    "TotalTax",
    "Balance",
    "UnappliedAmt",
    "RemainingCredit",
    "NetAmountTaxable",
}


class Tell(Protocol):
    """Is told of each change of the books."""

    def __call__(self, operation: Operation, entity: str, id_: str, gone: str = "", /) -> None: ...


class Engine:
    """A company of the sandbox.

    ``today`` starts its clock. Until `go_live`, what is posted looks as if it had been entered on its own date;
    afterwards, as entered now.
    """

    def __init__(  # noqa: PLR0913 - a company has that many settings
        self,
        *,
        name: str,
        realm: str,
        currency: str = "USD",
        digits: int | None = None,
        fiscal_year_first_month: int = 1,
        timezone: str = "America/Los_Angeles",
        multicurrency: bool = False,
        classes: bool = True,
        locations: bool = True,
        account_numbers: bool = True,
        today: date,
    ) -> None:
        self.name = name
        self.realm = realm
        self.currency = currency
        self.digits = currency_digits(currency) if digits is None else digits
        self.fiscal_year_first_month = fiscal_year_first_month
        self.timezone = timezone
        self.multicurrency = multicurrency
        self.classes = classes
        self.locations = locations
        self.account_numbers = account_numbers
        self.book_close_date: date | None = None
        self.clock = Clock.at(today)
        self.lists = Lists(currency)
        self.journal = Journal()
        self.inventory = Inventory()
        self.merged: set[tuple[str, str]] = set()  # list entries that are another's now: entity, id
        self.deleted: list[tuple[str, str, int]] = []  # entity, id, epoch seconds
        self.tell: Tell = _to_nobody  # of each change, with the operation, the entity, the id and what a merge took
        self._live = False
        self._last_id = 0
        self._link_months: set[int] = set()

    # --- what it says of itself ---------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The date in the company's time zone."""
        return self.clock.now().astimezone(zone(self.timezone)).date()

    @property
    def lines_posted(self) -> int:
        """How many lines the general ledger lists under accounts, those of voided transactions included."""
        return self.journal.lines

    @property
    def entries_posted(self) -> int:
        """How many transactions have at least one line."""
        return sum(1 for txn in self.journal.txns.values() if txn.postings)

    def transaction(self, txn_id: str) -> Txn:
        """Return a posted transaction. Raise BadDocument if there is none."""
        try:
            return self.journal.txns[txn_id]
        except KeyError as error:
            raise BadDocument(f"transaction {txn_id} does not exist") from error

    def special(self, subtype: str, currency: str = "") -> str:
        """Return the account that the platform uses for a purpose, made when first needed."""
        wanted = currency if self.multicurrency else ""
        if found := self.lists.find_account(subtype, wanted):
            return found
        kind, name = MADE_BY_THE_PLATFORM[subtype]
        if wanted and wanted != self.currency:
            name = f"{name} - {wanted}"
        money = {"CurrencyRef": {"value": wanted or self.currency}}
        return self.add("Account", {"Name": name, "AccountType": kind, "AccountSubType": subtype, **money})

    # --- lists --------------------------------------------------------------------------------------------------

    def add(self, entity: str, fields: Mapping[str, object]) -> str:
        """Add a list entry and return its id: the given ``Id``, or the next one."""
        if entity not in NAME_FIELD:
            raise BadDocument(f"{entity} is not a list")
        entry = copied(fields)
        entry["Id"] = self._claim_id(str(entry.get("Id", "")))
        if self.lists.has(entity, entry["Id"]):
            raise BadDocument(f"{entity} {entry['Id']} exists already")
        self.lists.put(entity, entry, now=self.clock.seconds())
        self.tell("Create", entity, entry["Id"])
        return str(entry["Id"])

    def change(self, entity: str, entry_id: str, fields: Mapping[str, object]) -> None:
        """Change fields of a list entry: a rename, a new number, another parent. What was merged away stays away."""
        new = copied(fields)
        if (entity, entry_id) in self.merged and new.get("Active"):
            raise BadDocument(f"{entity} {entry_id} was merged into another: that cannot be undone")
        entry = {**self.lists.get(entity, entry_id), **new, "Id": entry_id}
        self.lists.put(entity, {key: value for key, value in entry.items() if value is not None}, now=self._now())
        self.tell("Update", entity, entry_id)

    def deactivate(self, entity: str, entry_id: str) -> None:
        """Make a list entry inactive: what QuickBooks does in place of deleting, except for retained earnings."""
        if self.lists.get(entity, entry_id).get("AccountSubType") == EARNINGS:
            raise BadDocument("the account that takes the profit of ended years stays")
        self.change(entity, entry_id, {"Active": False})

    def merge(self, entity: str, source: str, target: str) -> None:
        """Move everything of one list entry to another. As on the platform, no transaction counts as changed."""
        merge(self, entity, source, target)
        self.merged.add((entity, source))
        self.tell("Merge", entity, target, source)

    # --- documents ----------------------------------------------------------------------------------------------

    def post(self, kind: str, entity: Mapping[str, object]) -> str:
        """Post a document and return its id.

        ``kind`` is an entity of the API ("Invoice"), with its JSON, or a label that only reports know
        ("Payroll Check"), with ``Postings``. Raise BadDocument if it does not balance or names what is not there.
        """
        document = copied(entity)
        txn_id = self._claim_id(str(document.get("Id", "")))
        if txn_id in self.journal.txns:
            raise BadDocument(f"transaction {txn_id} exists already")
        document["Id"] = txn_id
        self._put(kind, document, earlier=None)
        if kind == "Payment" and document.get("CustomerRef"):  # not one given as mere postings
            self._link(document)
        self.tell("Create", self.transaction(txn_id).entity, txn_id)
        return txn_id

    def edit(self, txn_id: str, entity: Mapping[str, object]) -> None:
        """Change fields of a document, as a sparse update does; ``Line`` and ``Postings`` are replaced whole."""
        txn = self.transaction(txn_id)
        new = copied(entity)
        document = {**decoder.decode(txn.source), **new, "Id": txn_id}
        if "Line" in new and "TotalAmt" not in new and txn.entity not in ("Payment", "BillPayment"):
            document.pop("TotalAmt", None)
        self._put(txn.entity or txn.label, document, earlier=txn)
        self.tell("Update", txn.entity, txn_id)

    def redate(self, txn_id: str, to: date) -> None:
        """Move a document to another day."""
        self.edit(txn_id, {"TxnDate": to})

    def void(self, txn_id: str) -> None:
        """Set all of a document's amounts to zero; it stays in the ledger."""
        txn = self.transaction(txn_id)
        document = _zeroed(decoder.decode(txn.source))
        note = f"Voided - {txn.memo}" if txn.memo else "Voided"
        document["PrivateNote"] = note
        self.inventory.undo(txn_id)
        self.journal.put(
            msgspec.structs.replace(
                txn,
                postings=tuple(msgspec.structs.replace(posting, amount=0, foreign=0) for posting in txn.postings),
                source=encoder.encode(document),
                memo=note,
                modified=self._entered(txn.day),
                version=txn.version + 1,
            )
        )
        self.tell("Void", txn.entity, txn_id)

    def delete(self, txn_id: str) -> None:
        """Remove a document; the change feed tells of it if it has an entity."""
        txn = self.transaction(txn_id)
        self.inventory.undo(txn_id)
        self.journal.take(txn_id)
        if entity := txn.entity or entity_of(txn.label):
            self.deleted.append((entity, txn_id, self._now()))
        self.tell("Delete", txn.entity, txn_id)

    # --- time ---------------------------------------------------------------------------------------------------

    def advance(self, to: date) -> None:
        """Put the clock forward."""
        self.clock.advance(to=to)

    def go_live(self) -> None:
        """Open for business: what is there was there from the first day; changes now carry the present time."""
        self.special(EARNINGS)
        opened = self.journal.first_day() or self.today
        self.lists.made_at(min(int(datetime.combine(opened, time(17), UTC).timestamp()), self._now()))
        self._live = True

    # --- inside -------------------------------------------------------------------------------------------------

    def _now(self) -> int:
        return self.clock.seconds()

    def _claim_id(self, given: str) -> str:
        if given:
            if given.isdecimal() and len(given) < 16:
                self._last_id = max(self._last_id, int(given))
            return given
        self._last_id += 1
        return str(self._last_id)

    def _put(self, kind: str, document: Json, earlier: Txn | None) -> None:
        txn_id = document["Id"]
        self._check_references(document)
        self.inventory.undo(txn_id)
        try:
            txn = self._posted(kind, document, earlier)
        except (BadDocument, KeyError, TypeError) as error:
            self.inventory.undo(txn_id)
            if earlier is not None:  # put its stock movements back
                self._posted(earlier.entity or earlier.label, decoder.decode(earlier.source), earlier)
            raise BadDocument(f"{kind} {txn_id}: {error}") from error
        self.journal.put(txn)

    def _posted(self, kind: str, document: Json, earlier: Txn | None) -> Txn:
        has_entity = kind in RULES and "Postings" not in document
        label = label_of(kind, document, self.lists) if has_entity else kind
        draft = Draft(label=label, document=document, home_currency=self.currency, home_digits=self.digits)
        location = ref(document, "DepartmentRef")
        if has_entity:
            RULES[kind](self, draft, document["Id"])
            postings = draft.postings(location)
        else:
            draft.party = named(document.get("Name"))
            postings = given_postings(self, draft, location)
        for posting in postings:
            self.lists.get("Account", posting.account)
        posted_on = day(document["TxnDate"])
        made = earlier.created if earlier else self._entered(posted_on)
        return Txn(
            id=document["Id"],
            entity=kind if has_entity else "",
            label=label,
            day=posted_on,
            postings=postings,
            source=encoder.encode(document),
            created=made,
            modified=self._entered(posted_on),
            number=str(document.get("DocNumber") or ""),
            memo=str(document.get("PrivateNote") or ""),
            party=draft.party if draft.party and draft.party[1] else None,
            location=location,
            adjustment=bool(document.get("Adjustment")),
            version=earlier.version + 1 if earlier else 0,
        )

    def _check_references(self, document: Json) -> None:
        for key, reference in references(document):
            entity = POINTS_TO.get(key)
            if entity and reference["value"] and not self.lists.has(entity, str(reference["value"])):
                raise BadDocument(f"{key}: {entity} {reference['value']} does not exist")

    def _entered(self, posted_on: date) -> int:
        if self._live:
            return self._now()
        return min(int(datetime.combine(posted_on, time(17), UTC).timestamp()), self._now())

    def _link(self, payment: Json) -> None:
        """Once a month, the platform itself links a credit to a charge; the ledger lists that without an account."""
        posted_on = day(payment["TxnDate"])
        if month_key(posted_on) in self._link_months:
            return
        self._link_months.add(month_key(posted_on))
        link = {
            "Id": self._claim_id(""),
            "CustomerRef": payment["CustomerRef"],
            "TxnDate": posted_on.isoformat(),
            "TotalAmt": 0,
            "PrivateNote": LINK_NOTE,
        }
        made = self._entered(posted_on)
        self.journal.put(
            Txn(
                id=link["Id"],
                entity="Payment",
                label="Payment",
                day=posted_on,
                postings=(),
                source=encoder.encode(link),
                created=made,
                modified=made,
                memo=LINK_NOTE,
                party=("Customer", ref(payment, "CustomerRef")),
            )
        )


def _to_nobody(operation: Operation, entity: str, id_: str, gone: str = "", /) -> None:
    """Tell nobody."""


def _zeroed(document: Json) -> Json:
    """Return a document with every amount zero, lines and tax included."""
    return {key: 0 if key in _AMOUNTS else _zero_within(value) for key, value in document.items()}


def _zero_within(value: object) -> object:
    if isinstance(value, dict):
        return _zeroed(value)
    return [_zero_within(inner) for inner in value] if isinstance(value, list) else value
