"""Books as a plain-text journal, for accounting programs that never saw Tieout. Shares nothing with the product.

An account is called by its type and its place in the file (``Expenses:A12``), a party, an item and a dimension's value
by their places too, as tags: names are free to look like anything. Foreign lines keep their amounts, at their cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.connections.other_truth import _OF_ONE
from tieout.providerkit.books import Account, Entry, Line, SampleBooks

_TOPS = {"asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses"}
_LETTERS = {"asset": "A", "liability": "L", "equity": "E", "income": "R", "expense": "X"}


@dataclass(frozen=True, slots=True)
class Posting:
    """One line in the words of a journal; ``cost`` is what it is in the company's currency, debit positive."""

    day: date
    entry: int
    account: str
    cost: Decimal
    foreign: str
    tags: Mapping[str, str]


@dataclass(slots=True)
class Journal:
    """The books of a file, named for other programs."""

    books: SampleBooks
    accounts: dict[str, str] = field(init=False)  # by id of the file
    parties: dict[str, str] = field(init=False)
    values: dict[tuple[str, str], str] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = {
            it.id: f"{_TOPS[it.type.value]}:A{place}" for place, it in enumerate(self.books.accounts)
        }  # fmt: skip
        self.parties = {it.id: f"p{place}" for place, it in enumerate(self.books.parties)}
        self.values = {
            (axis.id, value.id): f"v{place}"
            for axis in self.books.dimensions
            for place, value in enumerate(axis.values)
        }

    def postings(self) -> Iterator[Posting]:
        """Yield every line, entry by entry."""
        for number, entry in enumerate(self.books.entries):
            for line in entry.lines:
                yield Posting(
                    day=entry.date, entry=number, account=self.accounts[line.account], cost=Decimal(line.amount),
                    foreign=_foreign(line), tags=dict(self._tags(entry, line)),
                )  # fmt: skip

    def text(self) -> str:
        """Return the journal, as hledger and ledger take it."""
        rows = [f"account {self.accounts[it.id]}  ; type: {_letter(it)}" for it in self.books.accounts]
        last = -1
        for it in self.postings():
            if it.entry != last:
                rows += ["", f"{it.day}  entry {it.entry}"]
                last = it.entry
            amount = f"{it.foreign} @@ {abs(it.cost)}" if it.foreign else f"{it.cost}"
            tags = ", ".join(f"{name}: {value}" for name, value in it.tags.items())
            rows.append(f"    {it.account}    {amount}" + (f"  ; {tags}" if tags else ""))
        return "\n".join((*rows, ""))

    def _tags(self, entry: Entry, line: Line) -> Iterator[tuple[str, str]]:
        named = {it.party or entry.party for it in entry.lines} - {None}
        whole = named.pop() if len(named) == 1 and entry.type in _OF_ONE else None  # one name stands for all lines
        if party := line.party or entry.party or whole:
            yield "party", self.parties[party]
        for axis, value in (line.dimensions or {}).items():
            yield f"axis-{axis}", self.values[axis, value]


def _letter(account: Account) -> str:
    """Return an account's type as hledger says it; cash is a type of its own there."""
    return "C" if (account.subtype or "").startswith("Bank") else _LETTERS[account.type.value]


def _foreign(line: Line) -> str:
    """Return the amount in its own currency, "" where there is none, or where its sign is not the cost's."""
    if not line.currency or Decimal(line.currency_amount or 0) * Decimal(line.amount) <= 0:
        return ""
    return f"{line.currency_amount} {line.currency}"
