"""How faults spoil a report: each makes an answer that a careful client must refuse, or must cope with."""

from __future__ import annotations

from tieout.providers.quickbooks.sandbox.reports import Report, ReportCall
from tieout.providers.quickbooks.sandbox.wire import Json


def damaged(make: Report, call: ReportCall) -> Json:
    """Return a report with the faults that are on."""
    return make(call)
