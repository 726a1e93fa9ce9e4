"""What the pages say of Xero before it is connected."""

from __future__ import annotations

from tieout.providerkit.imports import Foreign, Imports, Known, Removal, Revaluation, Row
from tieout.providerkit.interface import About, GrantKind, Group
from tieout.providers.xero.sorts import BY_DOCUMENTS, BY_JOURNALS

WITH_JOURNALS = Imports(
    capabilities=BY_JOURNALS,
    title="With journals",
    condition="Xero must have approved the app for its Journals endpoint, which belongs to the Advanced tier.",
    account_numbers=True,
    account_tree=False,
    archived_accounts=True,
    cash_accounts=True,
    vendors=Known.DOCUMENT,
    customers=Known.DOCUMENT,
    items=Known.DOCUMENT,
    payroll_accounts=True,
    pay_entries=True,
    dimensions=("tracking categories",),
    foreign=Foreign.ORIGINAL,
    revaluation=Revaluation.REPORTED,
    removal=Removal.REVERSED,
    calls_a_day=5_000,
    notes={
        Row.PAYROLL: "Pay runs have no document: they are told by the wages payable account.",
        Row.HISTORY: "A million ledger lines take about 70 minutes, at Xero's 60 calls a minute.",
    },
)

WITH_DOCUMENTS = Imports(
    capabilities=BY_DOCUMENTS,
    title="Without journals",
    condition="Any app can be connected this way.",
    account_numbers=True,
    account_tree=False,
    archived_accounts=True,
    cash_accounts=True,
    vendors=Known.ENTRY,
    customers=Known.ENTRY,
    items=Known.LINE,
    payroll_accounts=True,
    pay_entries=False,
    dimensions=("tracking categories",),
    foreign=Foreign.ORIGINAL,
    revaluation=Revaluation.NONE,
    removal=Removal.STATUS,
    notes={
        Row.LINES: "Pay runs and depreciation have no document.",
        Row.PAYROLL: "Pay runs are part of what is not itemised: their lines are not there.",
        Row.CURRENCIES: "Unrealised gains and losses are part of what is not itemised.",
        Row.CADENCE: "At most 5,000 calls a day; 1,000 for an app of Xero's Starter tier.",
    },
)

ABOUT = About(
    key="xero",
    name="Xero",
    short="XE",
    group=Group.ACCOUNTING,
    grant=GrantKind.CODE,
    bases=("accrual",),  # how Xero numbers the journals of a cash basis is not verified
    editions="Starter, Standard and Premium, and those that have replaced them",
    reads=(
        "the chart of accounts, the postings of the general ledger (its journals where Xero has opened them to your "
        "app, else invoices, bills, credit notes, payments, bank transactions and manual journals), contacts, items, "
        "tracking categories, and the trial balance to compare with"
    ),
    never_reads="bank logins, attachments, tax returns or payroll details beyond what is posted to the ledger",
    admin_note="An adviser, or a standard user who may see reports, can authorise the connection.",
    docs="providers/xero.md",
    pace="Xero answers 60 calls a minute: a sync may stand still for up to a minute before it goes on by itself.",
    needs=("CLIENT_ID",),
    imports=(WITH_JOURNALS, WITH_DOCUMENTS),
)
