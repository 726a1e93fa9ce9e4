"""What `fill` serves: a books file with its ids and amounts, large books, the demo, and a second company."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tieout.core.accounts import AccountType
from tieout.providerkit.books import BadBooks
from tieout.providers.quickbooks.sandbox.account_kinds import account_kind
from tieout.providers.quickbooks.sandbox.chart import CLASSIFICATION
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.fill import fill
from tieout.providers.quickbooks.sandbox.journal import Txn

TODAY = date(2026, 11, 23)
Json = dict[str, object]

COMPANY: Json = {"kind": "company", "name": "Pier Yoga", "currency": "USD", "fiscal_year_start": 7}
LISTS: tuple[Json, ...] = (
    {"kind": "account", "id": "35", "number": "1000", "name": "Checking", "type": "asset", "subtype": "Bank"},
    {"kind": "account", "id": "rent", "name": "Rent:Studio", "type": "expense", "parent": "60", "active": False},
    {"kind": "account", "id": "60", "name": "Premises", "type": "expense", "subtype": "Expense/RentOrLeaseOfBuildings"},
    {"kind": "account", "id": "61", "name": "Classes", "type": "income"},
    {"kind": "vendor", "id": "v-1", "name": "Bay Power"},
    {"kind": "customer", "id": "8", "name": "Ada Lum"},
    {"kind": "employee", "id": "9", "name": "Rae Kim"},
    {"kind": "item", "id": "pass", "name": "Ten visits"},
    {"kind": "dimension", "id": "d1", "name": "Department", "values": [{"id": "x", "name": "Oakland"}]},
    {"kind": "dimension", "id": "d2", "name": "Project", "values": [{"id": "y", "name": "Gala"}]},
    {"kind": "dimension", "id": "d3", "name": "Class", "values": [{"id": "z", "name": "Yoga"}]},
)
RENT: Json = {
    "kind": "entry",
    "id": "501",
    "type": "bill",
    "date": "2026-01-31",
    "number": "R-1",
    "memo": "January",
    "party": "v-1",
    "lines": [
        {
            "account": "rent",
            "amount": "1200.50",
            "party": "9",
            "item": "pass",
            "dimensions": {"d1": "x", "d2": "y", "d3": "z"},
            "memo": "studio",
        },
        {"account": "35", "amount": "-1200.50"},
    ],
}
CLOSE: Json = {
    "kind": "entry",
    "id": "aje",
    "type": "journal",
    "date": "2026-02-28",
    "lines": [{"account": "60", "amount": "5"}, {"account": "61", "amount": "-5.00", "party": "8"}],
}


def served(tmp_path: Path, *rows: Json) -> Engine:
    path = tmp_path / "pier.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return fill(str(path), today=TODAY)[0]


def by_name(engine: Engine, entity: str) -> dict[str, Json]:
    return {str(entry.get("Name") or entry.get("DisplayName")): entry for entry in engine.lists.all(entity)}


def months_of(engine: Engine) -> Iterator[list[Txn]]:
    first = engine.journal.first_day()
    assert first is not None
    for year in range(first.year, TODAY.year + 1):
        for month in range(1, 13):
            start = date(year, month, 1)
            yield engine.journal.between(start, date(year + month // 12, month % 12 + 1, 1))


def test_a_file_keeps_its_ids_names_and_amounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = served(tmp_path, COMPANY, *LISTS, RENT, CLOSE)
    assert (engine.name, engine.fiscal_year_first_month, engine.lines_posted) == ("Pier Yoga", 7, 4)
    accounts = by_name(engine, "Account")
    assert (accounts["Checking"]["Id"], accounts["Checking"]["AcctNum"]) == ("35", "1000")
    assert (accounts["Checking"]["AccountType"], accounts["Checking"]["AccountSubType"]) == ("Bank", "Checking")
    assert accounts["Premises"]["AccountSubType"] == "RentOrLeaseOfBuildings"
    rent = accounts["Rent -Studio"]
    assert (rent["Id"], rent["ParentRef"], rent["Active"]) == ("rent", {"value": "60"}, False)
    txn = engine.transaction("501")
    assert (txn.label, txn.number, txn.memo, txn.party) == ("Bill", "R-1", "January", ("Vendor", "v-1"))
    line = txn.postings[0]
    assert (line.account, line.amount, line.party, line.memo) == ("rent", 120_050, ("Employee", "9"), "studio")
    assert engine.lists.leaf("Item", line.item) == "Ten visits"
    assert engine.lists.leaf("Class", line.klass) == "Yoga"
    assert engine.lists.leaf("Department", line.location) == "Oakland"
    assert "'Project' is left out" in capsys.readouterr().err


def test_a_journal_becomes_a_journal_entry(tmp_path: Path) -> None:
    engine = served(tmp_path, COMPANY, *LISTS, RENT, CLOSE)
    txn = engine.transaction("aje")
    assert (txn.entity, txn.label) == ("JournalEntry", "Journal Entry")
    assert [posting.amount for posting in txn.postings] == [500, -500]
    assert txn.postings[1].party == ("Customer", "8")


@pytest.mark.parametrize(
    ("given", "shown"),
    [("payroll check", "Payroll Check"), ("VendorCredit", "Vendor Credit"), ("Zeitbuchung", "Zeitbuchung")],
)
def test_types_become_labels(tmp_path: Path, given: str, shown: str) -> None:
    engine = served(tmp_path, COMPANY, *LISTS, {**RENT, "type": given})
    assert (engine.transaction("501").label, engine.transaction("501").entity) == (shown, "")


def test_one_id_under_two_types_is_two_transactions(tmp_path: Path) -> None:
    engine = served(tmp_path, COMPANY, *LISTS, RENT, {**RENT, "type": "Invoice"})
    assert {txn.label: txn.id for txn in engine.journal.txns.values()} == {"Bill": "501", "Invoice": "502"}


def test_foreign_amounts_are_passed_through(tmp_path: Path) -> None:
    lines = [
        {"account": "35", "amount": "-11.00", "currency": "EUR", "currency_amount": "-10.00"},
        {"account": "60", "amount": "11.00"},
    ]
    engine = served(tmp_path, COMPANY, *LISTS, {**CLOSE, "lines": lines})
    txn = next(iter(engine.journal.txns.values()))
    assert engine.multicurrency
    assert [(one.amount, one.currency, one.foreign) for one in txn.postings] == [(-1100, "EUR", -1000), (1100, "", 0)]


def test_a_company_without_decimals(tmp_path: Path) -> None:
    lines = [{"account": "35", "amount": "-500"}, {"account": "60", "amount": "500"}]
    for entry in (RENT, CLOSE):
        engine = served(tmp_path, {**COMPANY, "currency": "JPY"}, *LISTS, {**entry, "lines": lines})
        assert sorted(one.amount for txn in engine.journal.txns.values() for one in txn.postings) == [-500, 500]
        assert not engine.multicurrency


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), "Retained Earnings"),
        (({"name": "Retained earnings brought forward"},), "Retained earnings brought forward"),
        (({"name": "Reserves", "subtype": "Retained Earnings"}, {"name": "Old retained earnings"}), "Reserves"),
        (({"name": "A", "subtype": "RetainedEarnings"}, {"name": "B", "subtype": "Equity/RetainedEarnings"}), "A"),
    ],
)
def test_there_is_exactly_one_retained_earnings_account(tmp_path: Path, rows: tuple[Json, ...], expected: str) -> None:
    equity = [{"kind": "account", "id": f"e{n}", "type": "equity", **row} for n, row in enumerate(rows)]
    engine = served(tmp_path, COMPANY, *LISTS, *equity)
    found = [entry["Name"] for entry in engine.lists.all("Account") if entry["AccountSubType"] == "RetainedEarnings"]
    assert found == [expected]


def test_a_sub_account_has_its_parents_type_or_moves_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    below: tuple[Json, ...] = (
        {"kind": "account", "id": "36", "name": "Till", "type": "asset", "parent": "35"},
        {"kind": "account", "id": "37", "name": "Van", "type": "asset", "subtype": "Fixed Asset", "parent": "35"},
    )
    accounts = by_name(served(tmp_path, COMPANY, *LISTS, *below), "Account")
    assert (accounts["Till"]["AccountType"], accounts["Till"]["ParentRef"]) == ("Bank", {"value": "35"})
    assert (accounts["Van"]["AccountType"], accounts["Van"].get("ParentRef")) == ("Fixed Asset", None)
    assert "no Fixed Asset below a Bank: 'Van' moves up" in capsys.readouterr().err


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadBooks, match=r"pier\.jsonl, line 2"):
        served(tmp_path, COMPANY, {"kind": "budget"})


@pytest.mark.parametrize(
    ("kind", "subtype", "expected"),
    [
        (AccountType.ASSET, "", ("Other Current Asset", "OtherCurrentAssets")),
        (AccountType.ASSET, "Fixed Asset/Vehicles", ("Fixed Asset", "Vehicles")),
        (AccountType.ASSET, "fixed_asset", ("Fixed Asset", "OtherFixedAssets")),
        (AccountType.ASSET, "Prepaid Expenses", ("Other Current Asset", "PrepaidExpenses")),
        (AccountType.ASSET, "Bank/NewKind", ("Bank", "NewKind")),
        (AccountType.LIABILITY, "Accounts Payable", ("Accounts Payable", "AccountsPayable")),
        (AccountType.LIABILITY, "CreditCard", ("Credit Card", "CreditCard")),
        (AccountType.EXPENSE, "Cost of Goods Sold", ("Cost of Goods Sold", "OtherCostsOfServiceCos")),
        (AccountType.EXPENSE, "payroll", ("Expense", "PayrollExpenses")),
        (AccountType.EXPENSE, "Depreciation", ("Other Expense", "Depreciation")),
        (AccountType.EXPENSE, "Bank", ("Expense", "OfficeGeneralAdministrativeExpenses")),
        (AccountType.INCOME, "anything", ("Income", "ServiceFeeIncome")),
        (AccountType.EQUITY, "", ("Equity", "OwnersEquity")),
    ],
)
def test_accounts_get_a_type_and_sub_type(kind: AccountType, subtype: str, expected: tuple[str, str]) -> None:
    assert account_kind(kind, subtype) == expected
    assert CLASSIFICATION[expected[0]] == {"income": "Revenue"}.get(kind, kind.value.capitalize())


def test_the_demo_has_a_second_company() -> None:
    main, second = fill("demo", today=TODAY)
    assert (main.name, second.name) == ("Quillbay Software, Inc.", "Harbour Consulting LLC")
    assert main.realm != second.realm
    assert second.fiscal_year_first_month == 4
    assert second.entries_posted == 60
    assert len(list(second.lists.all("Account"))) == 12
    assert max(txn.day for txn in second.journal.txns.values()) <= TODAY


def test_large_books_are_large_even_and_the_same_again() -> None:
    engine, again = (fill("large:6000", today=TODAY)[0] for _ in range(2))
    assert 6_000 <= engine.lines_posted < 6_010
    assert {key: txn.source for key, txn in again.journal.txns.items()} == {
        key: txn.source for key, txn in engine.journal.txns.items()
    }
    sizes = [sum(len(txn.postings) for txn in month) for month in months_of(engine)]
    assert len([size for size in sizes if size]) == 35
    assert max(sizes) < 2 * 6_000 // 35
    assert engine.journal.first_day() == date(2024, 1, 1)
    assert max(txn.day for txn in engine.journal.txns.values()) <= TODAY
    assert monthrange(2026, 11)[1] > TODAY.day


def test_large_books_have_few_big_vendors_and_many_small_ones() -> None:
    engine = fill("large:20_000", today=TODAY)[0]
    met: dict[str, int] = {}
    for txn in engine.journal.txns.values():
        if txn.party and txn.party[0] == "Vendor":
            met[txn.party[1]] = met.get(txn.party[1], 0) + 1
    often = sorted(met.values(), reverse=True)
    assert len(often) > 300
    assert sum(often[:40]) > sum(often) // 2


@pytest.mark.parametrize("books", ["large:many", "nowhere.jsonl"])
def test_what_is_no_books_is_refused(books: str) -> None:
    with pytest.raises(OSError, match=books):
        fill(books, today=TODAY)
