"""The reports by name, and what a call to one carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tieout.core.money import to_minor
from tieout.providerkit.sandbox_faults import Fault, Faults
from tieout.providers.quickbooks.sandbox.chart import is_profit_and_loss
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.frame import Style, period
from tieout.providers.quickbooks.sandbox.general_ledger import CELL_CAP, general_ledger
from tieout.providers.quickbooks.sandbox.journal_reports import journal_report, transaction_list
from tieout.providers.quickbooks.sandbox.statements import balance_sheet, profit_and_loss
from tieout.providers.quickbooks.sandbox.trial_balance import balances, trial_balance_of
from tieout.providers.quickbooks.sandbox.wire import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCall:
    """One request for a report, and the faults that may hit it."""

    name: str
    path: str
    engine: Engine
    params: Mapping[str, str]
    style: Style
    faults: Faults

    def without_dates(self) -> ReportCall:
        """Return the call as a service sees it that ignores the dates."""
        kept = {key: value for key, value in self.params.items() if key not in ("start_date", "end_date")}
        return replace(self, params=kept)


def _ledger(call: ReportCall) -> Json:
    fault = call.faults.take("cell_cap", call.path)
    cap = int(str(fault.value)) if fault else CELL_CAP
    return general_ledger(call.engine, call.params, call.style, cap=cap)


def _trial_balance(call: ReportCall) -> Json:
    covered = period(call.params, call.engine)
    found = balances(call.engine, covered.last)
    month = f"{covered.last:%Y-%m}"
    shift = call.faults.peek("trial_balance_shift", call.path)
    if shift and shift.args.get("month", month) == month:
        call.faults.take("trial_balance_shift", call.path)
        _shift(call.engine, found, shift)
    report = trial_balance_of(call.engine, found, covered, call.style)
    if report["Rows"] and call.faults.take("trial_balance_break", call.path):
        cells = report["Rows"]["Row"][0]["ColData"]
        side = 1 if cells[1]["value"] else 2
        cells[side] = {"value": str(Decimal(cells[side]["value"]) + 1)}  # the totals stay as they were
    return report


def _shift(engine: Engine, found: dict[str, int], fault: Fault) -> None:
    """Move an amount from one balance to another, so that the report still adds up."""
    amount = to_minor(str(fault.args.get("amount", "100")), engine.digits)
    chart = [one for one in engine.lists.accounts_in_order() if not is_profit_and_loss(engine.lists.account_type(one))]
    kept = sorted(chart, key=lambda one: one not in found)  # accounts with a balance first
    target = str(fault.args.get("account") or kept[0])
    other = next(account for account in kept if account != target)
    found[target] = found.get(target, 0) + amount
    found[other] = found.get(other, 0) - amount


REPORTS: dict[str, Callable[[ReportCall], Json]] = {
    "GeneralLedger": _ledger,
    "TrialBalance": _trial_balance,
    "BalanceSheet": lambda call: balance_sheet(call.engine, call.params, call.style),
    "ProfitAndLoss": lambda call: profit_and_loss(call.engine, call.params, call.style),
    "JournalReport": lambda call: journal_report(call.engine, call.params, call.style),
    "TransactionList": lambda call: transaction_list(
        call.engine, call.params, call.style, payroll=not call.faults.take("no_payroll_listed", call.path)
    ),
}
