"""A posted line as everybody knows it, to hold the ledger beside a sandbox's own books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from tieout.core.accounts import AccountRole, AccountType


class Listed(Protocol):
    """What is told of an account of the chart."""

    @property
    def type(self) -> AccountType: ...
    @property
    def role(self) -> AccountRole: ...


class Line(NamedTuple):
    """A line with everything that both sides know of it, by external ids. Amounts in minor units, debit positive.

    Of an entry that another one undoes, and of that one, ``number``, ``party`` and ``item`` are nothing: people see
    neither, and what documents say of them depends on when they were asked.
    """

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


def of_one_party(lines: Iterable[Line]) -> list[Line]:
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
