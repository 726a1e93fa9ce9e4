"""The reports by name, and what a call to one carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.faults import Faults
from tieout.providers.quickbooks.sandbox.frame import Style
from tieout.providers.quickbooks.sandbox.general_ledger import CELL_CAP, general_ledger
from tieout.providers.quickbooks.sandbox.trial_balance import trial_balance
from tieout.providers.quickbooks.sandbox.wire import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCall:
    """One request for a report, and the faults that may hit it."""

    engine: Engine
    params: Mapping[str, str]
    style: Style
    faults: Faults


Report = Callable[[ReportCall], Json]


def _ledger(call: ReportCall) -> Json:
    fault = call.faults.take("cell_cap", "reports/GeneralLedger")
    cap = int(str(fault.value)) if fault else CELL_CAP
    return general_ledger(call.engine, call.params, call.style, cap=cap)


REPORTS: dict[str, Report] = {
    "GeneralLedger": _ledger,
    "TrialBalance": lambda call: trial_balance(call.engine, call.params, call.style),
}
