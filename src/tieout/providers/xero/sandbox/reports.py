"""The reports by the names that they have in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox.bank_summary import bank_summary
from tieout.providers.xero.sandbox.budget_summary import budget_summary
from tieout.providers.xero.sandbox.executive_summary import executive_summary
from tieout.providers.xero.sandbox.statements import balance_sheet, profit_and_loss
from tieout.providers.xero.sandbox.trial_balance import trial_balance
from tieout.providers.xero.sandbox.values import Json

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

REPORTS: dict[str, Callable[[Organisation, Mapping[str, str]], Json]] = {
    "TrialBalance": trial_balance,
    "BalanceSheet": balance_sheet,
    "ProfitAndLoss": profit_and_loss,
    "BankSummary": bank_summary,
    "ExecutiveSummary": executive_summary,
    "BudgetSummary": budget_summary,
}
