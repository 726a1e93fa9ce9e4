"""What a platform lets us read, as facts: the connect page makes its table of them and of `Capabilities`.

Each provider states them once for each of its sources of postings. Words for people are the page's business; only
what no fact here can say is a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tieout.providerkit.interface import Capabilities


class Row(StrEnum):
    """What is told of each source, in the order of the table."""

    ACCOUNTS = "accounts"
    LINES = "ledger lines"
    TIE_OUT = "tie-out"
    CASH = "cash"
    REVENUE = "revenue"
    VENDORS = "vendors"
    PAYROLL = "payroll accounts"
    DIMENSIONS = "dimensions"
    ITEMS = "items"
    BASIS = "basis"
    CURRENCIES = "currencies"
    DELETIONS = "deletions"
    HISTORY = "history"
    CADENCE = "cadence"


class Known(StrEnum):
    """Where a line's vendor, customer or item comes from."""

    LINE = "line"  # each line has its own
    ENTRY = "entry"  # an entry has one for all its lines
    DOCUMENT = "document"  # postings have none: it is taken from the document that they belong to, where there is one
    NONE = "none"


class Foreign(StrEnum):
    """What is known of amounts in other currencies; the home amount always is."""

    ORIGINAL = "original"  # the currency and the amount in it stand beside the home amount
    HOME = "home"


class Revaluation(StrEnum):
    """Where the gains and losses of balances in other currencies are."""

    POSTED = "posted"  # in the ledger, like anything else
    REPORTED = "reported"  # the platform computes them for its reports: they come in as entries of their own kind
    NONE = "none"  # neither


class Removal(StrEnum):
    """What a deletion, or a voiding, looks like at the platform."""

    ABSENT = "absent"  # the entry is missing from what is read whole
    STATUS = "status"  # the record stays, and says so
    REVERSED = "reversed"  # another entry undoes it; nothing that was posted ever changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """What comes in from one source of postings. All booleans: whether the platform says it, so that nobody has to."""

    capabilities: Capabilities  # what `Books` of this source have where the grant lacks no right
    title: str = ""  # where a platform has several sources: "With journals"
    condition: str = ""  # what it takes to be read this way, as a sentence: "Xero must have approved the app for it."
    account_numbers: bool
    account_tree: bool  # accounts have parents
    archived_accounts: bool  # are listed too
    cash_accounts: bool  # bank and card accounts are told from other accounts
    vendors: Known
    customers: Known
    items: Known
    payroll_accounts: bool  # are told from other accounts
    pay_entries: bool  # entries that carry people's pay are told from others
    dimensions: tuple[str, ...]  # the names of the axes, in the plural and lower case: "classes"
    foreign: Foreign
    revaluation: Revaluation
    removal: Removal
    calls_a_day: int = 0  # the platform's limit for one organisation, 0 without one
    notes: Mapping[Row, str] = field(default_factory=dict)  # one short sentence each
