"""Entries of our own making: what a platform reports and does not itemise, one balanced entry a month (ADR 37).

They are worked out from the tie-out, which is made of the provider's postings alone, and staged after it. They stand in
every sum, so that figures are the provider's; their kind and type say what they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from tieout.core.accounts import AccountRole
from tieout.core.month import Month
from tieout.core.records import EntryKind, EntryRecord, LineRecord
from tieout.core.residuals import Differences, Explained, not_itemised, revalued
from tieout.kit.remember import remembered
from tieout.ledger.accounts import Account
from tieout.ledger.models import Book
from tieout.ledger.movements import Movement, movements
from tieout.providerkit.errors import UnreadableBooks

EXPLAINING_KINDS = (EntryKind.RESIDUAL, EntryKind.REVALUATION)
EXPLAINING = "kind IN ('residual', 'revaluation')"  # as a literal: both databases take the partial index only then

_TYPES = {EntryKind.RESIDUAL: "Not itemised", EntryKind.REVALUATION: "Currency revaluation"}
_MEMOS = {
    EntryKind.RESIDUAL: "In the books’ balance, in no posting that they give out",
    EntryKind.REVALUATION: "Gained or lost by the rate in this month, in no posting",
}

Moved = tuple[int, int, int]  # account, month key, amount


@dataclass(frozen=True, slots=True)
class Explanation:
    """The movements that explain differences, all of one kind."""

    kind: EntryKind
    movements: tuple[Explained, ...] = ()

    @property
    def moved(self) -> list[Moved]:
        return [(account, it.month.key, amount) for it in self.movements for account, amount in it.amounts.items()]


NOTHING_EXPLAINED = Explanation(EntryKind.RESIDUAL)


def explain(
    differences: Differences, accounts: Mapping[int, Account], *, itemises: bool, first_month: int
) -> Explanation:
    """Return what explains the differences (theirs less ours) at the ends of compared months.

    Where the platform does not itemise everything, all of them; elsewhere what the rate did to foreign balances.
    Raise UnreadableBooks where one of the two sides does not balance.
    """
    natures = {id_: account.nature for id_, account in accounts.items()}
    if not itemises:
        try:
            return Explanation(
                EntryKind.RESIDUAL, tuple(not_itemised(differences, natures, first_month=first_month))
            )  # fmt: skip
        except ValueError as error:
            raise UnreadableBooks(str(error), where="the provider's trial balances") from error
    gains = [id_ for id_, account in accounts.items() if account.role is AccountRole.UNREALISED_GAIN]
    if not gains:
        return Explanation(EntryKind.REVALUATION)
    revaluable = [id_ for id_, account in accounts.items() if _may_be_revalued(account)]
    found = revalued(differences, natures, gains=gains, revaluable=revaluable, first_month=first_month)
    return Explanation(EntryKind.REVALUATION, tuple(found))


def _may_be_revalued(account: Account) -> bool:
    return bool(account.currency) or account.role in (AccountRole.RECEIVABLE, AccountRole.PAYABLE)


def entries(found: Explanation, accounts: Mapping[int, Account]) -> list[EntryRecord]:
    """Return the entries: each on its month's last day, under a key that is the month's own."""
    return [
        EntryRecord(
            type=_TYPES[found.kind],
            external_id=str(it.month),
            kind=found.kind,
            date=it.month.end - timedelta(days=1),
            memo=_MEMOS[found.kind],
            lines=tuple(
                LineRecord(account=accounts[account].external_id, amount=amount)
                for account, amount in it.amounts.items()
            ),
        )
        for it in found.movements
    ]


@dataclass(frozen=True, slots=True)
class Explaining:
    """The lines of a version that explain differences: (account, expense, month key, amount), all of one kind."""

    kind: EntryKind = EntryKind.RESIDUAL
    lines: tuple[Movement, ...] = ()

    @property
    def moved(self) -> list[Moved]:
        return [(account, month, amount) for account, _, month, amount in self.lines]


@remembered
def explaining(book: Book, version: int) -> Explaining:
    """Return the lines of a version that explain differences, added up. One query; the cost follows their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.kind, line.account, line.expense, line.month, SUM(line.amount) "
            "FROM ledger_entry entry JOIN ledger_line line ON line.entry = entry.id "
            # The plus keeps SQLite from seeking by version, which would read the whole book.
            f"WHERE entry.book = %s AND entry.{EXPLAINING} AND +entry.valid_from <= %s AND +entry.valid_to > %s "
            "GROUP BY entry.kind, line.account, line.expense, line.month",
            [book.pk, version, version],
        )
        rows = cursor.fetchall()
    kind = EntryKind(rows[0][0]) if rows else EntryKind.RESIDUAL
    return Explaining(
        kind, tuple((account, expense, month, int(amount)) for _, account, expense, month, amount in rows)
    )


def itemised(book: Book, version: int) -> list[Moved]:
    """Return the sums of a version's lines by account and month, without those of entries that explain differences."""
    sums: defaultdict[tuple[int, int], int] = defaultdict(int)
    for account, _, month, amount in movements(book, version):
        sums[account, month] += amount
    for account, month, amount in explaining(book, version).moved:
        sums[account, month] -= amount
    return [(*cell, amount) for cell, amount in sums.items() if amount]


def months_explained_otherwise(book: Book, version: int, found: Explanation) -> list[Month]:
    """Return the months of which an explanation says something else than the entries of a version do."""
    then: defaultdict[Month, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for account, month, amount in explaining(book, version).moved:
        then[Month.from_key(month)][account] += amount
    now = {it.month: it.amounts for it in found.movements}
    return sorted(month for month in {*then, *now} if then.get(month, {}) != now.get(month, {}))
