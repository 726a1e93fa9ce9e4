"""The helper that other tests write their ledgers with."""

from __future__ import annotations

from datetime import date

import pytest

from tests.books import books
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import PartyKey, PartyKind

NOVEMBER = """
    account Grants income
    account Old card liability card

    2025-11-03 Adobe invoice
      Software     1,600.00   ; two seats
      Bank        -1,600.00

    2025-11-20 Adobe Systems refund
      Bank           150.00
      Software
"""


def test_entries_read_as_written() -> None:
    first, second = books(NOVEMBER).entries
    assert (first.key, first.date, first.memo) == ("Invoice:1", date(2025, 11, 3), "Adobe invoice")
    assert [(line.account, line.amount, line.memo) for line in first.lines] == [
        ("Software", 160_000, "two seats"),
        ("Bank", -160_000, ""),
    ]
    assert second.party == PartyKey(PartyKind.VENDOR, "Adobe Systems")
    assert [line.amount for line in second.lines] == [15_000, -15_000]


def test_accounts_have_the_type_that_is_said_or_usual() -> None:
    assert [(account.name, account.type, account.role) for account in books(NOVEMBER).accounts] == [
        ("Bank", AccountType.ASSET, AccountRole.BANK),
        ("Grants", AccountType.INCOME, AccountRole.NONE),
        ("Old card", AccountType.LIABILITY, AccountRole.CARD),
        ("Software", AccountType.EXPENSE, AccountRole.NONE),
    ]


def test_a_head_of_one_word_has_no_party() -> None:
    (entry,) = books("2025-01-31 journal\n  Rent  5\n  Bank  -5").entries
    assert (entry.type, entry.party, entry.lines[0].amount) == ("Journal", None, 500)


def test_other_digits() -> None:
    (entry,) = books("2025-01-31 journal\n  Rent  5\n  Bank", digits=0).entries
    assert [line.amount for line in entry.lines] == [5, -5]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2025-01-31 journal\n  Rent  5.00\n  Bank  -4.99", "does not sum to zero"),
        ("2025-01-31 journal\n  Rent\n  Bank", "does not sum to zero"),
        ("Rent  5.00", "neither an account nor the head"),
        ("2025-02-30 journal\n  Rent  5\n  Bank", "day is out of range"),
        ("2025-01-31 journal\n  Rent  5.001\n  Bank", "more than 2 decimals"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        books(text)
