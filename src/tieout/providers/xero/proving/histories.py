"""What people do in a Xero organisation (`providerkit.bookkeeping`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from tieout.providerkit import bookkeeping
from tieout.providerkit.bookkeeping import Desk

Json = dict[str, Any]

_SPENDING = ("EXPENSE", "OVERHEADS", "DIRECTCOSTS")
_EARNING = ("REVENUE", "OTHERINCOME")
_BANK = ("BANK",)
_KINDS = ("Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "ManualJournals", "Payments")
_IDS = {"Invoices": "InvoiceID", "CreditNotes": "CreditNoteID", "BankTransactions": "BankTransactionID",
        "BankTransfers": "BankTransferID", "ManualJournals": "ManualJournalID", "Payments": "PaymentID"}  # fmt: skip
_NEW_TYPES = ("EXPENSE", "OVERHEADS", "REVENUE", "BANK", "CURRLIAB", "CURRENT")
_MODES = ("NoTax", "Exclusive", "Inclusive")
_TAX = "PROOF15"  # a rate of 15 per cent, made where it is not there yet
_PAYABLE = ("Invoices", "CreditNotes")
_PAID_BY_NO_DOCUMENT = 500  # cents, at most
_STANDING = ("AUTHORISED", "POSTED")


class Bookkeeper(bookkeeping.Bookkeeper):
    """Enters, pays, edits, moves, voids and deletes documents; renames, archives and merges what the lists hold."""

    def __init__(self, desk: Desk, dice: Random, *, oldest: date | None = None) -> None:
        """``oldest``: no document is dated before it."""
        super().__init__(desk, dice, oldest=oldest)
        self._lists: dict[str, list[Json]] = {}
        self._documents: dict[str, list[Json]] = {}

    def doings(self) -> Sequence[Callable[[], str]]:
        """Return what people do."""
        return (
            self.bill, self.bill, self.invoice, self.draft, self.approve, self.credit, self.spend, self.receive,
            self.overpay, self.transfer, self.journal, self.pay_run, self.pay, self.pay, self.unpay, self.allocate,
            self.rewrite, self.rewrite, self.readdress, self.renumber, self.rejournal, self.redate, self.redate,
            self.void, self.delete, self.rename, self.recode, self.archive, self.bring_back, self.merge,
            self.list_entry,
        )  # fmt: skip

    def look(self) -> None:
        """Take in lists and documents."""
        self._lists = self.desk.look("lists")
        if not any(it["id"] == _TAX for it in self._lists["TaxRates"]):
            self.desk.control("add", entity="TaxRates", fields={"Name": _TAX, "TaxType": _TAX, "EffectiveRate": 15})
        self._documents = {kind: self.desk.look("documents", kind=kind)["documents"] for kind in _KINDS}

    # --- documents ---

    def bill(self) -> str:
        """Enter a bill of one to four lines."""
        return self._enter("Invoices", "ACCPAY", _SPENDING)

    def invoice(self) -> str:
        """Enter an invoice."""
        return self._enter("Invoices", "ACCREC", _EARNING)

    def draft(self) -> str:
        """Enter a bill that nobody has approved: nothing is posted."""
        return self._enter("Invoices", "ACCPAY", _SPENDING, status="DRAFT")

    def approve(self) -> str:
        """Approve a draft."""
        ident = self._one_of("Invoices", lambda it: it["Status"] == "DRAFT")["InvoiceID"]
        self.desk.control("approve", id=ident)
        return f"approve {ident}"

    def credit(self) -> str:
        """Enter a credit note of either side."""
        if self.dice.random() < 0.5:
            return self._enter("CreditNotes", "ACCPAYCREDIT", _SPENDING)
        return self._enter("CreditNotes", "ACCRECCREDIT", _EARNING)

    def spend(self) -> str:
        """Pay something from a bank account."""
        return self._enter("BankTransactions", "SPEND", _SPENDING, BankAccount={"AccountID": self._account(*_BANK)})

    def receive(self) -> str:
        """Earn something on a bank account, from nobody now and then."""
        more: Json = {"BankAccount": {"AccountID": self._account(*_BANK)}}
        return self._enter("BankTransactions", "RECEIVE", _EARNING, **more)

    def overpay(self) -> str:
        """Pay a vendor, or be paid by a customer, without a document to pay."""
        kind = self.dice.choice(("SPEND-OVERPAYMENT", "RECEIVE-OVERPAYMENT"))
        body = {
            "Type": kind,
            "Contact": {"ContactID": self._one("Contacts")["id"]},
            "BankAccount": {"AccountID": self._account(*_BANK)},
            "Date": str(self.day()),
            "LineAmountTypes": "NoTax",
            "LineItems": [{"LineAmount": self._amount()}],
        }
        return self._post("BankTransactions", body)

    def transfer(self) -> str:
        """Move money between two bank accounts."""
        body = {
            "FromBankAccount": {"AccountID": self._account(*_BANK)},
            "ToBankAccount": {"AccountID": self._account(*_BANK)},
            "Amount": self._amount(),
            "Date": str(self.day()),
            "Reference": self.memo(),
        }
        return self._post("BankTransfers", body)

    def journal(self) -> str:
        """Move an amount between any two accounts."""
        body = {
            "Narration": self.memo() or "Journal",
            "Date": str(self.day()),
            "Status": "POSTED",
            "JournalLines": self._journal_lines(),
        }
        return self._post("ManualJournals", body)

    def pay_run(self) -> str:
        """Pay wages, not much: the platform posts that itself, by no document.

        Where documents are read, a run that would show much more as not itemised than the last one waits for a person.
        """
        amount, day = _text(self.dice.randint(1, _PAID_BY_NO_DOCUMENT)), self.day()
        lines = [
            {"AccountID": self._account(*_SPENDING), "NetAmount": amount, "Description": "Gross pay"},
            {"AccountID": self._account(*_BANK), "NetAmount": f"-{amount}"},
        ]
        made = self.desk.control("system", date=str(day), lines=lines)
        return f"post a pay run {made['id']} on {day}"

    def pay(self) -> str:
        """Pay a part or all of what is open."""
        kind = self.dice.choice(_PAYABLE)
        document = self._one_of(kind, lambda it: it["Status"] == "AUTHORISED")
        rest = _cents(document.get("AmountDue") or document.get("RemainingCredit"))
        part = rest if self.dice.random() < 0.5 else self.dice.randint(1, max(rest, 1))
        ident, day = document[_IDS[kind]], str(self.day())
        made = self.desk.control("pay", id=ident, amount=_text(part), date=day, account=self._account(*_BANK))
        return f"pay {_text(part)} of {ident}: {made['id']} on {day}"

    def unpay(self) -> str:
        """Delete a payment."""
        ident = self._one_of("Payments", lambda it: it["Status"] == "AUTHORISED")["PaymentID"]
        self.desk.control("delete", id=ident)
        return f"delete payment {ident}"

    def allocate(self) -> str:
        """Set a credit note against an invoice of its contact."""
        note = self._one_of("CreditNotes", lambda it: it["Status"] == "AUTHORISED")
        against = self._one_of(
            "Invoices",
            lambda it: it["Status"] == "AUTHORISED" and it["Contact"]["ContactID"] == note["Contact"]["ContactID"],
        )
        amount = min(_cents(note["RemainingCredit"]), _cents(against["AmountDue"]))
        ident, invoice = note["CreditNoteID"], against["InvoiceID"]
        self.desk.control("allocate", id=ident, invoice=invoice, amount=_text(amount), date=str(self.day()))
        return f"allocate {ident} to {invoice}"

    # --- changes ---

    def rewrite(self) -> str:
        """Write a document's lines anew."""
        kind = self.dice.choice(("Invoices", "Invoices", "CreditNotes", "BankTransactions"))
        document = self._one_of(kind, lambda it: it["Status"] == "AUTHORISED")
        earned = document["Type"].startswith(("ACCREC", "RECEIVE"))
        lines = self._lines(_EARNING if earned else _SPENDING)
        return self._edit(document[_IDS[kind]], "lines", LineItems=lines, LineAmountTypes=self.dice.choice(_MODES))

    def readdress(self) -> str:
        """Give a document to another contact."""
        kind = self.dice.choice(("Invoices", "CreditNotes", "BankTransactions"))
        document = self._one_of(kind, lambda it: it["Status"] == "AUTHORISED")
        return self._edit(document[_IDS[kind]], "contact", Contact={"ContactID": self._one("Contacts")["id"]})

    def renumber(self) -> str:
        """Give a document another number or reference."""
        document = self._one_of("Invoices", lambda it: it["Status"] in ("AUTHORISED", "PAID"))
        key = self.dice.choice(("InvoiceNumber", "Reference"))
        return self._edit(document["InvoiceID"], key, **{key: f"R-{self.dice.randrange(1000)}"})

    def rejournal(self) -> str:
        """Write a manual journal anew."""
        document = self._one_of("ManualJournals", lambda it: it["Status"] == "POSTED")
        return self._edit(document["ManualJournalID"], "lines", JournalLines=self._journal_lines())

    def redate(self) -> str:
        """Move a document to another day, month or year."""
        kind = self.dice.choice(("Invoices", "CreditNotes", "BankTransactions", "ManualJournals"))
        ident, day = self._one_of(kind, lambda it: it["Status"] in ("PAID", *_STANDING))[_IDS[kind]], str(self.day())
        self.desk.control("redate", id=ident, date=day)
        return f"redate {ident} to {day}"

    def void(self) -> str:
        """Void a document on which nothing was paid."""
        kind = self.dice.choice(("Invoices", "CreditNotes", "ManualJournals"))
        ident = self._one_of(kind, lambda it: it["Status"] in _STANDING)[_IDS[kind]]
        self.desk.control("void", id=ident)
        return f"void {ident}"

    def delete(self) -> str:
        """Delete what can be deleted after it was posted."""
        kind = self.dice.choice(("BankTransactions", "BankTransfers"))
        ident = self._one_of(kind, lambda it: it["Status"] == "AUTHORISED")[_IDS[kind]]
        self.desk.control("delete", id=ident)
        return f"delete {ident}"

    # --- lists ---

    def rename(self) -> str:
        """Give a list entry another name."""
        entity = self.dice.choice(("Accounts", "Contacts", "TrackingCategories"))
        entry = self._one(entity)
        name = f"Renamed {self.dice.randrange(10**6)}"
        self.desk.control("change", entity=entity, id=entry["id"], fields={"Name": name})
        return f"rename {entity} {entry['id']}"

    def recode(self) -> str:
        """Give an account another code."""
        self.made += 1
        entry = self._one("Accounts")
        self.desk.control("change", entity="Accounts", id=entry["id"], fields={"Code": f"P{self.made + 7000}"})
        return f"recode account {entry['id']}"

    def archive(self) -> str:
        """Archive an account or a contact."""
        entity = self.dice.choice(("Accounts", "Contacts"))
        entry = self._one(entity)
        self.desk.control("deactivate", entity=entity, id=entry["id"])
        return f"archive {entity} {entry['id']}"

    def bring_back(self) -> str:
        """Bring an archived entry back; what was merged away stays away."""
        gone = [
            (entity, status, entry)
            for entity, status in (("Accounts", "Status"), ("Contacts", "ContactStatus"))
            for entry in self._lists[entity]
            if not entry["active"] and not entry["merged"]
        ]
        entity, status, entry = self.dice.choice(gone)
        self.desk.control("change", entity=entity, id=entry["id"], fields={status: "ACTIVE"})
        return f"bring back {entity} {entry['id']}"

    def merge(self) -> str:
        """Merge two contacts: what the first had is the second's from now on."""
        source, target = self._one("Contacts")["id"], self._one("Contacts")["id"]
        self.desk.control("merge", source=source, target=target)
        return f"merge contact {source} into {target}"

    def list_entry(self) -> str:
        """Make a list entry, to be used by what comes later."""
        self.made += 1
        name = f"New {self.made} {self.dice.randrange(10**6)}"
        entity = self.dice.choice(("Accounts", "Contacts"))
        fields: Json = {"Name": name}
        if entity == "Accounts":
            fields |= {"Type": self.dice.choice(_NEW_TYPES), "Code": f"N{self.dice.randrange(10**6)}"}
        made = self.desk.control("add", entity=entity, fields=fields)
        return f"new {entity} {made['id']}"

    # --- inside ---

    def _enter(self, kind: str, of: str, accounts: Sequence[str], *, status: str = "AUTHORISED", **more: object) -> str:
        self.made += 1
        body: Json = {
            "Type": of,
            "Contact": {"ContactID": self._one("Contacts")["id"]},
            "Date": str(self.day()),
            "Status": status,
            "LineAmountTypes": self.dice.choice(_MODES),
            "LineItems": self._lines(accounts),
            "Reference": self.memo(),
            **more,
        }
        if kind != "BankTransactions":
            number = "CreditNoteNumber" if kind == "CreditNotes" else "InvoiceNumber"
            body[number] = f"N-{self.made}" if self.dice.random() < 0.7 else ""
        elif self.dice.random() < 0.2:
            del body["Contact"]
        return self._post(kind, body)

    def _post(self, kind: str, body: Mapping[str, object]) -> str:
        made = self.desk.control("post", kind=kind, entity=body)
        return f"post {body.get('Type', kind)} {made['id']} on {body['Date']}"

    def _edit(self, ident: str, what: str, **fields: object) -> str:
        self.desk.control("edit", id=ident, entity=fields)
        return f"edit {what} of {ident}"

    def _one_of(self, kind: str, fits: Callable[[Json], bool]) -> Json:
        return self.dice.choice([it for it in self._documents[kind] if fits(it)])

    def _active(self, entity: str) -> list[Json]:
        return [entry for entry in self._lists[entity] if entry["active"]]

    def _one(self, entity: str) -> Json:
        return self.dice.choice(self._active(entity))

    def _account(self, *kinds: str) -> str:
        return str(self.dice.choice([it for it in self._active("Accounts") if it["kind"] in kinds])["id"])

    def _amount(self) -> str:
        return _text(self.dice.randint(1, 9_999_900))

    def _lines(self, accounts: Sequence[str]) -> list[Json]:
        return [self._line(accounts) for _ in range(self.dice.randint(1, 4))]

    def _line(self, accounts: Sequence[str]) -> Json:
        line: Json = {
            "AccountID": self._account(*accounts),
            "LineAmount": self._amount(),
            "Description": self.memo(),
            "TaxType": self.dice.choice(("NONE", _TAX)),
            "Tracking": self._tracking(),
        }
        items = self._lists["Items"]
        if items and self.dice.random() < 0.3:
            line["ItemCode"] = self.dice.choice(items)["id"]
        return line

    def _journal_lines(self) -> list[Json]:
        amount = self._amount()
        anywhere = (*_SPENDING, *_EARNING, "CURRENT", "CURRLIAB", "EQUITY", "FIXED")
        return [
            {"AccountID": self._account(*anywhere), "LineAmount": each, "Description": self.memo(),
             "Tracking": self._tracking()}
            for each in (amount, f"-{amount}")
        ]  # fmt: skip

    def _tracking(self) -> list[Json]:
        found = []
        for category in self._active("TrackingCategories"):
            options = category["options"]
            if options and self.dice.random() < 0.4:
                found.append({"TrackingOptionID": self.dice.choice(options)})
        return found


def _cents(amount: object) -> int:
    return round(float(str(amount or 0)) * 100)


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
