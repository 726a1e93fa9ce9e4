"""The same ledger in beancount gives the same trial balances and balance sheets, its own closing of years included."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests import machine
from tests.connections.other_books import other
from tests.judged.journal import Journal
from tests.judged.ours import CARRIED, EARNED
from tests.judged.test_hledger import at_ends, beside
from tieout.core.month import Month

PROGRAM = machine.beancount()
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(PROGRAM is None, reason="bean-query (beancount, beanquery) is not installed"),
]
_NAMED = {"Equity:Earnings:Previous": CARRIED, "Equity:Earnings:Current": EARNED}


def written(journal: Journal) -> str:
    """Return the books as beancount takes them, at cost, with the day on which each account opens."""
    currency = journal.books.company.currency
    first = min(it.date for it in journal.books.entries)
    return "\n".join(
        (
            f'option "operating_currency" "{currency}"',
            *(f"{first} open {name}" for name in journal.accounts.values()),
            *_entries(journal, currency),
            "",
        )
    )


def _entries(journal: Journal, currency: str) -> Iterator[str]:
    last = -1
    for it in journal.postings():
        if it.entry != last:
            last = it.entry
            yield f'\n{it.day} * "entry {last}"'
        yield f"  {it.account}  {it.cost} {currency}"


def asked(path: Path, *, opened: Month, closed: Month, clear: bool) -> dict[str, Decimal]:
    """Return what accounts stand at when the books are opened and closed on the first days of months."""
    when = f"OPEN ON {opened.start} CLOSE ON {closed.start} {'CLEAR' * clear}"
    query = f"SELECT account, sum(number) FROM {when} GROUP BY account"  # noqa: S608 - no database, and our own words
    command = [str(PROGRAM), "-f", "csv", str(path), query]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - a program of the system
    rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
    return {_NAMED.get(row[0].strip(), row[0].strip()): it for row in rows if (it := Decimal(row[1].strip() or 0))}


@pytest.mark.parametrize("seed", range(4))
def test_balances_are_beancount_s(seed: int, alice: User, tmp_path: Path) -> None:
    file = tmp_path / "books.beancount"
    file.write_text(written(Journal(other(seed).books)))
    with beside(seed, alice, tmp_path) as it:
        years = at_ends(it.ours.by_account("balance-sheet", f"{it.asked}&by=year"))
        for month in {it.last, *(month for month in years if month <= it.last)}:
            balances = at_ends(it.ours.trial_balances((month,))).get(month, {})
            sheet = years.get(month)
            for ours, clear in ((balances, False), (sheet, True)):
                if ours is not None:
                    theirs = asked(file, opened=it.year(month), closed=month + 1, clear=clear)
                    own = theirs.pop(it.ours.earnings, Decimal(0))
                    carried = theirs.pop(CARRIED, Decimal(0)) + own
                    assert ours == theirs | ({CARRIED: carried} if carried else {})
