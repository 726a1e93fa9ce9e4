"""What people do in QuickBooks' books (`providerkit.bookkeeping`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from tieout.providerkit import bookkeeping
from tieout.providerkit.bookkeeping import Desk

Json = dict[str, Any]

_SPENDING = ("Cost of Goods Sold", "Expense", "Other Expense")
_OWNED = ("Bank", "Other Current Asset", "Fixed Asset")
_NAMES = {"Account": "Name", "Class": "Name", "Department": "Name", "Item": "Name", "Customer": "DisplayName",
          "Vendor": "DisplayName", "Employee": "DisplayName"}  # fmt: skip
_MERGED = ("Account", "Vendor", "Customer", "Class", "Department")


class Bookkeeper(bookkeeping.Bookkeeper):
    """Enters, edits, moves, voids and deletes entries; renames, merges and closes what the lists hold."""

    def __init__(self, desk: Desk, dice: Random, *, oldest: date | None = None) -> None:
        """``oldest``: no entry is dated before it."""
        super().__init__(desk, dice, oldest=oldest)
        self._lists: dict[str, list[Json]] = {}
        self._entries: dict[str, list[Json]] = {}  # id to lines

    def doings(self) -> Sequence[Callable[[], str]]:
        """Return what people do."""
        return (
            self.bill, self.bill, self.expense, self.journal, self.transfer, self.payroll_check, self.edit, self.edit,
            self.rewrite, self.void, self.delete, self.delete, self.redate, self.redate, self.renumber, self.rename,
            self.renumber_account, self.deactivate, self.reactivate, self.merge, self.list_entry,
        )  # fmt: skip

    def look(self) -> None:
        """Take in lists and entries."""
        self._lists = self.desk.look("lists")
        self._entries = {}
        for line in self.desk.look("lines")["lines"]:
            self._entries.setdefault(line["id"], []).append(line)

    # --- entries ---

    def bill(self) -> str:
        """Enter a bill of one to four lines."""
        body = {
            "VendorRef": {"value": self._one("Vendor")["id"]},
            "Line": [self._expense_line() for _ in range(self.dice.randint(1, 4))],
            **self._head(),
        }
        return self._post("Bill", body)

    def expense(self) -> str:
        """Pay something from a bank account."""
        body = {
            "PaymentType": "Cash",
            "AccountRef": {"value": self._account("Bank")},
            "EntityRef": {"value": self._one("Vendor")["id"], "type": "Vendor"},
            "Line": [self._expense_line() for _ in range(self.dice.randint(1, 2))],
            **self._head(),
        }
        return self._post("Purchase", body)

    def journal(self) -> str:
        """Move an amount between any two accounts."""
        amount = self._amount()
        sides = zip(("Debit", "Credit"), (self._any_account(), self._any_account()), strict=True)
        lines = []
        for side, account in sides:
            detail: Json = {"PostingType": side, "AccountRef": {"value": account}, **self._tags()}
            lines.append({"Amount": amount, "Description": self.memo(), "DetailType": "JournalEntryLineDetail",
                          "JournalEntryLineDetail": detail})  # fmt: skip
        return self._post("JournalEntry", {"Line": lines, **self._head()})

    def transfer(self) -> str:
        """Move money between two accounts that hold it."""
        body = {
            "FromAccountRef": {"value": self._account(*_OWNED)},
            "ToAccountRef": {"value": self._account(*_OWNED)},
            "Amount": self._amount(),
            **self._head(),
        }
        return self._post("Transfer", body)

    def payroll_check(self) -> str:
        """Pay an employee: nothing but reports knows of it."""
        amount = self._amount()
        name = {"type": "Employee", "value": self._one("Employee")["id"]}
        postings = [
            {"account": self._account(*_SPENDING), "amount": amount, "memo": "Gross pay"},
            {"account": self._account("Bank"), "amount": f"-{amount}"},
        ]
        return self._post("Payroll Check", {"Name": name, "Postings": postings, "TxnDate": str(self.day())})

    def edit(self) -> str:
        """Write an entry's lines anew: other amounts, accounts, tags, texts; the date stays."""
        ident, lines = self._entry()
        postings = [self._posting(line) for line in lines]
        if postings and self.dice.random() < 0.8:
            amount = self._amount()
            postings += [
                {"account": self._any_account(), "amount": amount, "memo": self.memo()},
                {"account": self._any_account(), "amount": f"-{amount}"},
            ]
        for posting in postings[: self.dice.randint(0, 2)]:
            posting["memo"] = f"edited {self.dice.randrange(1000)}"
        if lines and lines[0]["entity"] and not lines[0]["given"]:
            return self._edit(ident, "memo", PrivateNote=f"note {self.dice.randrange(1000)}")
        return self._edit(ident, "lines", Postings=postings)

    def rewrite(self) -> str:
        """Write a bill's lines and vendor anew."""
        bills = [
            ident for ident, lines in self._entries.items() if lines[0]["type"] == "Bill" and not lines[0]["given"]
        ]
        ident = self.dice.choice(bills)
        lines = [self._expense_line() for _ in range(self.dice.randint(1, 3))]
        return self._edit(ident, "bill", Line=lines, VendorRef={"value": self._one("Vendor")["id"]})

    def renumber(self) -> str:
        """Give an entry another number."""
        ident, _ = self._entry()
        return self._edit(ident, "number", DocNumber=f"R-{self.dice.randrange(1000)}")

    def void(self) -> str:
        """Set an entry to zero."""
        ident, _ = self._entry()
        self.desk.control("void", id=ident)
        return f"void {ident}"

    def delete(self) -> str:
        """Remove an entry, a paycheck more often than by chance."""
        checks = [ident for ident, lines in self._entries.items() if not lines[0]["entity"]]
        ident = self.dice.choice(checks) if checks and self.dice.random() < 0.3 else self._entry()[0]
        self.desk.control("delete", id=ident)
        return f"delete {ident}"

    def redate(self) -> str:
        """Move an entry to another day, month or year."""
        ident, _ = self._entry()
        day = self.day()
        self.desk.control("redate", id=ident, date=str(day))
        return f"redate {ident} to {day}"

    # --- lists ---

    def rename(self) -> str:
        """Give a list entry another name."""
        entity = self.dice.choice(list(_NAMES))
        entry = self._one(entity)
        name = f"Renamed {self.dice.randrange(10**6)}"
        self.desk.control("change", entity=entity, id=entry["id"], fields={_NAMES[entity]: name})
        return f"rename {entity} {entry['id']}"

    def renumber_account(self) -> str:
        """Give an account another number."""
        entry = self._one("Account")
        self.desk.control("change", entity="Account", id=entry["id"], fields={"AcctNum": str(self.made + 7000)})
        return f"renumber account {entry['id']}"

    def deactivate(self) -> str:
        """Make a list entry inactive."""
        entity = self.dice.choice(list(_NAMES))
        entry = self._one(entity)
        self.desk.control("deactivate", entity=entity, id=entry["id"])
        return f"deactivate {entity} {entry['id']}"

    def reactivate(self) -> str:
        """Make an inactive list entry active again; what was merged away cannot be."""
        gone = [
            (entity, entry)
            for entity, entries in self._lists.items()
            for entry in entries
            if not entry["active"] and not entry["merged"]
        ]
        entity, entry = self.dice.choice(gone)
        self.desk.control("change", entity=entity, id=entry["id"], fields={"Active": True})
        return f"reactivate {entity} {entry['id']}"

    def merge(self) -> str:
        """Merge two entries of a list: what the first had is the second's from now on."""
        entity = self.dice.choice(_MERGED)
        source = self._one(entity)
        alike = [it for it in self._active(entity) if it["kind"] == source["kind"] and it["id"] != source["id"]]
        target = self.dice.choice(alike)
        self.desk.control("merge", entity=entity, source=source["id"], target=target["id"])
        return f"merge {entity} {source['id']} into {target['id']}"

    def list_entry(self) -> str:
        """Make a list entry, to be used by what comes later."""
        entity = self.dice.choice(("Account", "Vendor", "Customer", "Class", "Department"))
        self.made += 1
        fields: Json = {_NAMES[entity]: f"New {self.made} {self.dice.randrange(10**6)}"}
        if entity == "Account":
            fields |= {"AccountType": self.dice.choice(("Expense", "Bank", "Income", "Other Current Liability"))}
        made = self.desk.control("add", entity=entity, fields=fields)
        return f"new {entity} {made['id']}"

    # --- inside ---

    def _post(self, kind: str, body: Mapping[str, object]) -> str:
        made = self.desk.control("post", kind=kind, entity=body)
        return f"post {kind} {made['id']} on {body['TxnDate']}"

    def _edit(self, ident: str, what: str, **fields: object) -> str:
        self.desk.control("edit", id=ident, entity=fields)
        return f"edit {what} of {ident}"

    def _entry(self) -> tuple[str, list[Json]]:
        return self.dice.choice(list(self._entries.items()))

    def _active(self, entity: str) -> list[Json]:
        return [entry for entry in self._lists[entity] if entry["active"]]

    def _one(self, entity: str) -> Json:
        return self.dice.choice(self._active(entity))

    def _account(self, *kinds: str) -> str:
        return str(self.dice.choice([it for it in self._active("Account") if it["kind"] in kinds])["id"])

    def _any_account(self) -> str:
        return str(self.dice.choice([it for it in self._active("Account") if it["kind"] != "Non-Posting"])["id"])

    def _amount(self) -> str:
        return str(self.dice.randint(1, 99_999))

    def _head(self) -> Json:
        self.made += 1
        return {
            "TxnDate": str(self.day()),
            "DocNumber": f"N-{self.made}" if self.dice.random() < 0.7 else "",
            "PrivateNote": self.memo(),
        }

    def _tags(self) -> Json:
        found: Json = {}
        if self._active("Class") and self.dice.random() < 0.5:
            found["ClassRef"] = {"value": self._one("Class")["id"]}
        if self._active("Department") and self.dice.random() < 0.3:
            found["DepartmentRef"] = {"value": self._one("Department")["id"]}
        return found

    def _expense_line(self) -> Json:
        detail: Json = {"AccountRef": {"value": self._account(*_SPENDING)}}
        if self._active("Class") and self.dice.random() < 0.5:
            detail["ClassRef"] = {"value": self._one("Class")["id"]}
        if self._active("Customer") and self.dice.random() < 0.3:
            detail["CustomerRef"] = {"value": self._one("Customer")["id"]}
        return {
            "Amount": self._amount(),
            "Description": self.memo(),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }

    def _posting(self, line: Json) -> Json:
        found: Json = {"account": line["account"], "amount": line["amount"]}
        if line["party"]:
            found["name"] = {"type": line["party"]["type"], "value": line["party"]["id"]}
        for key in ("item", "class", "location", "memo"):
            if line[key]:
                found[key] = line[key]
        return found
