"""The chart of accounts as known at a version, or as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.statements import Nature
from tieout.kit.remember import remembered
from tieout.ledger.models import OPEN, Book

LATEST = OPEN - 1
"""The version to ask for the newest attributes, published or not: plan pages show accounts as soon as they are read."""


@dataclass(frozen=True, slots=True)
class Account:
    """A row of the chart. ``id`` is the stable row, the same in every version."""

    id: int
    external_id: str
    number: str
    name: str
    type: AccountType
    subtype: str
    role: AccountRole
    parent: int | None
    active: bool
    currency: str = ""  # in which it is kept, where that is not the book's

    @property
    def label(self) -> str:
        """Number and name, as people call it."""
        return f"{self.number} {self.name}".strip()

    @property
    def nature(self) -> Nature:
        return Nature(self.type, self.role)


_CHART = """
    SELECT listed.id, listed.external_id, at.number, at.name, at.type, at.subtype, at.role, at.parent, at.active,
        at.currency
    FROM ledger_listedversion at JOIN ledger_listed listed ON listed.id = at.listed_id
    WHERE at.book_id = %s AND listed.kind = 'account' AND at.valid_from <= %s AND at.valid_to > %s
"""


@remembered
def chart(book: Book, version: int) -> dict[int, Account]:
    """Return the accounts known at a version by row id, in the order of type, number and name."""
    with connection.cursor() as cursor:
        cursor.execute(_CHART, [book.pk, version, version])
        found = [
            Account(
                id=row[0],
                external_id=row[1],
                number=row[2],
                name=row[3],
                type=AccountType(row[4]),
                subtype=row[5],
                role=AccountRole(row[6]),
                parent=row[7],
                active=bool(row[8]),
                currency=row[9],
            )
            for row in cursor.fetchall()
        ]
    order = list(AccountType)
    found.sort(key=lambda it: (order.index(it.type), it.number or "~", it.name.casefold(), it.id))
    return {account.id: account for account in found}


def new_accounts(book: Book, version: int) -> list[Account]:
    """Return the accounts that a version was the first to list, in the chart's order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listed_id FROM ledger_listedversion WHERE book_id = %s GROUP BY listed_id "
            "HAVING MIN(valid_from) = %s",
            [book.pk, version],
        )
        new = {row[0] for row in cursor.fetchall()}
    return [account for account in chart(book, version).values() if account.id in new]


def natures(book: Book, version: int) -> dict[int, Nature]:
    """Return what statements must know of each account at a version."""
    return {id_: account.nature for id_, account in chart(book, version).items()}
