"""Which flow a counterpart account belongs to, unless a company says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.cash import Flow, default_flow, is_borrowed, is_cash, may_be_cash


@dataclass(frozen=True)
class Account:
    type: AccountType
    subtype: str = ""
    role: AccountRole = AccountRole.NONE
    label: str = "1000 Some account"


ASSET, LIABILITY, EQUITY = AccountType.ASSET, AccountType.LIABILITY, AccountType.EQUITY
INCOME, EXPENSE = AccountType.INCOME, AccountType.EXPENSE


@pytest.mark.parametrize(
    ("account", "flow"),
    [
        (Account(INCOME), Flow.COLLECTIONS),
        (Account(INCOME, role=AccountRole.OTHER_INCOME), Flow.COLLECTIONS),
        (Account(ASSET, role=AccountRole.RECEIVABLE), Flow.COLLECTIONS),
        (Account(ASSET, "Other Current Asset/UndepositedFunds"), Flow.COLLECTIONS),
        (Account(LIABILITY, "Other Current Liability/DeferredRevenue"), Flow.COLLECTIONS),
        (Account(LIABILITY, "Long Term Liability/Unearned Revenue"), Flow.COLLECTIONS),
        (Account(EXPENSE), Flow.PAYMENTS),
        (Account(LIABILITY, "Accounts Payable/AccountsPayable", AccountRole.PAYABLE), Flow.PAYMENTS),
        (Account(LIABILITY, "Credit Card/CreditCard", AccountRole.CARD), Flow.PAYMENTS),
        (Account(LIABILITY, "Other Current Liability/PayrollTaxPayable"), Flow.PAYMENTS),
        (Account(LIABILITY, "CURRLIAB"), Flow.PAYMENTS),
        (Account(ASSET, "Fixed Asset/Vehicles"), Flow.PAYMENTS),
        (Account(ASSET, "Other Current Asset/PrepaidExpenses"), Flow.PAYMENTS),
        (Account(EQUITY, "Equity/RetainedEarnings", AccountRole.RETAINED_EARNINGS), Flow.PAYMENTS),
        (Account(EQUITY, "Equity/CommonStock"), Flow.FUNDRAISE),
        (Account(LIABILITY, "Long Term Liability/NotesPayable"), Flow.FUNDRAISE),
        (Account(LIABILITY, "Other Current Liability/LoanPayable"), Flow.FUNDRAISE),
        (Account(LIABILITY, "Other Current Liability/LineOfCredit"), Flow.FUNDRAISE),
        (Account(LIABILITY, "TERMLIAB"), Flow.FUNDRAISE),
        (Account(ASSET, "Bank/Checking", AccountRole.BANK), Flow.TRANSFERS),
    ],
)
def test_the_books_words_decide(account: Account, flow: Flow) -> None:
    assert default_flow(account) is flow


def test_cash_is_bank_accounts_and_others_may_be_if_they_hold_or_owe_money() -> None:
    assert is_cash(Account(ASSET, "Bank/Checking", AccountRole.BANK))
    assert not is_cash(Account(ASSET, "Other Current Asset/UndepositedFunds"))
    assert [may_be_cash(Account(it)) for it in AccountType] == [True, True, False, False, False]


@pytest.mark.parametrize("role", [AccountRole.PAYABLE, AccountRole.CARD])
def test_a_card_is_not_borrowed_whatever_its_sub_type(role: AccountRole) -> None:
    assert not is_borrowed(Account(LIABILITY, "Long Term Liability/NotesPayable", role))


def test_each_flow_has_a_word() -> None:
    assert [flow.label for flow in Flow] == [
        "Collections", "Payments", "Fundraise", "Transfers to accounts left out",
    ]  # fmt: skip
