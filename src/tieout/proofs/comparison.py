"""The ledger beside a sandbox's own books, line by line and in every balance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db import connection

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.money import to_minor
from tieout.core.month import Month
from tieout.ledger.accounts import Account, chart
from tieout.ledger.models import Book
from tieout.proofs import queries

Json = dict[str, Any]
AHEAD = 24  # months after the running one that hold postings
_KINDS = {"Vendor": "vendor", "Employee": "employee", "Customer": "customer"}


class Look(Protocol):
    """Asks a sandbox for something: ``GET /control/{what}``."""

    def __call__(self, what: str, **params: str) -> Json: ...


class Line(NamedTuple):
    """A line with everything that both sides know of it, by external ids. Amounts in minor units, debit positive."""

    type: str
    entry: str
    date: str
    number: str
    account: str
    amount: int
    party: tuple[str, str] | None
    item: str
    dimensions: tuple[tuple[str, str], ...]
    memo: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison found, in words; nothing where both are equal."""

    differences: tuple[str, ...]
    lines: int
    balances: int


def compare(book: Book, look: Look, *, most: int = 5) -> Compared:
    """Compare what is published with the sandbox's own books: each line, and each account at each month's end."""
    theirs = look("books")["companies"][0]
    running = Month.parse(theirs["today"][:7])
    end = (running + 1 + AHEAD).start
    accounts = {account.external_id: account for account in chart(book, book.published).values()}
    own = our_lines(book, book.published)
    given = look("lines", start=str(book.start), end=str(end))["lines"]
    wanted = Counter(_their_lines(given, accounts, book.digits))
    found = [f"only in the ledger, {n} times: {line}" for line, n in (own - wanted).items()]
    found += [f"only in the books, {n} times: {line}" for line, n in (wanted - own).items()]
    months = list(Month.of(book.start).until(running + 1 + AHEAD))
    for month in months:
        found += _balances(book, look, month)
    return Compared(tuple(found[:most]), sum(wanted.values()), len(months) * len(accounts))


def _balances(book: Book, look: Look, month: Month) -> list[str]:
    theirs = {id_: it for id_, it in look("books", month=str(month))["companies"][0]["trial_balance"].items() if it}
    ours = queries.trial_balance(book, month)
    return [
        f"account {id_} at the end of {month}: {ours.get(id_, 0)} in the ledger, {theirs.get(id_, 0)} in the books"
        for id_ in sorted(ours.keys() | theirs.keys())
        if ours.get(id_, 0) != theirs.get(id_, 0)
    ]


# --- ours -------------------------------------------------------------------------------------------------------

_LINES = """
    SELECT entry.id, entry.type, entry.external_id, entry.date, entry.number, account.external_id, line.amount,
           party.scope, party.external_id, item.external_id, line.dimension_set, text.value
    FROM ledger_line line
    JOIN ledger_entry entry ON entry.id = line.entry
    JOIN ledger_listed account ON account.id = line.account
    LEFT JOIN ledger_listed party ON party.id = line.party
    LEFT JOIN ledger_listed item ON item.id = line.item
    LEFT JOIN ledger_text text ON text.id = line.text
    WHERE line.book = %s AND line.valid_from <= %s AND line.valid_to > %s AND entry.kind = 'posted'
"""
_SETS = """
    SELECT within.dimension_set_id, value.scope, value.external_id
    FROM ledger_dimensionsetvalue within JOIN ledger_listed value ON value.id = within.value
    JOIN ledger_dimensionset its ON its.id = within.dimension_set_id WHERE its.book = %s
"""


def our_lines(book: Book, version: int) -> Counter[Line]:
    """Return every posted line that is visible at a version, the opening entry left out."""
    sets: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SETS, [book.pk])
        for own, dimension, value in cursor.fetchall():
            sets[own].append((dimension, value))
        cursor.execute(_LINES, [book.pk, version, version])
        rows = cursor.fetchall()
    found = (
        Line(
            type=row[1],
            entry=row[2],
            date=str(row[3]),
            number=row[4],
            account=row[5],
            amount=row[6],
            party=(row[7], row[8]) if row[8] else None,
            item=row[9] or "",
            dimensions=tuple(sorted(sets.get(row[10], ()))),
            memo=row[11] or "",
        )
        for row in rows
    )
    return Counter(_of_one_party(found))


# --- theirs -----------------------------------------------------------------------------------------------------


def _their_lines(lines: Sequence[Json], accounts: dict[str, Account], digits: int) -> list[Line]:
    return _of_one_party(_their_line(line, accounts[line["account"]], digits) for line in lines)


def _their_line(line: Json, account: Account, digits: int) -> Line:
    parties = {} if not line["party"] else {_KINDS[line["party"]["type"]]: line["party"]["id"]}
    if line["customer"]:
        parties["customer"] = line["customer"]
    earned = account.type is AccountType.INCOME or account.role is AccountRole.RECEIVABLE
    order = ("customer", "vendor", "employee") if earned else ("vendor", "employee", "customer")
    tags = {"class": line["class"], "location": line["location"]}
    if account.type is AccountType.EXPENSE:
        tags["customer"] = parties.get("customer", "")
    return Line(
        type=line["type"],
        entry=line["id"],
        date=line["date"],
        number=line["number"],
        account=line["account"],
        amount=to_minor(line["amount"], digits),
        party=next(((kind, parties[kind]) for kind in order if kind in parties), None),
        item=line["item"],
        dimensions=tuple(sorted((axis, value) for axis, value in tags.items() if value)),
        memo=line["memo"],
    )


def _of_one_party(lines: Iterable[Line]) -> list[Line]:
    """Return lines, those without a party with the only one of their entry: whose it is may be said once for all."""
    entries: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        entries[line.type, line.entry].append(line)
    found: list[Line] = []
    for own in entries.values():
        parties = {line.party for line in own} - {None}
        sole = parties.pop() if len(parties) == 1 else None
        found += [line._replace(party=line.party or sole) for line in own]
    return found
