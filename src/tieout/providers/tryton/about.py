"""What the pages say of Tryton before it is connected."""

from __future__ import annotations

from tieout.providerkit.imports import Foreign, Imports, Known, Removal, Revaluation, Row
from tieout.providerkit.interface import About, GrantKind, Group
from tieout.providers.tryton.books import CAPABILITIES

IMPORTS = Imports(
    capabilities=CAPABILITIES,
    account_numbers=True,
    account_tree=True,
    archived_accounts=True,
    cash_accounts=True,
    vendors=Known.ENTRY,
    customers=Known.ENTRY,
    items=Known.NONE,
    payroll_accounts=False,
    pay_entries=False,
    dimensions=("analytic axes",),
    foreign=Foreign.ORIGINAL,
    revaluation=Revaluation.POSTED,
    removal=Removal.REVERSED,
    notes={
        Row.VENDORS: "In Tryton only receivable, payable and similar lines name a party: the other lines take theirs.",
        Row.DIMENSIONS: "A line that is shared out by percentage becomes several, to the cent.",
        Row.LINES: "Drafts are not read. A move that closes a year leaves its income and expense as they were.",
    },
)

ABOUT = About(
    key="tryton",
    name="Tryton",
    short="Tr",
    group=Group.ACCOUNTING,
    grant=GrantKind.KEY,
    bases=("accrual",),
    editions="self-hosted, series 8.2",
    reads=(
        "the chart of accounts, every posted move with its lines and analytic lines, the parties on them, analytic "
        "accounts, and the balances of all accounts to compare with"
    ),
    never_reads="drafts, invoices, bank details, addresses or anything of other modules",
    admin_note="Give the login of a user who may read the books and nothing else.",
    docs="providers/tryton.md",
    needs=("URL",),
    imports=(IMPORTS,),
)
