"""What the pages say of QuickBooks Online before it is connected."""

from __future__ import annotations

from tieout.providerkit.imports import Foreign, Imports, Known, Removal, Revaluation, Row
from tieout.providerkit.interface import About, GrantKind, Group
from tieout.providers.quickbooks.books import CAPABILITIES

IMPORTS = Imports(
    capabilities=CAPABILITIES,
    account_numbers=True,
    account_tree=True,
    archived_accounts=True,
    cash_accounts=True,
    vendors=Known.LINE,
    customers=Known.LINE,
    items=Known.LINE,
    payroll_accounts=True,
    pay_entries=True,
    dimensions=("classes", "locations", "customers of expenses"),
    foreign=Foreign.ORIGINAL,
    revaluation=Revaluation.POSTED,
    removal=Removal.ABSENT,
    notes={
        Row.DIMENSIONS: "Classes and locations need the Plus or Advanced edition.",
        Row.CADENCE: "An outage of more than 29 days is healed by reading every month.",
    },
)

ABOUT = About(
    key="quickbooks",
    name="QuickBooks Online",
    short="QB",
    group=Group.ACCOUNTING,
    grant=GrantKind.CODE,
    bases=("accrual",),  # how a cash-basis GeneralLedger balances is not verified
    editions="Simple Start, Essentials, Plus and Advanced",
    reads=(
        "the chart of accounts, every posting of the general ledger, vendors, customers, employees, items, classes "
        "and locations, and the trial balance, balance sheet and profit and loss to compare with"
    ),
    never_reads="bank logins, attachments, tax forms or payroll details beyond what is posted to the ledger",
    admin_note="Only an administrator of the QuickBooks company, or its accountant, can authorise the connection.",
    docs="providers/quickbooks.md",
    needs=("CLIENT_ID", "CLIENT_SECRET"),
    imports=(IMPORTS,),
)
