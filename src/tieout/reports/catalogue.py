"""Every report that is a document: its name in addresses, files and commands, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tieout.reports.balance_sheet_document import MONTH_END, VIEWS, balance_sheet_document
from tieout.reports.breakdown import breakdown, breakdown_views
from tieout.reports.budget_vs_actuals import NAME as BUDGET_VS_ACTUALS
from tieout.reports.budget_vs_actuals import budget_vs_actuals
from tieout.reports.budget_vs_actuals_typed import typed_views
from tieout.reports.cash_flow import NAME as CASH_FLOW
from tieout.reports.cash_flow import cash_flow
from tieout.reports.document import Document
from tieout.reports.profit_and_loss import profit_and_loss, profit_views
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Defaults, Question
from tieout.reports.trial_balance_document import VIEWS as TRIAL_VIEWS
from tieout.reports.trial_balance_document import trial_balance_document
from tieout.reports.vendor_spend import vendor_spend

View = tuple[str, str]
"""A view's key in the address, and its words: ("department", "By department")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How a report is called, and what its bar offers."""

    name: str
    title: str
    icon: str = "reports"
    about: str = ""  # one sentence: what it is for
    defaults: Defaults = field(default_factory=Defaults)
    views: Callable[[LedgerAt], Sequence[View]] = lambda _: ()
    compares: bool = True
    by_department: bool = False  # whether departments narrow it
    by_dimension: bool = False  # whether dimension values narrow it
    shares: str = ""  # what its shares are of, "" for none
    by_account: bool = False  # whether accounts narrow it
    by_least: bool = False  # whether a smallest total narrows it
    every_account: bool = False  # whether these are all accounts; else those of expenses
    always_exact: bool = False  # whether all decimals are always shown
    by_columns: bool = True  # whether its columns are months, quarters or years
    searches: str = ""  # what its search looks for, "" for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Offer):
    """A report that is a document, and how it is made."""

    make: Callable[[LedgerAt, Question], Document]


REPORTS: tuple[Report, ...] = (
    Report(
        name="profit-and-loss",
        title="Profit and loss",
        make=profit_and_loss,
        about="What was earned and spent, month by month.",
        defaults=Defaults(ahead=True),
        views=profit_views,
        by_department=True,
        by_dimension=True,
        shares="% of revenue",
    ),
    Report(
        name="balance-sheet",
        title="Balance sheet",
        make=balance_sheet_document,
        about="What is owned and owed at month ends, beside the books’ own.",
        defaults=MONTH_END,
        views=lambda _: VIEWS,
    ),
    Report(
        name="trial-balance",
        title="Trial balance",
        make=trial_balance_document,
        icon="tie",
        about="Every account at a month end, beside the books’ own.",
        defaults=MONTH_END,
        views=lambda _: TRIAL_VIEWS,
        compares=False,
        always_exact=True,
    ),
    Report(
        name=CASH_FLOW,
        title="Cash-flow statement",
        make=cash_flow,
        icon="cash",
        about="How profit became cash, from one balance to the next.",
    ),
    Report(
        name=BUDGET_VS_ACTUALS,
        title="Budget vs actuals",
        make=budget_vs_actuals,
        about="What was planned, what came of it, and which way the difference goes.",
        defaults=Defaults(preset="month"),
        views=typed_views,
        compares=False,
        by_department=True,
        searches="Expense or stream",
    ),
    Report(
        name="vendor-spend",
        title="Vendor spend",
        make=vendor_spend,
        icon="vendors",
        about="Who the expenses went to, who is new, and what looks wrong.",
        defaults=Defaults(most=200),
        by_department=True,
        by_dimension=True,
        by_account=True,
        by_least=True,
        searches="Find a vendor",
    ),
    Report(
        name="breakdown",
        title="Revenue and spend",
        make=breakdown,
        icon="revenue",
        about="By customer, item or dimension.",
        defaults=Defaults(most=200),
        views=breakdown_views,
        by_dimension=True,
        by_least=True,
        searches="Find a row",
    ),
)


def report_named(name: str) -> Report:
    """Return a report by its name; raise NoReport if there is none."""
    found = next((it for it in REPORTS if it.name == name), None)
    if found is None:
        raise NoReport(f"there is no report {name!r}: {', '.join(it.name for it in REPORTS)}")
    return found
