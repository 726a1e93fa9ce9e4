"""Addresses of vendors: their page, and the form that carves their lines into a linked expense."""

from __future__ import annotations

from urllib.parse import urlencode

from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.ui.nav import url_of

_OF_THE_LIST = (
    "find",
    "least",
    "rows",
    "party",
    "open",
    "shut",
    "row",
    "month",
)  # what a vendor's page does not take on


def vendor_address(at: LedgerAt, asked: Question, party: int) -> str:
    """Return the address of a vendor's page, for the months and the sync that are asked for; "" for nobody's."""
    if not party:
        return ""
    kept = [(name, it) for name, several in asked.query.items() if name not in _OF_THE_LIST for it in several if it]
    return f"{url_of('reports:vendor-spend', at.company.slug)}?{urlencode([*kept, ('party', str(party))])}"


def list_address(at: LedgerAt, asked: Question) -> str:
    """Return the address of the list that a vendor's page belongs to."""
    kept = [(name, it) for name, several in asked.query.items() if name not in _OF_THE_LIST for it in several if it]
    return f"{url_of('reports:vendor-spend', at.company.slug)}?{urlencode(kept)}"


def carve_address(at: LedgerAt, name: str) -> str:
    """Return the address of the form for a new link that takes a vendor's lines."""
    condition = urlencode({"field-0": "vendor", "verb-0": "is", "term-0": name, "name": name})
    return f"{url_of('expenses:link-new', at.company.slug)}?{condition}"
