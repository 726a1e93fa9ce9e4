"""Every endpoint's rules, by its name, and what the books of a new organisation hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieout.providers.xero.sandbox import (
    bank_transactions,
    bank_transfers,
    claims,
    contacts,
    in_advance,
    invoices,
    items,
    lists,
    manual_journals,
    payments,
    tracking,
)
from tieout.providers.xero.sandbox.chart import CREDITORS, DEBTORS, EARNINGS, GST, HISTORICAL, ROUNDING
from tieout.providers.xero.sandbox.kind import Kind

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

KINDS: dict[str, Kind] = {
    "Accounts": lists.Accounts(),
    "Contacts": contacts.Contacts(),
    "Items": items.Items(),
    "TaxRates": lists.TaxRates(),
    "TrackingCategories": tracking.TrackingCategories(),
    "Currencies": lists.Currencies(),
    "Users": lists.Users(),
    "Budgets": lists.Budgets(),
    "Invoices": invoices.Invoices("Invoices", "InvoiceID", "InvoiceNumber"),
    "CreditNotes": invoices.Invoices("CreditNotes", "CreditNoteID", "CreditNoteNumber"),
    "BankTransactions": bank_transactions.BankTransactions(),
    "BankTransfers": bank_transfers.BankTransfers(),
    "Prepayments": in_advance.MadeByTheBank("Prepayments"),
    "Overpayments": in_advance.MadeByTheBank("Overpayments"),
    "Payments": payments.Payments(),
    "ManualJournals": manual_journals.ManualJournals(),
    "ExpenseClaims": claims.ExpenseClaims(),
}
# The accounts that an organisation has from its first day; the others are made when first needed.
_FROM_THE_FIRST_DAY = (DEBTORS, CREDITORS, GST, HISTORICAL, ROUNDING, EARNINGS)


def open_books(org: Organisation) -> None:
    """Give a new organisation what every one has: its currency, a user, and the rate of no tax."""
    org.create("Currencies", {"Code": org.currency})
    org.create(
        "Users",
        {
            "FirstName": "Ada",
            "LastName": "Bell",
            "EmailAddress": "ada.bell@example.com",
            "IsSubscriber": True,
            "OrganisationRole": "FINANCIALADVISER",
        },
    )
    org.create("TaxRates", {"Name": "No Tax", "TaxType": "NONE", "EffectiveRate": 0})


def open_system_accounts(org: Organisation) -> None:
    """Make the accounts that the platform keeps itself, as far as the chart does not have them."""
    for purpose in _FROM_THE_FIRST_DAY:
        org.refs.system(purpose)
