"""The demo company: the same every time, balanced every month, and as untidy as real books are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tieout.providers.quickbooks.sandbox.demo.customers import sites
from tieout.providers.quickbooks.sandbox.demo.diary import months
from tieout.providers.quickbooks.sandbox.demo.people import PEOPLE
from tieout.providers.quickbooks.sandbox.demo.quillbay import quillbay
from tieout.providers.quickbooks.sandbox.demo.vendors import LONG_NAME, VENDORS
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.journal import Posting, Txn

TODAY = date(2026, 11, 23)
FIRST = date(2024, 1, 1)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(scope="module")
def demo() -> Engine:
    engine = quillbay(realm="1", today=TODAY)
    engine.go_live()
    return engine


def account(engine: Engine, number: str) -> str:
    return next(str(entry["Id"]) for entry in engine.lists.all("Account") if entry.get("AcctNum") == number)


def labelled(engine: Engine, label: str) -> list[Txn]:
    return [txn for txn in engine.journal.txns.values() if txn.label == label]


def lines_of(engine: Engine, number: str) -> Iterator[tuple[Txn, Posting]]:
    wanted = account(engine, number)
    for txn in engine.journal.txns.values():
        for posting in txn.postings:
            if posting.account == wanted:
                yield txn, posting


def ends(engine: Engine) -> list[date]:
    """Return the first days after each month of history."""
    return [*[*months(FIRST, TODAY)][1:], TOMORROW]


def test_two_runs_are_equal(demo: Engine) -> None:
    again = quillbay(realm="1", today=TODAY)
    assert again.lines_posted == demo.lines_posted
    assert {key: txn.source for key, txn in again.journal.txns.items()} == {
        key: txn.source for key, txn in demo.journal.txns.items()
    }


@pytest.mark.parametrize("today", [date(2026, 12, 31), date(2027, 1, 2), date(2028, 2, 29), date(2026, 11, 23)])
def test_about_thirty_thousand_lines_whatever_the_day(today: date) -> None:
    engine = quillbay(realm="1", today=today)
    assert 29_000 <= engine.lines_posted <= 33_000
    assert engine.journal.first_day() == date(today.year - 2, 1, 1)


def test_the_trial_balance_is_zero_after_every_month(demo: Engine) -> None:
    for end in ends(demo):
        assert sum(demo.journal.balance(one, end) for one in demo.journal.accounts()) == 0
    assert all(sum(posting.amount for posting in txn.postings) == 0 for txn in demo.journal.txns.values())


def test_banks_are_never_overdrawn(demo: Engine) -> None:
    for number in ("1010", "1020", "1030", "1090"):
        assert min(demo.journal.balance(account(demo, number), end) for end in ends(demo)) >= 0, number


def test_revenue_grows(demo: Engine) -> None:
    income = [one["Id"] for one in demo.lists.all("Account") if one["AccountType"] == "Income"]
    years = [(date(year, 1, 1), date(year, 11, 1)) for year in (2024, 2025, 2026)]
    sold = [-sum(demo.journal.net(one, start, end) for one in income) for start, end in years]
    assert sold[0] * 12 // 10 < sold[1]
    assert sold[1] * 11 // 10 < sold[2]


def test_nothing_but_the_future_bill_is_dated_ahead(demo: Engine) -> None:
    ahead = [txn for txn in demo.journal.txns.values() if txn.day > TODAY]
    assert [(txn.label, txn.number, txn.day) for txn in ahead] == [("Bill", "EXPO-NEXT", date(2027, 1, 10))]


def test_the_lists_are_those_of_a_company_of_forty(demo: Engine) -> None:
    counts = {entity: len(list(demo.lists.all(entity))) for entity in ("Vendor", "Customer", "Employee", "Department")}
    assert counts == {"Vendor": 150, "Customer": 120, "Employee": len(PEOPLE), "Department": 3}
    assert len(PEOPLE) > 40
    assert 90 <= len(list(demo.lists.all("Account"))) <= 120
    assert len(set(VENDORS)) == 150
    assert sum(1 for one in demo.lists.all("Customer") if one["Job"]) == len(sites())
    assert any(one["SubClass"] for one in demo.lists.all("Class"))


def test_payroll_is_paid_twice_a_month_and_has_no_entity(demo: Engine) -> None:
    checks = labelled(demo, "Payroll Check")
    assert {txn.entity for txn in checks + labelled(demo, "Tax Payment") + labelled(demo, "Sales Tax Payment")} == {""}
    assert {txn.party[0] for txn in checks if txn.party} == {"Employee"}
    days = Counter(txn.day for txn in checks)
    assert len(days) == 2 * 34 + 1  # up to the 15th of the running month
    assert days[date(2026, 11, 15)] > days[date(2024, 1, 15)] > 20
    assert any(not one["Active"] for one in demo.lists.all("Employee"))


def test_the_roll_of_retained_earnings_is_not_posted(demo: Engine) -> None:
    assert {txn.number for txn, _ in lines_of(demo, "3900")} == {"OPEN-2"}


def test_every_kind_of_document_is_there(demo: Engine) -> None:
    found = {txn.label for txn in demo.journal.txns.values()}
    assert found == {
        *("Bill", "Bill Payment (Check)", "Bill Payment (Credit Card)", "Cash Expense", "Check"),
        *("Credit Card Credit", "Credit Card Expense", "Credit Card Payment", "Credit Memo", "Deposit"),
        *("Expense", "Inventory Qty Adjust", "Inventory Starting Value", "Invoice", "Journal Entry", "Payment"),
        *("Payroll Check", "Refund", "Sales Receipt", "Sales Tax Payment", "Tax Payment", "Transfer", "Vendor Credit"),
    }


def test_voided_deleted_edited_and_moved(demo: Engine) -> None:
    voided = [txn for txn in demo.journal.txns.values() if txn.memo.startswith("Voided")]
    assert {txn.label for txn in voided} == {"Bill", "Check"}
    assert all(posting.amount == 0 for txn in voided for posting in txn.postings)
    assert len(demo.deleted) >= 5
    (edited,) = [txn for txn in labelled(demo, "Bill") if txn.number == "CLR-7"]
    assert edited.version == 1
    assert edited.postings[0].amount == -365_000
    assert edited.day == date(2024, 3, 30)
    moved = [txn for txn, posting in lines_of(demo, "6730") if posting.memo == "Chairs"]
    assert [(txn.version, txn.day) for txn in moved] == [(1, date(2024, 7, 19))]


def test_accounts_are_given_up_renamed_renumbered_and_merged(demo: Engine) -> None:
    by_number = {entry["AcctNum"]: entry for entry in demo.lists.all("Account") if entry.get("AcctNum")}
    assert not by_number["6240"]["Active"]
    assert max(txn.day for txn, _ in lines_of(demo, "6240")) < date(2025, 4, 1)
    assert by_number["6620"]["Name"] == "Advisory services"
    assert by_number["6705"]["Name"] == "Coworking and day offices"
    assert not by_number["6890"]["Active"]
    assert not list(lines_of(demo, "6890"))
    assert any(posting.memo == "Client gift" for _, posting in lines_of(demo, "6530"))


def test_parents_with_and_without_postings_of_their_own(demo: Engine) -> None:
    assert any(True for _ in lines_of(demo, "6300"))
    assert not list(lines_of(demo, "5000"))


def test_odd_names(demo: Engine) -> None:
    names = {entry["DisplayName"]: entry for entry in demo.lists.all("Vendor")}
    assert {"O'Malley's Courier", "Søren & Çelik GmbH", LONG_NAME} <= set(names)
    assert len(LONG_NAME) > 90
    assert not names["Halvorsen Movers"]["Active"]
    assert demo.lists.full("Vendor", names["Halvorsen Movers"]["Id"]) == "Halvorsen Movers (deleted)"
    paid = {txn.party for txn in demo.journal.txns.values()}
    assert {("Vendor", entry["Id"]) for entry in names.values()} <= paid  # nobody is on the list for nothing


def test_odd_lines(demo: Engine) -> None:
    expenses = {one["Id"] for one in demo.lists.all("Account") if one["AccountType"] == "Expense"}
    bills = [posting for txn in labelled(demo, "Bill") for posting in txn.postings if posting.account in expenses]
    assert any(posting.amount < 0 for posting in bills)
    assert any(not posting.memo and not txn.memo for txn, posting in lines_of(demo, "6730"))
    assert any(not posting.klass and posting.account in expenses for posting in bills) or any(
        not posting.klass for _, posting in lines_of(demo, "6900")
    )
    assert len(list(lines_of(demo, "6900"))) > 30
    assert any(posting.amount > 0 for _, posting in lines_of(demo, "8040"))


def test_bills_that_look_like_duplicates(demo: Engine) -> None:
    alike = Counter((txn.party, txn.number, txn.postings[0].amount) for txn in labelled(demo, "Bill") if txn.number)
    assert max(alike.values()) == 2


def test_a_deposit_keeps_cash_back(demo: Engine) -> None:
    petty = account(demo, "1090")
    deposits = [txn for txn in labelled(demo, "Deposit") if any(one.account == petty for one in txn.postings)]
    assert deposits
    assert all(len(txn.postings) >= 3 for txn in deposits)


def test_the_books_are_closed_through_the_last_year(demo: Engine) -> None:
    assert demo.book_close_date == date(2025, 12, 31)
