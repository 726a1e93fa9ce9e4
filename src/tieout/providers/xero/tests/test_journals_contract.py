"""Xero's journals hold what every provider's books must, over a shop and over months of any work."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tieout.core import statements
from tieout.core.accounts import AccountRole
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryRecord, Statement
from tieout.core.statements import Nature
from tieout.providerkit.contract import BooksContract, Opened
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.kinds import open_system_accounts
from tieout.providers.xero.sandbox.small import TENANT, small
from tieout.providers.xero.tests.history import Work
from tieout.providers.xero.tests.kept import Kept
from tieout.providers.xero.tests.served_documents import Served
from tieout.providers.xero.tests.test_posting_sandbox import derived

MONTHS = [Month(2026, number) for number in (1, 2, 3)]
HOUR = timedelta(hours=1)
REVALUED = (AccountRole.RECEIVABLE, AccountRole.PAYABLE, AccountRole.UNREALISED_GAIN)


def served(org: Organisation) -> Served:
    return Served(org, JOURNALS="1")


def opened_over(org: Organisation) -> Opened:
    it = served(org)
    return Opened(
        about=it.provider().about,
        books=it.books,
        months=MONTHS,
        outside=it.sandbox.tally.outside.total,
        fail=lambda: it.sandbox.faults.set("status", 500),
        secrets=lambda: it.secrets,
    )


class TestTheFlowerShop(BooksContract):
    @pytest.fixture
    def opened(self) -> Opened:
        return opened_over(small().org)


class TestMonthsOfAnyWork(BooksContract):
    @pytest.fixture
    def opened(self) -> Opened:
        return opened_over(Work(7).some(250).org)


# --- what stands ------------------------------------------------------------------------------------------------


def standing(entries: Iterable[EntryRecord]) -> list[EntryRecord]:
    """Return the entries that nothing has undone."""
    found = list(entries)
    undone = {entry.reverses for entry in found if entry.reverses}
    return [entry for entry in found if not entry.reverses and entry.key not in undone]


def by_record(entries: Iterable[EntryRecord]) -> dict[str, Counter[tuple[object, ...]]]:
    """Return what each record has posted, by account, day and dimensions; cents that come to nothing left out."""
    found: defaultdict[str, Counter[tuple[object, ...]]] = defaultdict(Counter)
    for entry in entries:
        for line in entry.lines:
            found[entry.record][line.account, entry.date, line.dimensions] += line.amount
    return {
        record: kept
        for record, sums in found.items()
        if record and (kept := Counter({key: amount for key, amount in sums.items() if amount}))
    }


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_what_stands_is_what_the_documents_post(seed: int) -> None:
    """Both sources give the same records the same amounts, but for what documents cannot tell."""
    org = Work(seed).some(250).org
    books = served(org).books()
    names = {it.external_id: it.name for it in books.lists() if isinstance(it, AccountRecord)}
    entries = Kept().run(books).told
    ours, theirs = by_record(entries), by_record(derived(org))
    assert ours == by_record(standing(entries))
    assert len(ours) > 100
    for record in ours.keys() | theirs.keys():
        differing = {
            names[str(key[0])]: ours.get(record, Counter())[key] - theirs.get(record, Counter())[key]
            for key in ours.get(record, {}).keys() | theirs.get(record, {}).keys()
            if ours.get(record, Counter())[key] != theirs.get(record, Counter())[key]
        }
        stock = differing.keys() <= {"Cost of flowers", "Vases in stock"}
        claim = "Unpaid Expense Claims" in differing
        assert stock or claim or all(abs(cents) <= 1 for cents in differing.values()), (record, differing)


# --- the tie-out ------------------------------------------------------------------------------------------------


def month_ends(
    entries: Iterable[EntryRecord], accounts: dict[str, AccountRecord], first_month: int
) -> list[dict[str, int]]:
    """Return our own trial balances at the ends of the months."""
    ids = {key: at for at, key in enumerate(accounts, start=1)}
    back = {at: key for key, at in ids.items()}
    natures = {ids[key]: Nature(it.type, it.role) for key, it in accounts.items()}
    moved = [(ids[line.account], Month.of(it.date).key, line.amount) for it in entries for line in it.lines]
    found = statements.month_ends(moved, natures, MONTHS, first_month=first_month)
    return [{back[at]: amount for at, amount in it.trial_balance.items()} for it in found]


@pytest.mark.parametrize("seed", [None, 7, 31])
def test_the_sums_of_the_journals_are_the_trial_balance_but_for_what_only_reports_know(seed: int | None) -> None:
    org = small().org if seed is None else Work(seed).some(250).org
    books = served(org).books()
    theirs = [it.amounts for it in books.balances(Statement.TRIAL_BALANCE, MONTHS)]
    accounts = {it.external_id: it for it in books.lists() if isinstance(it, AccountRecord)}
    ours = month_ends(Kept().run(books).told, accounts, books.organisation().fiscal_year_first_month)
    revalued = {key for key, it in accounts.items() if it.currency or it.role in REVALUED}
    for own, other in zip(ours, theirs, strict=True):
        differing = {key: other.get(key, 0) - own.get(key, 0) for key in own.keys() | other.keys()}
        differing = {key: amount for key, amount in differing.items() if amount}
        assert differing.keys() <= revalued, [accounts[key].name for key in differing]
        assert sum(differing.values()) == 0


def test_books_in_one_currency_tie_to_the_cent() -> None:
    org = Organisation(tenant=TENANT, name="Plain", currency="NZD", clock=Clock.at(date(2026, 3, 2)))
    open_system_accounts(org)
    org.create("Accounts", {"Code": "090", "Name": "Cheque", "Type": "BANK"})
    org.create("Accounts", {"Code": "200", "Name": "Sales", "Type": "REVENUE"})
    for day, amount in ((date(2025, 11, 3), "10.10"), (date(2026, 1, 31), "20.20"), (date(2026, 3, 31), "0.05")):
        lines = [{"AccountCode": "200", "LineAmount": amount, "Description": "x", "TaxType": "NONE"}]
        org.create(
            "BankTransactions",
            {
                "Type": "RECEIVE",
                "BankAccount": {"Code": "090"},
                "Date": day,
                "LineItems": lines,
                "LineAmountTypes": "NoTax",
            },
        )
    books = served(org).books()
    accounts = {it.external_id: it for it in books.lists() if isinstance(it, AccountRecord)}
    ours = month_ends(Kept().run(books).told, accounts, books.organisation().fiscal_year_first_month)
    assert ours == [it.amounts for it in books.balances(Statement.TRIAL_BALANCE, MONTHS)]
    assert [sum(it.values()) for it in ours] == [0, 0, 0]
    assert any(ours)


# --- work between two runs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_runs_between_which_people_work_end_as_one_run_would(seed: int) -> None:
    work = Work(seed).some(80)
    it = served(work.org)
    kept = Kept()
    for _ in range(4):
        kept.run(it.books())
        it.sandbox.clock.skip(HOUR)
        work.some(40)
        it.sandbox.clock.skip(HOUR)
    kept.run(it.books())
    whole = Kept().run(it.books())
    assert by_record(kept.entries.values()) == by_record(whole.entries.values())
    assert kept.entries.keys() == whole.entries.keys()
    ours = {entry.key: entry for entry in standing(kept.entries.values())}
    assert ours == {entry.key: entry for entry in standing(whole.entries.values())}
    assert kept.run(it.books()).told == []


def test_a_quiet_day_takes_few_calls() -> None:
    it = served(Work(7).some(250).org)
    kept = Kept().run(it.books())
    it.sandbox.clock.skip(HOUR)
    it.observed.clear()
    books = it.books()
    assert books.capabilities.numbered
    list(books.lists())
    assert kept.run(books).told == []
    # Whether journals are open, the organisation and its lists, eight kinds of documents, the last journals again.
    assert len(it.observed) <= 1 + 5 + 8 + 4
