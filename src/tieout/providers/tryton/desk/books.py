"""Canonical books, posted in Tryton: rows of a books file in, a company that holds the same out.

What Tryton cannot hold is told, not left out in silence: it has no items on moves, and a party stands only on lines of
balance accounts that require one. So a bill paid at once is passed through the vendor's account, as Tryton's own
invoices do: two more lines there, which come to nothing, say whose it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.providers.tryton.desk import ground, moves

Row = dict[str, Any]

# A books file's type: the name of Tryton's type, its statement, its flag.
_TYPES = {
    "asset": ("Assets", "balance", "assets"),
    "liability": ("Liabilities", "balance", "debt"),
    "equity": ("Equity", "balance", ""),
    "income": ("Revenue", "income", "revenue"),
    "expense": ("Expenses", "income", "expense"),
}
_ROLES = {
    # A role: the name of its own type, the flag of that.
    "receivable": ("Accounts receivable", "receivable"),
    "payable": ("Accounts payable", "payable"),
    "bank": ("Cash at bank", ""),
    "card": ("Credit cards", ""),
    "cost": ("Cost of sales", ""),
}
PASSING = {"receivable": ("asset", "Receivable, passing through"), "payable": ("liability", "Payable, passing through")}


class Shelf:
    """The lists of one books file, and what they are in Tryton."""

    def __init__(self, rows: Sequence[Row]) -> None:
        of: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            of[row["kind"]].append(row)
        self.company: Row = of["company"][0]
        self.accounts = {row["id"]: row for row in of["account"]}
        self.entries, self.dimensions = of["entry"], of["dimension"]
        self.kinds = {row["id"]: kind for kind in ("vendor", "customer", "employee") for row in of[kind]}
        self.parties = [*of["vendor"], *of["customer"], *of["employee"]]
        self.told: list[str] = ["items: Tryton's moves have none"] if of["item"] else []
        self.with_party = self._with_party()
        self.account_ids: dict[str, int] = {}
        self.party_ids: dict[str, int] = {}
        self.value_ids: dict[tuple[str, str], int] = {}
        self.currency_ids: dict[str, int] = {}
        self.journal_ids: dict[str, int] = {}
        self._types: dict[tuple[str, str], int] = {}
        self._passing: dict[str, int] = {}

    def open(self) -> Any:
        """Make the company with its lists, and return it."""
        row = self.company
        owner = ground.company(row["name"], row["currency"], row["decimals"], row.get("timezone") or "UTC")
        days = [date.fromisoformat(entry["date"]) for entry in self.entries] or [date.fromisoformat(row["today"])]
        ground.fiscal_years(owner, min(days), max(*days, date.fromisoformat(row["today"])), row["first_month"])
        self._chart(owner)
        self._parties(owner)
        self._analytic(owner)
        self._second_currencies()
        for kind in sorted({entry["type"] for entry in self.entries}):
            self.journal_ids[kind] = ground.journal(kind)
        return owner

    def move(self, entry: Row) -> Row:
        """Return an entry as a move."""
        lines = [self._line(line, entry) for line in entry["lines"] if Decimal(line["amount"])]
        return {
            "journal": self.journal_ids[entry["type"]],
            "date": date.fromisoformat(entry["date"]),
            "memo": entry.get("memo") or "",
            "lines": [*lines, *self._passed_through(entry, lines)],
        }

    # --- entries ---

    def _line(self, line: Row, entry: Row) -> Row:
        party = (line.get("party") or entry.get("party")) if line["account"] in self.with_party else None
        second = line.get("currency") if line.get("currency") != self.company["currency"] else None
        return {
            "account": self.account_ids[line["account"]],
            "amount": line["amount"],
            "party": self.party_ids[party] if party else None,
            "memo": line.get("memo") or "",
            "second": [self.currency_ids[second], line["currency_amount"]] if second else None,
            "analytic": [[self.value_ids[pair], line["amount"]] for pair in (line.get("dimensions") or {}).items()],
        }

    def _passed_through(self, entry: Row, lines: Sequence[Row]) -> list[Row]:
        """Return the two lines that say whose an entry is, where none of its own can."""
        named = {line["party"] for line in entry["lines"] if line.get("party")} or {entry.get("party")}
        if named == {None}:
            return []
        if len(named) > 1:
            self._tell(
                f"{entry['type']} {entry['id']}: lines of several parties, of which only a balance line's is kept"
            )
            return []
        (party,) = named
        if any(line["party"] == self.party_ids[party] for line in lines):
            return []
        role = "receivable" if self.kinds[party] == "customer" else "payable"
        amount = max((abs(Decimal(line["amount"])) for line in entry["lines"]), default=Decimal(0))
        pair = (str(amount), str(-amount)) if amount else ()
        account = self._passing[role]
        return [{"account": account, "amount": each, "party": self.party_ids[party]} for each in pair]

    def _tell(self, what: str) -> None:
        if len(self.told) < 50:
            self.told.append(what)

    # --- lists ---

    def _with_party(self) -> set[str]:
        """Return those of what is owed or due of which every line has a party, of its own or its entry's."""
        seen: defaultdict[str, set[bool]] = defaultdict(set)
        own: set[str] = set()
        for entry in self.entries:
            for line in entry["lines"]:
                seen[line["account"]].add(bool(line.get("party") or entry.get("party")))
                own |= {line["account"]} if line.get("party") else set()
        balance = {key for key, row in self.accounts.items() if _role(row) in PASSING}
        for key in sorted(own & balance):
            if seen[key] == {True, False}:
                self._tell(f"account {key} has lines with and without a party: in Tryton it has all or none")
        return {key for key, found in seen.items() if found == {True} and key in balance}

    def _chart(self, owner: Any) -> None:
        waiting = dict(self.accounts)
        while waiting:  # parents before children
            ready = [row for row in waiting.values() if row.get("parent") not in waiting]
            made = ground.create("account.account", [self._account(owner, row) for row in ready])
            self.account_ids.update(zip((row["id"] for row in ready), made, strict=True))
            waiting = {key: row for key, row in waiting.items() if key not in self.account_ids}
        for role, (kind, name) in PASSING.items():
            row = {"company": owner.id, "name": name, "type": self._type(owner, kind, role), "party_required": True}
            (self._passing[role],) = ground.create("account.account", [row])

    def _account(self, owner: Any, row: Row) -> Row:
        above = self.accounts.get(row.get("parent") or "")
        typed = above if above and above.get("parent") else row  # Tryton: below a nested account all are of its type
        return {
            "company": owner.id,
            "name": row["name"],
            "code": row.get("number") or "",
            "type": self._type(owner, typed["type"], _role(typed)),
            "parent": self.account_ids[above["id"]] if above else None,
            "party_required": row["id"] in self.with_party,
        }

    def _type(self, owner: Any, kind: str, role: str) -> int:
        if (kind, role) not in self._types:
            name, statement, flag = _TYPES[kind]
            name, own = _ROLES.get(role, (name, ""))
            flags = {it: True for it in (flag, own) if it and not (it == "debt" and own)}
            row = {"company": owner.id, "name": name, "statement": statement, **flags}
            (self._types[kind, role],) = ground.create("account.account.type", [row])
        return self._types[kind, role]

    def _parties(self, owner: Any) -> None:
        made = ground.create("party.party", [{"name": row["name"], "code": row["id"]} for row in self.parties])
        self.party_ids.update(zip((row["id"] for row in self.parties), made, strict=True))
        people = [number for key, number in self.party_ids.items() if self.kinds[key] == "employee"]
        ground.create("company.employee", [{"party": number, "company": owner.id} for number in people])

    def _analytic(self, owner: Any) -> None:
        base = {"company": owner.id, "state": "opened"}
        for axis in self.dimensions:
            (root,) = ground.create("analytic_account.account", [{**base, "name": axis["name"], "type": "root"}])
            waiting = {value["id"]: value for value in axis.get("values", ())}
            made: dict[str, int] = {}
            while waiting:
                ready = [it for it in waiting.values() if it.get("parent") not in waiting]
                rows = [
                    {**base, "name": it["name"], "code": it["id"], "root": root, "parent": _above(it, made, root)}
                    for it in ready
                ]
                ids = ground.create("analytic_account.account", rows)
                made.update(zip((it["id"] for it in ready), ids, strict=True))
                waiting = {key: it for key, it in waiting.items() if key not in made}
            self.value_ids.update({(axis["id"], key): number for key, number in made.items()})

    def _second_currencies(self) -> None:
        for entry in self.entries:
            for line in entry["lines"]:
                code = line.get("currency")
                if code and code != self.company["currency"] and code not in self.currency_ids:
                    exponent = Decimal(line["currency_amount"]).as_tuple().exponent
                    self.currency_ids[code] = ground.currency(code, -int(exponent)).id


def _above(value: Row, made: Mapping[str, int], root: int) -> int:
    return made.get(value.get("parent") or "", root)


def _role(row: Row) -> str:
    subtype = (row.get("subtype") or "").lower()
    roles = {
        "receivable": row["type"] == "asset" and "receivable" in subtype,
        "payable": row["type"] == "liability" and "payable" in subtype,
        "bank": row["type"] == "asset" and subtype.split("/")[0] in ("bank", "cash"),
        "card": row["type"] == "liability" and "credit card" in subtype,
        "cost": row["type"] == "expense" and "cost of" in subtype,
    }
    return next((role for role, holds in roles.items() if holds), "")


def lay(rows: Sequence[Row]) -> dict[str, Any]:
    """Make a company of the rows and post its entries; return its id, Tryton's id of each row, and what was not kept.

    The company's row says besides how many ``decimals`` its currency has, the ``first_month`` of its fiscal year, and
    the day (``today``) up to which there must be fiscal years.
    """
    shelf = Shelf(rows)
    owner = shelf.open()
    posted = moves.post(owner, [shelf.move(entry) for entry in shelf.entries])
    keys = {f"{entry['type']}:{entry['id']}": number for entry, number in zip(shelf.entries, posted, strict=True)}
    return {
        "company": owner.id,
        "told": shelf.told,
        "accounts": shelf.account_ids,
        "parties": shelf.party_ids,
        "moves": keys,
        "values": [[axis, value, number] for (axis, value), number in shelf.value_ids.items()],
    }
