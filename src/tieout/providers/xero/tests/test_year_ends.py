"""Financial years that end within a month: Xero's trial balance, turned to ours, is what the lines add up to."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tieout.core import statements
from tieout.core.month import Month
from tieout.core.records import AccountRecord, Statement
from tieout.core.statements import Nature
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.kinds import open_system_accounts
from tieout.providers.xero.sandbox.small import TENANT
from tieout.providers.xero.tests.served_documents import Served
from tieout.providers.xero.wire import Organisation as Described
from tieout.providers.xero.year_ends import year_start

FIRST, LAST = date(2023, 11, 1), date(2026, 3, 31)
MONTHS = list(Month.of(FIRST).until(Month.of(LAST) + 1))


def every_few_days(year_end: tuple[int, int]) -> Organisation:
    """Return books in which every third day earns a different amount."""
    org = Organisation(tenant=TENANT, name="Odd", currency="GBP", clock=Clock.at(LAST), year_end=year_end)
    open_system_accounts(org)
    bank = org.create("Accounts", {"Code": "090", "Name": "Bank", "Type": "BANK"})
    sales = org.create("Accounts", {"Code": "200", "Name": "Sales", "Type": "REVENUE"})
    rent = org.create("Accounts", {"Code": "469", "Name": "Rent", "Type": "OVERHEADS"})
    for place in range(0, (LAST - FIRST).days, 3):
        earned, spent = Decimal(place) + Decimal("0.07"), Decimal(place % 7)
        lines = [
            {"AccountID": bank, "NetAmount": earned - spent},
            {"AccountID": sales, "NetAmount": -earned},
            {"AccountID": rent, "NetAmount": spent},
        ]
        org.post_system(FIRST + timedelta(days=place), lines)
    return org


@pytest.mark.parametrize(
    ("year_end", "calls"),
    [
        pytest.param((4, 5), 3 * 2, id="5 April, in three years"),
        pytest.param((3, 20), 3 * 2 - 1, id="20 March"),
        pytest.param((2, 28), 0, id="February"),
        pytest.param((12, 31), 0, id="December"),
        pytest.param((12, 30), 3, id="a day before the year's end"),
    ],
)
def test_every_month_ties_whenever_the_year_ends(year_end: tuple[int, int], calls: int) -> None:
    org = every_few_days(year_end)
    served = Served(org)
    books = served.books()
    theirs = [it.amounts for it in books.balances(Statement.TRIAL_BALANCE, MONTHS)]
    accounts = {it.external_id: it for it in books.lists() if isinstance(it, AccountRecord)}
    ids = {key: at for at, key in enumerate(accounts, start=1)}
    moved: Counter[tuple[int, int]] = Counter()
    for journal in org.journals:
        for line in journal.lines:
            moved[ids[line.account["AccountID"]], Month.of(journal.day).key] += int(line.net * 100)
    ends = statements.month_ends(
        [(*place, amount) for place, amount in moved.items()],
        {ids[key]: Nature(it.type, it.role) for key, it in accounts.items()},
        MONTHS,
        first_month=books.organisation().fiscal_year_first_month,
    )
    names = list(accounts)
    assert theirs == [{names[at - 1]: amount for at, amount in end.trial_balance.items()} for end in ends]
    asked = [path for path in served.sandbox.tally.paths if "TrialBalance" in path]
    assert len(MONTHS) <= sum(served.sandbox.tally.paths[path] for path in asked) <= len(MONTHS) + calls + 1


@pytest.mark.parametrize(
    ("day", "month", "asked", "began"),
    [
        (5, 4, date(2026, 4, 5), date(2025, 4, 6)),
        (5, 4, date(2026, 4, 6), date(2026, 4, 6)),
        (28, 2, date(2024, 2, 29), date(2023, 3, 1)),
        (29, 2, date(2026, 3, 1), date(2026, 3, 1)),
        (31, 12, date(2026, 12, 31), date(2026, 1, 1)),
        (31, 6, date(2026, 7, 1), date(2026, 7, 1)),
    ],
)
def test_when_a_year_began(day: int, month: int, asked: date, began: date) -> None:
    assert year_start(Described(year_end_day=day, year_end_month=month), asked) == began
