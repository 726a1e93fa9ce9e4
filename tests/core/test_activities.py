"""Where what moved on an account stands in the cash-flow statement."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.activities import Activity, activity_of
from tieout.core.cash import Flow


@dataclass(frozen=True)
class Account:
    type: AccountType
    subtype: str = ""
    role: AccountRole = AccountRole.NONE
    label: str = "1000 Some account"


ASSET, LIABILITY, EQUITY = AccountType.ASSET, AccountType.LIABILITY, AccountType.EQUITY


@pytest.mark.parametrize(
    ("account", "said", "activity"),
    [
        (Account(ASSET, "Fixed Asset/AccumulatedDepreciation"), None, Activity.ADJUSTMENTS),
        (Account(ASSET, "Other Asset/AccumulatedAmortizationOfOtherAssets"), None, Activity.ADJUSTMENTS),
        (Account(ASSET, "FIXED", label="711 Less Accumulated Depreciation on Computers"), None, Activity.ADJUSTMENTS),
        (Account(ASSET, "FIXED", label="Accumulated amortisation"), None, Activity.ADJUSTMENTS),
        (
            Account(ASSET, "Accounts Receivable/AccountsReceivable", AccountRole.RECEIVABLE),
            None,
            Activity.WORKING_CAPITAL,
        ),
        (Account(ASSET, "Other Current Asset/PrepaidExpenses"), None, Activity.WORKING_CAPITAL),
        (Account(ASSET, "Other Current Asset/LoansToOthers"), Flow.FUNDRAISE, Activity.FINANCING),
        (Account(ASSET, "Fixed Asset/Vehicles"), None, Activity.INVESTING),
        (Account(ASSET, "Other Asset/SecurityDeposits"), None, Activity.INVESTING),
        (Account(ASSET, "Bank/TrustAccounts", AccountRole.BANK), None, Activity.INVESTING),
        (Account(LIABILITY, "Accounts Payable/AccountsPayable", AccountRole.PAYABLE), None, Activity.WORKING_CAPITAL),
        (Account(LIABILITY, "CURRLIAB"), None, Activity.WORKING_CAPITAL),
        (Account(LIABILITY, "CURRLIAB"), Flow.FUNDRAISE, Activity.FINANCING),
        (Account(LIABILITY, "Long Term Liability/NotesPayable"), None, Activity.FINANCING),
        (Account(LIABILITY, "Long Term Liability/NotesPayable"), Flow.PAYMENTS, Activity.WORKING_CAPITAL),
        (Account(EQUITY, "Equity/CommonStock"), None, Activity.FINANCING),
        (Account(EQUITY, "Equity/RetainedEarnings", AccountRole.RETAINED_EARNINGS), Flow.PAYMENTS, Activity.FINANCING),
    ],
)
def test_the_books_words_and_a_persons_decide(account: Account, said: Flow | None, activity: Activity) -> None:
    assert activity_of(account, said) is activity


@pytest.mark.parametrize("kind", [AccountType.INCOME, AccountType.EXPENSE])
def test_income_and_expense_are_in_net_income(kind: AccountType) -> None:
    with pytest.raises(ValueError, match="is in net income"):
        activity_of(Account(kind))
