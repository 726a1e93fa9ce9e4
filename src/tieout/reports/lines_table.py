"""The lines of a figure, as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tieout.core.month import Month
from tieout.core.statements import natural
from tieout.ledger.queries import PAGE, EntryLine
from tieout.reports.drill import Drill
from tieout.reports.page_head import MonthChoice, month_end
from tieout.reports.queries import LedgerAt
from tieout.reports.record_links import record_links
from tieout.ui.figures import count, day, difference, exact, long_month


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line with its figures written."""

    date: str
    line: EntryLine
    amount: str
    url: str  # the record at the provider


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRow:
    """The profit of earlier fiscal years in retained earnings."""

    text: str
    amount: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesTable:
    """A page of a figure's lines with the whole figure's foot."""

    title: str
    span: str
    rows: tuple[LineRow, ...]
    several_accounts: bool
    carried: CarriedRow | None
    count: str
    foot: str
    search: str
    kept: tuple[tuple[str, str], ...]  # the address without search and page, for the form
    earlier: str  # the address of the page before, "" on the first
    later: str
    sheet_month: MonthChoice
    cancelled: str  # "2 reversed postings": lines that are not listed, since they cancel out
    reversals: bool  # whether such lines are listed
    turned: str  # the address with them, or without


def lines_table(at: LedgerAt, found: Drill, query: QueryDict) -> LinesTable:
    """Return a figure's lines; amounts are natural to the account: positive in its normal direction."""
    digits = at.book.digits
    link = record_links(at.book)

    def written(amount: int) -> int:
        return natural(amount, found.account.type)

    offset = int(query.get("offset") or 0) if query.get("offset", "").isdecimal() else 0
    rows = tuple(
        LineRow(
            date=long_month(Month.of(line.date)) if line.hidden else day(line.date),
            line=line,
            amount=exact(written(line.amount), digits),
            url=link(line),
        )
        for line in found.lines.lines
    )
    # A hidden row stands for several lines and comes with the first page only: it does not count against the pages.
    listed = found.lines.count - sum(line.count for line in found.lines.lines if line.hidden)
    return LinesTable(
        title=found.account.label,
        span=_span(found.first, found.last),
        rows=rows,
        several_accounts=len({line.account for line in found.lines.lines}) > 1,
        carried=_carried(at, found, digits),
        count=count(found.lines.count, "line"),
        foot=difference(written(found.foot), digits),
        search=query.get("q", "").strip(),
        kept=tuple((name, query.get(name, "")) for name in ("account", "from", "to", "reversed") if name in query),
        earlier=_page(query, offset - PAGE) if offset else "",
        later=_page(query, offset + PAGE) if offset + PAGE < listed else "",
        sheet_month=month_end(found.last),
        cancelled=count(found.lines.cancelled, "reversed posting") if found.lines.cancelled else "",
        reversals=query.get("reversed") == "1",
        turned=_turned(query),
    )


def _carried(at: LedgerAt, found: Drill, digits: int) -> CarriedRow | None:
    if found.carried is None:
        return None
    query = {
        "account": "net-income",
        "from": str(found.carried.first),
        "to": str(found.carried.last),
        "sync": str(at.publication.number),
    }
    return CarriedRow(
        text=f"Profit of the fiscal years ended by {month_end(found.carried.last).day}",
        amount=exact(natural(found.carried.amount, found.account.type), digits),
        url=f"{reverse('reports:lines', kwargs={'company': at.company.slug})}?{urlencode(query)}",
    )


def _span(first: Month, last: Month) -> str:
    return long_month(first) if first == last else f"{long_month(first)} to {long_month(last)}"


def _turned(query: QueryDict) -> str:
    address = query.copy()
    address.pop("offset", None)
    if address.pop("reversed", None) != ["1"]:
        address["reversed"] = "1"
    return f"?{address.urlencode()}"


def _page(query: QueryDict, offset: int) -> str:
    address = query.copy()
    address["offset"] = str(max(offset, 0))
    return f"?{address.urlencode()}"
