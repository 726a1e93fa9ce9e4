"""Books as an accountant would write them, for tests (style rule 10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from textwrap import dedent
from typing import NamedTuple

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.money import to_minor
from tieout.core.records import AccountRecord, EntryRecord, LineRecord, PartyKey, PartyKind

_HEAD = re.compile(r"(\d{4}-\d\d-\d\d)\s+(.+)")
_LINE = re.compile(r"(?P<account>\S.*?)(?:\s{2,}(?P<amount>-?[\d,]+(?:\.\d+)?))?\s*(?:;\s*(?P<memo>.*))?")
_ACCOUNT = re.compile(rf"account\s+(.+?)\s+({'|'.join(AccountType)})(?:\s+(\w+))?")
# What needs no ``account`` line; every other name is an expense.
_USUAL = {
    "Bank": (AccountType.ASSET, AccountRole.BANK),
    "Savings": (AccountType.ASSET, AccountRole.BANK),
    "Receivable": (AccountType.ASSET, AccountRole.RECEIVABLE),
    "Prepaid": (AccountType.ASSET, AccountRole.NONE),
    "Payable": (AccountType.LIABILITY, AccountRole.PAYABLE),
    "Card": (AccountType.LIABILITY, AccountRole.CARD),
    "Capital": (AccountType.EQUITY, AccountRole.NONE),
    "Retained earnings": (AccountType.EQUITY, AccountRole.RETAINED_EARNINGS),
    "Sales": (AccountType.INCOME, AccountRole.NONE),
    "Interest": (AccountType.INCOME, AccountRole.OTHER_INCOME),
}


class Written(NamedTuple):
    """What a text says: whole, balanced entries, and the accounts that it names, in the order of their names."""

    entries: tuple[EntryRecord, ...]
    accounts: tuple[AccountRecord, ...]


def books(text: str, *, digits: int = 2) -> Written:
    """Return the records that a text in this form stands for.

    ::

        account Grants income

        2025-11-03 Adobe invoice
          Software     600.00   ; two seats
          Bank

    The last word of an entry's head is its type, the words before it are the vendor; its number in the text is its
    id. An account's name is its id. One amount of an entry may be left out: it balances the others. Raise ValueError
    for anything else, also for an entry that does not sum to zero.
    """
    accounts: dict[str, AccountRecord] = {}
    entries: list[EntryRecord] = []
    for block in _blocks(text):
        if found := _ACCOUNT.fullmatch(block[0]):
            name, kind, role = found.groups()
            accounts[name] = _account(name, AccountType(kind), AccountRole(role or ""))
            continue
        entry = _entry(block, str(len(entries) + 1), digits)
        entries.append(entry)
        for line in entry.lines:
            usual = _USUAL.get(line.account, (AccountType.EXPENSE, AccountRole.NONE))
            accounts.setdefault(line.account, _account(line.account, *usual))
    return Written(tuple(entries), tuple(accounts[name] for name in sorted(accounts)))


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for row in dedent(text).splitlines():
        if not row.strip():
            continue
        if block and not row.startswith(" "):
            yield block
            block = []
        block.append(row.strip())
    if block:
        yield block


def _account(name: str, kind: AccountType, role: AccountRole) -> AccountRecord:
    return AccountRecord(external_id=name, name=name, type=kind, subtype="", role=role)


def _entry(block: list[str], external_id: str, digits: int) -> EntryRecord:
    head = _HEAD.fullmatch(block[0])
    if head is None:
        raise ValueError(f"{block[0]!r} is neither an account nor the head of an entry")
    *vendor, kind = head[2].split()
    found = [line for row in block[1:] if (line := _LINE.fullmatch(row))]
    given = [to_minor(line["amount"].replace(",", ""), digits) for line in found if line["amount"]]
    if len(found) - len(given) > 1 or (len(found) == len(given) and sum(given) != 0):
        raise ValueError(f"{block[0]!r} does not sum to zero")
    lines = tuple(
        LineRecord(
            account=line["account"],
            amount=to_minor(line["amount"].replace(",", ""), digits) if line["amount"] else -sum(given),
            memo=line["memo"] or "",
        )
        for line in found
    )
    return EntryRecord(
        type=kind.capitalize(),
        external_id=external_id,
        date=date.fromisoformat(head[1]),
        lines=lines,
        memo=head[2],
        party=PartyKey(PartyKind.VENDOR, " ".join(vendor)) if vendor else None,
    )
