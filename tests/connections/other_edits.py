"""Random work in somebody's books: each change is made in the sandbox, and in the file that the truth is taken from."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from tests.connections.other_ours import Link, ids_by_name, ids_by_path
from tests.connections.other_truth import Truth, shown
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.providerkit.books import Account, Entry, Line, Party, SampleBooks

_LISTS = {"vendor": "Vendor", "customer": "Customer", "employee": "Employee"}


class Bookkeeper:
    """Changes both sides. ``books`` is the file as it would now be written."""

    def __init__(self, link: Link, books: SampleBooks, seed: int) -> None:
        self.link = link
        self.books = books
        self.dice = random.Random(seed)
        self.accounts = ids_by_path(link.book)
        self.parties = ids_by_name(link.book)
        self.posted = 0
        self.voided: set[str] = set()  # left alone: the note of a void is the sandbox's business

    def work(self, steps: int) -> list[str]:
        """Make some changes; return what was done."""
        doings: tuple[Callable[[], str], ...] = (
            self.post, self.post, self.edit_lines, self.renumber, self.void, self.delete, self.redate, self.redate,
            self.rename_account, self.rename_party, self.merge, self.deactivate,
        )  # fmt: skip
        return [self.dice.choice(doings)() for _ in range(steps)]

    # --- entries ---

    def post(self) -> str:
        """Post the lines of another entry again, under another type and on another day."""
        like = self._pick()
        self.posted += 1
        entry = msgspec.structs.replace(
            like, id=f"90{self.posted:03d}", type="Expense", date=self._day(), number=f"NEW-{self.posted}",
            lines=tuple(msgspec.structs.replace(it, item=None, dimensions=None) for it in like.lines),
        )  # fmt: skip
        fields = {"Id": entry.id, "TxnDate": str(entry.date), "DocNumber": entry.number, **self._document(entry)}
        self.link.control("post", kind=entry.type, entity=fields)
        self.books = replace(self.books, entries=(*self.books.entries, entry))
        return f"post {entry.id}"

    def edit_lines(self) -> str:
        """Double an entry's first line and balance it."""
        entry = self._pick()
        if entry.type == "Journal Entry":
            return "nothing"
        amount = Decimal(entry.lines[0].amount) + 1
        digits = self.books.company.decimals
        other = Line(
            account=self.dice.choice(self.books.accounts).id, amount=to_text(-(10**digits), digits), memo="more"
        )
        first = msgspec.structs.replace(entry.lines[0], amount=str(amount), item=None, dimensions=None)
        rest = tuple(msgspec.structs.replace(it, item=None, dimensions=None) for it in entry.lines[1:])
        new = msgspec.structs.replace(entry, lines=(first, *rest, other))
        self.link.control("edit", id=entry.id, entity=self._document(new))
        return self._became(entry, new, "edit")

    def renumber(self) -> str:
        entry = self._pick()
        new = msgspec.structs.replace(entry, number=f"R{self.dice.randrange(1000)}")
        self.link.control("edit", id=entry.id, entity={"DocNumber": new.number})
        return self._became(entry, new, "renumber")

    def void(self) -> str:
        entry = self._pick()
        lines = tuple(
            msgspec.structs.replace(
                it, amount="0", currency_amount="0" if it.currency else None, memo=it.memo or entry.memo or None
            )
            for it in entry.lines
        )
        new = msgspec.structs.replace(entry, lines=lines)
        self.link.control("void", id=entry.id)
        self.voided.add(entry.id)
        return self._became(entry, new, "void")

    def delete(self) -> str:
        entry = self._pick()
        self.link.control("delete", id=entry.id)
        return self._became(entry, None, "delete")

    def redate(self) -> str:
        entry = self._pick()
        new = msgspec.structs.replace(entry, date=self._day())
        self.link.control("redate", id=entry.id, date=str(new.date))
        return self._became(entry, new, "redate")

    # --- lists ---

    def rename_account(self) -> str:
        account = self.dice.choice(self.books.accounts)
        new = msgspec.structs.replace(account, name=f"{account.name[:20]} renamed {self.dice.randrange(1000)}")
        self.link.control("change", entity="Account", id=self._account(account.id), fields={"Name": shown(new.name)})
        self._chart(account, new)
        return f"rename account {account.id}"

    def rename_party(self) -> str:
        party = self.dice.choice(self.books.parties)
        new = msgspec.structs.replace(party, name=f"{party.name[:20]} renamed {self.dice.randrange(1000)}")
        own = self.parties[str(party.kind), shown(party.name)]
        self.link.control("change", entity=_LISTS[party.kind], id=own, fields={"DisplayName": shown(new.name)})
        parties: tuple[Party, ...] = tuple(new if it is party else it for it in self.books.parties)
        self.books = replace(self.books, parties=parties)
        self.parties[str(party.kind), shown(new.name)] = own
        return f"rename party {party.id}"

    def merge(self) -> str:
        """Move everything of an account without children to another of its kind."""
        parents, truth = {it.parent for it in self.books.accounts}, Truth(self.books)
        engine = self.link.sandbox.engine()
        active = {it["Id"] for it in engine.lists.all("Account") if it["Active"]}
        pairs = [
            (one, two)
            for one in self.books.accounts
            for two in self.books.accounts
            if one is not two and one.id not in parents and {self._account(one.id), self._account(two.id)} <= active
            and truth.earnings not in (truth.paths[one.id], truth.paths[two.id])
            and engine.lists.account_type(self._account(one.id)) == engine.lists.account_type(self._account(two.id))
        ]  # fmt: skip
        source, target = self.dice.choice(pairs)
        self.link.control("merge", source=self._account(source.id), target=self._account(target.id))
        entries = tuple(
            msgspec.structs.replace(
                entry,
                lines=tuple(
                    msgspec.structs.replace(it, account=target.id) if it.account == source.id else it
                    for it in entry.lines
                ),
            )
            for entry in self.books.entries
        )
        self.books = replace(self.books, entries=entries)
        return f"merge {source.id} into {target.id}"

    def deactivate(self) -> str:
        account = self.dice.choice(self.books.accounts)
        if Truth(self.books).paths[account.id] != Truth(self.books).earnings:
            self.link.control("deactivate", entity="Account", id=self._account(account.id))
        return f"deactivate {account.id}"

    # --- inside ---

    def _pick(self) -> Entry:
        """Return an entry whose id in the sandbox is the file's."""
        return self.dice.choice([it for it in self.books.entries if it.id.isdecimal() and it.id not in self.voided])

    def _day(self) -> date:
        first = min(it.date for it in self.books.entries)
        last = (Month.of(self.link.sandbox.engine().today) + 20).end
        return first + timedelta(days=self.dice.randrange((last - first).days))

    def _document(self, entry: Entry) -> dict[str, object]:
        found: dict[str, object] = {"Postings": [self._posting(it, entry) for it in entry.lines]}
        if entry.memo:
            found["PrivateNote"] = entry.memo
        if entry.party:
            found["Name"] = self._name(entry.party)
        return found

    def _posting(self, line: Line, entry: Entry) -> dict[str, object]:
        found: dict[str, object] = {"account": self._account(line.account), "amount": line.amount}
        if line.party:
            found["name"] = self._name(line.party)
        if line.memo:
            found["memo"] = line.memo
        if line.currency:
            found |= {"currency": line.currency, "currency_amount": line.currency_amount}
        return found

    def _name(self, ident: str) -> dict[str, str]:
        party = next(it for it in self.books.parties if it.id == ident)
        return {"type": _LISTS[party.kind], "value": self.parties[str(party.kind), shown(party.name)]}

    def _account(self, ident: str) -> str:
        return self.accounts[Truth(self.books).paths[ident]]

    def _chart(self, old: Account, new: Account) -> None:
        before = Truth(self.books).paths
        own = {ident: self.accounts[path] for ident, path in before.items()}
        self.books = replace(self.books, accounts=tuple(new if it is old else it for it in self.books.accounts))
        self.accounts |= {path: own[ident] for ident, path in Truth(self.books).paths.items()}

    def _became(self, old: Entry, new: Entry | None, what: str) -> str:
        entries = tuple(kept for it in self.books.entries if (kept := new if it is old else it) is not None)
        self.books = replace(self.books, entries=entries)
        return f"{what} {old.id}"
