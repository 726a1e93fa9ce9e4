"""The engine's books, checked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.small import Small, small
from tieout.providers.quickbooks.sandbox.trial_balance import balances
from tieout.providers.quickbooks.sandbox.wire import BadDocument

END_OF_JANUARY = date(2026, 1, 31)


def named(company: Small, at: date) -> dict[str, int]:
    """Return the balances at a day by account name."""
    lists = company.engine.lists
    return {
        str(lists.get("Account", account)["Name"]): amount for account, amount in balances(company.engine, at).items()
    }


def test_one_of_everything_posts_as_the_table_says() -> None:
    company = small()
    assert named(company, END_OF_JANUARY) == {
        "Checking": 1000000 - 4010 - 8644 - 3400 - 1220 + 10416 + 10000 - 500 - 25000 - 4000 - 150000,
        "Savings": 500 + 25000 - 1100,
        "Mastercard": -5000 - 50 + 20 + 4000,
        "Accounts Receivable": 10416 - 10416 - 2000,
        "Accounts Payable": -18644 + 8644 + 5000 + 900,
        "Inventory Asset": 10000 - 2000 - 1000,
        "Sales Tax Payable": -216,
        "Payroll Liabilities": -50000,
        "Opening Balance Equity": -1000000,
        "Retained Earnings": 4010,
        "Installation": -7500 + 2000,
        "Product Sales": -3000,
        "Discounts": 300,
        "Cost of Goods Sold": 2000,
        "Automobile": 1220,
        "Fuel": 3400 + 50 - 20,
        "Utilities": 8644 - 900,
        "Wages": 200000,
        "Shrinkage": 1000,
        "Interest Earned": -10000,
        "Depreciation": 1100,
    }


def test_trial_balance_sums_to_zero_on_any_day() -> None:
    company = small()
    for at in (date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 14), END_OF_JANUARY, date(2026, 2, 28)):
        assert sum(balances(company.engine, at).values()) == 0


@pytest.mark.parametrize("start", [date(2026, 1, 1), date(2026, 1, 14), date(2026, 1, 15), date.min])
@pytest.mark.parametrize("end", [date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 5), date.max])
def test_the_net_of_a_window_is_the_sum_of_its_lines(start: date, end: date) -> None:
    company = small()
    journal = company.engine.journal
    for account in journal.accounts():
        lines = [
            line for txn in journal.touching(account, start, end) for line in txn.postings if line.account == account
        ]
        assert journal.net(account, start, end) == sum(line.amount for line in lines)


def test_profit_rolls_into_retained_earnings_at_the_fiscal_year() -> None:
    june = small(fiscal_year_first_month=6)
    assert "Retained Earnings" not in named(june, END_OF_JANUARY)
    assert named(june, END_OF_JANUARY)["Utilities"] == 4010 + 8644 - 900
    assert named(june, date(2026, 6, 1)).keys().isdisjoint({"Utilities", "Wages"})


def test_a_void_keeps_its_lines_at_zero_and_a_delete_takes_them_away() -> None:
    company = small()
    before, lines = balances(company.engine, END_OF_JANUARY), company.engine.lines_posted
    company.engine.void(company.ids["transfer"])
    assert company.engine.lines_posted == lines
    after = balances(company.engine, END_OF_JANUARY)
    assert after[company.ids["Savings"]] == before[company.ids["Savings"]] - 25000
    company.engine.delete(company.ids["transfer"])
    assert company.engine.lines_posted == lines - 2
    assert [(entity, entry) for entity, entry, _ in company.engine.deleted] == [("Transfer", company.ids["transfer"])]


def test_an_edit_reposts_and_a_move_changes_the_month() -> None:
    company = small()
    company.engine.edit(company.ids["transfer"], {"Amount": Decimal("1.25")})
    company.engine.redate(company.ids["transfer"], date(2026, 2, 1))
    assert named(company, END_OF_JANUARY)["Savings"] == 500 - 1100
    assert named(company, date(2026, 2, 1))["Savings"] == 500 - 1100 + 125


def test_an_edit_of_a_sale_gives_its_stock_back_first() -> None:
    company = small()
    line = {"ItemRef": company.ref("Pump"), "Qty": 9}
    lines = [{"Amount": 135, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": line}]
    company.engine.edit(company.ids["invoice"], {"Line": lines, "TxnTaxDetail": {}})
    assert named(company, END_OF_JANUARY)["Cost of Goods Sold"] == 9000
    with pytest.raises(BadDocument, match="on hand"):
        company.engine.edit(
            company.ids["invoice"], {"Line": [{**lines[0], "SalesItemLineDetail": {**line, "Qty": 99}}]}
        )
    assert named(company, END_OF_JANUARY)["Cost of Goods Sold"] == 9000
    assert company.engine.inventory.on_hand(company.ids["Pump"]) == 0


def test_merging_accounts_moves_their_lines_without_touching_the_documents_times() -> None:
    company = small()
    engine, fuel, auto = company.engine, company.ids["Fuel"], company.ids["Automobile"]
    times = {txn.id: txn.modified for txn in engine.journal.txns.values()}
    engine.merge("Account", fuel, auto)
    assert named(company, END_OF_JANUARY)["Automobile"] == 1220 + 3430
    assert "Fuel" not in named(company, END_OF_JANUARY)
    assert {txn.id: txn.modified for txn in engine.journal.txns.values()} == times
    assert engine.lists.leaf("Account", fuel) == "Fuel (deleted)"


@pytest.mark.parametrize(
    "fields",
    [
        {"Postings": [{"account": "1", "amount": 5}]},
        {"Postings": [{"account": "1", "amount": 5}, {"account": "999", "amount": -5}]},
        {"Postings": [{"account": "1", "amount": Decimal("0.001")}, {"account": "2", "amount": Decimal("-0.001")}]},
    ],
    ids=["unbalanced", "no such account", "finer than a cent"],
)
def test_what_is_not_sound_is_refused_and_posts_nothing(fields: dict[str, object]) -> None:
    company = small()
    lines = company.engine.lines_posted
    with pytest.raises(BadDocument):
        company.engine.post("Payroll Check", {"TxnDate": END_OF_JANUARY, **fields})
    assert company.engine.lines_posted == lines


def test_a_total_that_is_not_the_sum_of_the_lines_is_refused() -> None:
    company = small()
    line = {"AccountRef": company.ref("Fuel")}
    lines = [{"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail", "AccountBasedExpenseLineDetail": line}]
    bill = {"TxnDate": END_OF_JANUARY, "VendorRef": company.ref("Bay Power"), "Line": lines, "TotalAmt": 6}
    with pytest.raises(BadDocument, match="TotalAmt"):
        company.engine.post("Bill", bill)


def test_foreign_documents_post_in_home_currency_and_settle_with_an_exchange_difference() -> None:
    engine = Engine(name="Multi", realm="1", multicurrency=True, today=date(2026, 3, 1))
    bank = engine.add("Account", {"Name": "Checking", "AccountType": "Bank"})
    travel = engine.add("Account", {"Name": "Travel", "AccountType": "Expense"})
    vendor = engine.add("Vendor", {"DisplayName": "Hotel", "CurrencyRef": {"value": "EUR"}})
    euros = {"CurrencyRef": {"value": "EUR"}, "VendorRef": {"value": vendor}}
    kind = "AccountBasedExpenseLineDetail"
    lines = [{"Amount": Decimal("33.33"), "DetailType": kind, kind: {"AccountRef": {"value": travel}}}] * 2
    bill = engine.post("Bill", {"TxnDate": date(2026, 1, 5), "ExchangeRate": Decimal("1.1"), "Line": lines, **euros})
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": {"value": bank}}, "TotalAmt": Decimal("66.66")}
    paid = [{"Amount": Decimal("66.66"), "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}]
    fields = {"TxnDate": date(2026, 2, 5), "ExchangeRate": Decimal("1.2"), "Line": paid, **check, **euros}
    engine.post("BillPayment", fields)
    found = balances(engine, date(2026, 2, 28))
    payable = engine.special("AccountsPayable", "EUR")
    assert engine.transaction(bill).postings[0].foreign == -6666
    assert found[travel] == 2 * 3666
    assert found.get(payable, 0) == 0
    assert found[bank] == -7999
    assert found[engine.special("ExchangeGainOrLoss")] == 7999 - 7332


def test_changes_carry_the_clock_and_imported_history_its_own_dates() -> None:
    company = small()
    company.engine.go_live()
    clock = Clock.at(date(2026, 3, 2))
    company.engine.clock = clock
    old = company.engine.transaction(company.ids["bill"])
    assert datetime.fromtimestamp(old.created, UTC).date() == date(2026, 1, 10)
    company.engine.advance(date(2026, 4, 1))
    company.engine.edit(company.ids["bill"], {"PrivateNote": "late"})
    assert company.engine.transaction(company.ids["bill"]).modified == clock.seconds()
    assert company.engine.today == date(2026, 4, 1)
