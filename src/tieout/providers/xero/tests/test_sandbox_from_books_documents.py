"""Which documents an entry of a books file becomes, entry by entry."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tieout.core.accounts import AccountType
from tieout.providerkit.books import Account, Company, Entry, Item, Line, Party, PartyKind, SampleBooks
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import from_books
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.exact_rates import exact_rate
from tieout.providers.xero.tests.test_sandbox_engine import lines

DAY = date(2026, 1, 15)
ACCOUNTS = (
    ("10", "Bank", AccountType.ASSET, "Bank"),
    ("11", "Euro bank", AccountType.ASSET, "Bank"),
    ("12", "Receivable", AccountType.ASSET, "Accounts Receivable"),
    ("13", "Not deposited", AccountType.ASSET, "Other Current Asset/UndepositedFunds"),
    ("20", "Payable", AccountType.LIABILITY, "Accounts Payable"),
    ("21", "Card", AccountType.LIABILITY, "Credit Card"),
    ("22", "Accrued", AccountType.LIABILITY, "Other Current Liability"),
    ("40", "Sales", AccountType.INCOME, "Income"),
    ("60", "Rent", AccountType.EXPENSE, "Expense"),
    ("61", "Travel", AccountType.EXPENSE, "Expense"),
    ("89", "Exchange", AccountType.EXPENSE, "Other Expense/ExchangeGainOrLoss"),
)
PARTIES = (
    Party(kind=PartyKind.VENDOR, id="v", name="Ada"),
    Party(kind=PartyKind.VENDOR, id="w", name="Bob"),
    Party(kind=PartyKind.CUSTOMER, id="c", name="Cy"),
    Party(kind=PartyKind.EMPLOYEE, id="e", name="Eve"),
)
Row = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]  # account, amount, party, "EUR 100.00"


def entry(of: str, *rows: Row, party: str | None = None, day: date = DAY) -> Entry:
    made = []
    for account, amount, *more in rows:
        currency, _, foreign = (more[1] if len(more) > 1 else "").partition(" ")
        own = more[0] if more and more[0] else None
        made.append(
            Line(account=account, amount=amount, party=own, currency=currency or None, currency_amount=foreign or None)
        )
    return Entry(id=f"{of}{rows}", type=of, date=day, party=party, lines=tuple(made))


def served(*entries: Entry) -> Organisation:
    books = SampleBooks(
        company=Company(name="Ours", currency="USD"),
        accounts=tuple(
            Account(id=own, name=name, number=own, type=of, subtype=kind) for own, name, of, kind in ACCOUNTS
        ),
        parties=PARTIES,
        items=(Item(id="i", name="Thing"),),
        entries=entries,
    )
    return from_books.organisation(books, Clock.at(date(2026, 3, 1)))


BILL = entry("Bill", ("60", "100.00"), ("20", "-100.00"), party="v")
CASES: dict[str, tuple[tuple[Entry, ...], list[str]]] = {
    "a bill": ((BILL,), ["ACCPAY: 20 -100.00, 60 100.00"]),
    "an invoice": (
        (entry("Invoice", ("12", "50.00"), ("40", "-50.00"), party="c"),),
        ["ACCREC: 12 50.00, 40 -50.00"],
    ),
    "a credit": (
        (BILL, entry("Vendor Credit", ("20", "30.00"), ("60", "-30.00"), party="v")),
        ["ACCPAY: 20 -100.00, 60 100.00", "ACCPAYCREDIT: 20 30.00, 60 -30.00"],
    ),
    "a payment of what is open, the oldest first, and of more than that": (
        (BILL, BILL, entry("Bill Payment", ("20", "250.00"), ("10", "-250.00"), party="v")),
        [
            "ACCPAY: 20 -100.00, 60 100.00",
            "ACCPAY: 20 -100.00, 60 100.00",
            "ACCPAYPAYMENT: 10 -100.00, 20 100.00",
            "ACCPAYPAYMENT: 10 -100.00, 20 100.00",
            "APOVERPAYMENT: 10 -50.00, 20 50.00",
        ],
    ),
    "a payment that is not deposited yet": (
        (
            entry("Invoice", ("12", "50.00"), ("40", "-50.00"), party="c"),
            entry("Payment", ("13", "70.00"), ("12", "-70.00"), party="c"),
        ),
        ["ACCREC: 12 50.00, 40 -50.00", "ACCRECPAYMENT: 13 50.00, 12 -50.00", "ACCRECCREDIT: 12 -20.00, 13 20.00"],
    ),
    "money spent with a vendor": (
        (entry("Check", ("60", "9.00"), ("10", "-9.00"), party="v"),),
        ["CASHPAID: 10 -9.00, 60 9.00"],
    ),
    "a vendor's money back on the card: a credit note that is paid at once": (
        (BILL, entry("Card Credit", ("21", "9.00"), ("60", "-9.00"), party="v")),
        ["ACCPAY: 20 -100.00, 60 100.00", "ACCPAYCREDIT: 20 9.00, 60 -9.00", "APCREDITPAYMENT: 21 9.00, 20 -9.00"],
    ),
    "money given back to a customer": (
        (entry("Refund", ("40", "9.00"), ("10", "-9.00"), party="c"),),
        ["ACCRECCREDIT: 12 -9.00, 40 9.00", "ARCREDITPAYMENT: 10 -9.00, 12 9.00"],
    ),
    "interest, about nobody": (
        (entry("Deposit", ("10", "1.00"), ("40", "-1.00")),),
        ["CASHREC: 10 1.00, 40 -1.00"],
    ),
    "a transfer": ((entry("Transfer", ("21", "5.00"), ("10", "-5.00")),), ["TRANSFER: 10 -5.00, 21 5.00"]),
    "an accrual": ((entry("Journal", ("60", "5.00"), ("22", "-5.00")),), ["MANJOURNAL: 60 5.00, 22 -5.00"]),
    "an accrual with a vendor: a bill of nothing": (
        (entry("Journal", ("60", "5.00", "v"), ("22", "-5.00")),),
        ["ACCPAY: 60 5.00, 22 -5.00"],
    ),
    "pay": (
        (entry("Paycheck", ("60", "5.00"), ("22", "-1.00"), ("10", "-4.00"), party="e"),),
        ["-: 60 5.00, 22 -1.00, 10 -4.00"],
    ),
    "a bank account in a journal of nobody": (
        (entry("Journal", ("10", "5.00"), ("11", "2.00"), ("40", "-7.00")),),
        ["-: 10 5.00, 11 2.00, 40 -7.00"],
    ),
    "one check for two vendors": (
        (entry("Check", ("60", "5.00", "v"), ("61", "2.00", "w"), ("10", "-7.00")),),
        ["CASHPAID: 10 -5.00, 60 5.00", "CASHPAID: 10 -2.00, 61 2.00"],
    ),
    "a customer's debt that is written off to a cost of nobody's": (
        (entry("Journal", ("60", "5.00"), ("12", "-5.00", "c")),),
        ["MANJOURNAL: 60 5.00, 850 -5.00", "ACCRECCREDIT: 12 -5.00, 850 5.00"],
    ),
    "a refund of what nothing is open for": (
        (entry("Refund", ("12", "9.00"), ("10", "-9.00"), party="c"),),
        ["ACCREC: 12 9.00, 850 -9.00", "CASHPAID: 10 -9.00, 850 9.00"],
    ),
    "a bill that is half paid": (
        (entry("Bill", ("60", "10.00"), ("20", "-6.00"), ("10", "-4.00"), party="v"),),
        ["ACCPAY: 20 -10.00, 60 10.00", "ACCPAYPAYMENT: 10 -4.00, 20 4.00"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_entry_becomes_what_an_accountant_would_enter(name: str) -> None:
    entries, expected = CASES[name]
    org = served(*entries)
    assert [text.removeprefix(f"{DAY.isoformat()} ") for text in lines(org.journals)] == expected


def test_a_foreign_bill_is_a_foreign_document_and_its_payment_gains() -> None:
    org = served(
        entry("Bill", ("60", "125.00", "", "EUR 100.00"), ("20", "-125.00", "", "EUR -100.00"), party="v"),
        entry("Bill", ("60", "126.00", "", "EUR 100.00"), ("20", "-126.00", "", "EUR -100.00"), party="v"),
        entry("Bill Payment", ("20", "125.00"), ("10", "-125.00"), party="v"),
        entry("Bill Payment", ("20", "126.00", "", "EUR 100.00"), ("10", "-130.00"), ("89", "4.00"), party="v"),
    )
    bills = list(org.documents["Invoices"].values())
    assert [(bill["CurrencyCode"], bill["Total"], bill["CurrencyRate"]) for bill in bills] == [
        ("EUR", Decimal("100.00"), Decimal("0.8")),
        ("EUR", Decimal("100.00"), Decimal("0.79365")),
    ]
    assert [bill["Status"] for bill in bills] == ["PAID", "PAID"]
    assert [text.split(" ", 1)[1] for text in lines(org.journals)[2:]] == [
        "ACCPAYPAYMENT: 10 -125.00, 20 125.00",
        "ACCPAYPAYMENT: 10 -130.00, 20 126.00, 89 4.00",
    ]
    assert [pay["BankAmount"] for pay in org.documents["Payments"].values()] == [Decimal("125.00"), Decimal("130.00")]


def test_a_bank_account_whose_every_line_is_foreign_is_kept_in_that_currency() -> None:
    org = served(
        entry("Check", ("60", "12.50", "", "EUR 10.00"), ("11", "-12.50", "", "EUR -10.00"), party="v"),
        entry("Transfer", ("10", "5.00"), ("11", "-5.00", "", "EUR -4.00")),
    )
    assert org.refs.account("11")["CurrencyCode"] == "EUR"
    [spent] = [one for one in org.documents["BankTransactions"].values() if one["Type"] == "SPEND"]
    assert (spent["CurrencyCode"], spent["Total"], spent["CurrencyRate"]) == ("EUR", Decimal("10.00"), Decimal("0.8"))


@pytest.mark.parametrize(
    ("pairs", "rate"),
    [
        ([("100", "125")], "0.8"),
        ([("33.34", "27.78"), ("66.67", "55.56")], "1.2"),
        ([("1", "1"), ("1", "2")], None),
        ([("-1", "1")], None),
        ([("0", "5")], None),
        ([("0", "0"), ("3", "0")], "1200"),
    ],
)
def test_a_rate_is_as_short_as_can_be(pairs: list[tuple[str, str]], rate: str | None) -> None:
    found = exact_rate([(Decimal(foreign), Decimal(base)) for foreign, base in pairs], 2)
    assert found == (None if rate is None else Decimal(rate))


def test_parties_that_buy_and_sell_stay_two_contacts() -> None:
    books = SampleBooks(
        company=Company(name="Ours", currency="USD"),
        parties=(
            Party(kind=PartyKind.VENDOR, id="1", name="Both"),
            Party(kind=PartyKind.CUSTOMER, id="2", name="Both"),
        ),
    )
    org = from_books.organisation(books, Clock.at(DAY))
    assert [one["Name"] for one in org.documents["Contacts"].values()] == ["Both", "Both (customer)"]


def test_accounts_are_flat_and_their_names_hold_those_above() -> None:
    chart = (
        Account(id="1", name="Travel", type=AccountType.EXPENSE, number="600", active=False),
        Account(id="2", name="Air", type=AccountType.EXPENSE, number="600", parent="1"),
        Account(id="3", name="Air", type=AccountType.EXPENSE, parent="2"),
    )
    org = from_books.organisation(
        SampleBooks(company=Company(name="Ours", currency="JPY", fiscal_year_start=3), accounts=chart), Clock.at(DAY)
    )
    own = [org.documents["Accounts"][from_books.account_id(org, one.id)] for one in chart]
    assert [(one["Name"], one["Code"], one["Status"]) for one in own] == [
        ("Travel", "600", "ARCHIVED"),
        ("Travel: Air", "600-2", "ACTIVE"),
        ("Travel: Air: Air", "EXP", "ACTIVE"),
    ]
    about = org.organisation()
    assert (about["FinancialYearEndMonth"], about["FinancialYearEndDay"], about["BaseCurrency"]) == (2, 28, "JPY")
