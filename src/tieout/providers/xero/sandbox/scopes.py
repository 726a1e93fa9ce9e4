"""Which scope opens which endpoint, granular or broad, and which an app may ask for (xero.md §1.2, §1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

IDENTITY = frozenset({"openid", "profile", "email", "offline_access", "app.connections"})
JOURNALS = "accounting.journals.read"
BUDGETS = "accounting.budgets.read"

# Both scopes of each name exist: with ``.read``, and without, which allows writing too.
_AREAS = {
    "accounting.settings": (
        "Accounts", "Organisation", "TaxRates", "TrackingCategories", "Currencies", "Items", "Users",
        "BrandingThemes",
    ),
    "accounting.contacts": ("Contacts", "ContactGroups"),
    "accounting.invoices": (
        "Invoices", "CreditNotes", "LinkedTransactions", "PurchaseOrders", "Quotes", "RepeatingInvoices", "Items",
    ),
    "accounting.payments": ("Payments", "BatchPayments", "Prepayments", "Overpayments"),
    "accounting.banktransactions": ("BankTransactions", "BankTransfers"),
    "accounting.manualjournals": ("ManualJournals",),
    "accounting.classicexpenses": ("ExpenseClaims", "Receipts"),
}  # fmt: skip
_BROAD = (
    "BankTransactions", "BankTransfers", "BatchPayments", "CreditNotes", "ExpenseClaims", "Invoices", "Items",
    "LinkedTransactions", "ManualJournals", "Overpayments", "Payments", "Prepayments", "PurchaseOrders", "Quotes",
    "Receipts", "RepeatingInvoices",
)  # fmt: skip
_REPORTS = {
    "TrialBalance": "trialbalance",
    "BalanceSheet": "balancesheet",
    "ProfitAndLoss": "profitandloss",
    "BankSummary": "banksummary",
    "ExecutiveSummary": "executivesummary",
    "BudgetSummary": "budgetsummary",
    "AgedPayablesByContact": "aged",
    "AgedReceivablesByContact": "aged",
    "TenNinetyNine": "tenninetynine",
}
_TRANSACTIONS = "accounting.transactions"
_ALL_REPORTS = "accounting.reports.read"
_GRANULAR_ONLY = frozenset(
    {
        *(
            name
            for area in _AREAS
            if area not in ("accounting.settings", "accounting.contacts")
            for name in (area, f"{area}.read")
        ),
        *(f"accounting.reports.{name}.read" for name in _REPORTS.values()),
        "accounting.reports.taxreports.read",
    }
)
_BROAD_ONLY = frozenset({_TRANSACTIONS, f"{_TRANSACTIONS}.read", _ALL_REPORTS})
_ALWAYS = IDENTITY | {
    "accounting.settings", "accounting.settings.read", "accounting.contacts", "accounting.contacts.read",
    "accounting.attachments", "accounting.attachments.read", BUDGETS,
}  # fmt: skip

Tier = Literal["starter", "core", "plus", "advanced", "enterprise"]


class App(msgspec.Struct, forbid_unknown_fields=True):
    """How apps stand with the platform. Every client of this sandbox is such an app."""

    tier: Tier = "advanced"
    scopes: Literal["granular", "legacy", "both"] = "both"
    journals_scope: bool | None = None  # may the scope be asked for; None is as the tier says
    certified: bool = True  # of those that are not, an organisation has at most two
    custom_connection: str = ""  # the organisation of a client that comes with its own credentials; "" is the first

    @property
    def has_journals(self) -> bool:
        """Whether Journals is answered: a premium endpoint since March 2026."""
        return self.tier in ("advanced", "enterprise")

    @property
    def daily(self) -> int:
        """How many calls a day it may make to an organisation."""
        return 1000 if self.tier == "starter" else 5000

    def refuses(self, scopes: Iterable[str]) -> list[str]:
        """Return those scopes that it may not ask for."""
        allowed = self.allowed()
        return [scope for scope in scopes if scope not in allowed]

    def allowed(self) -> set[str]:
        """Return every scope that it may ask for."""
        allowed = set(_ALWAYS)
        if self.scopes in ("granular", "both"):
            allowed |= _GRANULAR_ONLY
        if self.scopes in ("legacy", "both"):
            allowed |= _BROAD_ONLY
        if self.has_journals if self.journals_scope is None else self.journals_scope:
            allowed.add(JOURNALS)
        return allowed


def opening(endpoint: str, report: str = "") -> frozenset[str]:
    """Return the scopes of which any one opens an endpoint for reading; ``report`` is the name after ``Reports/``."""
    if endpoint == "Journals":
        return frozenset({JOURNALS})
    if endpoint == "Budgets":
        return frozenset({BUDGETS})
    if endpoint == "Reports":
        own = {f"accounting.reports.{_REPORTS[report]}.read"} if report in _REPORTS else set()
        return frozenset({_ALL_REPORTS, *own})
    areas = [area for area, endpoints in _AREAS.items() if endpoint in endpoints]
    if endpoint in _BROAD:
        areas.append(_TRANSACTIONS)
    return frozenset(name for area in areas for name in (area, f"{area}.read"))
