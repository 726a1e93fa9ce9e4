"""The entries of a figure: a page, the same as a side sheet, and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.spreadsheet import harmless
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.cells import UnknownRow, cell
from tieout.expenses.entries import Asked, EntryPage, all_lines, entry_page, part_of
from tieout.expenses.pages import address, month_of, nothing
from tieout.expenses.periods import Span, parse_key
from tieout.expenses.placement import payroll_accounts
from tieout.expenses.tying import tying
from tieout.ledger.models import Book
from tieout.ledger.queries import EntryLine
from tieout.providerkit import registry
from tieout.providerkit.interface import Provider
from tieout.ui.figures import long_month
from tieout.ui.nav import url_of

_HEAD = (
    "Date", "Type", "Number", "Vendor", "Item", "Description", "Account", "Dimensions", "Amount", "Currency",
    "Lines",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    """A line with the address of its record at the provider, "" where it has none."""

    line: EntryLine
    url: str


@require_GET
@member
def entries(request: CompanyRequest) -> HttpResponse:
    """Show the lines that a figure is the sum of; for a request by script, only what goes into the side sheet."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Entries")
    asked = _asked(request, found)
    page = entry_page(asked, _page_number(request))
    sheet = bool(request.headers.get("HX-Request"))
    provider = _provider(found.book)
    context = {
        **_figures(asked, page),
        **_closed(request, asked, found.sync),
        "sheet": sheet,
        "book": found.book,
        "sync": found.sync,
        "provider": provider.about.name if provider else "the books",
        "lines": [Linked(line, _link(provider, found.book, line)) for line in page.lines],
        "page": page,
        "search": asked.search,
        "here": address(request, "entries"),
        "export": f"{address(request, 'export')}?{_pages(asked, page)['this']}",
        "pages": _pages(asked, page),
        "reversals": asked.reversals,
        "turned": _query(replace(asked, reversals=not asked.reversals)),
        "masked": any(line.hidden for line in page.lines),
        "carves": request.membership.may_connect,
    }
    return render(request, "expenses/_entries.html" if sheet else "expenses/entries.html", context)


@require_GET
@member
def export(request: CompanyRequest) -> HttpResponse:
    """Answer with all lines of a figure as CSV: plain decimals, and text that no spreadsheet takes for a formula."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    asked = _asked(request, found)
    name = slugify(f"{request.company.slug} {asked.cell.title} {asked.cell.first} {asked.cell.last}")
    answer = StreamingHttpResponse(_csv(asked), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return cast("HttpResponse", answer)  # the guard asks for no more than a response


def _asked(request: CompanyRequest, found: Current) -> Asked:
    """Return which figure is asked for. Raise Http404 for a row or months that are none."""
    first, last = _months(request)
    try:
        figure = cell(request.company, found.book, request.GET.get("row", ""), first, last)
    except UnknownRow as error:
        raise Http404 from error
    sees_pay = request.membership.payroll_detail
    return Asked(
        book=found.book,
        cell=figure,
        payroll_accounts=None if sees_pay else payroll_accounts(request.company, found.book),
        search=request.GET.get("q", "").strip(),
        reversals=request.GET.get("reversed") == "1",
    )


def _months(request: CompanyRequest) -> tuple[Month, Month]:
    """Return the months that ``month`` (a column's key) or ``from`` and ``to`` name."""
    if month := request.GET.get("month"):
        try:
            return parse_key(month)
        except ValueError as error:
            raise Http404 from error
    first, last = month_of(request.GET, "from"), month_of(request.GET, "to")
    if first is None or (last or first) < first:
        raise Http404
    return first, last or first


def _figures(asked: Asked, page: EntryPage) -> dict[str, object]:
    """Return the figure's name and what its foot says."""
    figure = asked.cell
    span = Span(label="", first=figure.first, last=figure.last)
    length = figure.first.months_to(figure.last) + 1
    same = figure.first == figure.last
    ties = tying(asked.book)
    return {
        "trail": figure.trail[:-1],
        "title": figure.title,
        "months": long_month(figure.first) if same else f"{long_month(figure.first)} – {long_month(figure.last)}",
        "figure": figure,
        "rest": figure.amount - page.total,
        "equal": not asked.search and page.total == figure.amount,
        "several": len(figure.accounts) > 1,
        "tied": None if figure.restated.sum else ties.state(figure.accounts, span),
        "part": ties.parts.words(part_of(asked), asked.book.digits),
        "earlier": _query(asked, months=-length),
        "later": _query(asked, months=length),
    }


def _closed(request: CompanyRequest, asked: Asked, sync: int) -> dict[str, object]:
    """Return as of which syncs the lines are known, and what the books say beyond what was closed."""
    figure = asked.cell
    syncs = sorted({segment.sync or sync for segment in figure.segments} or {sync})
    return {
        "known_at": ("sync " if len(syncs) == 1 else "syncs ") + ", ".join(map(str, syncs)),
        "closed": any(segment.sync for segment in figure.segments),
        "restated": figure.restated.words(asked.book.digits) if figure.restated.sum else "",
        "closed_url": url_of("planning:closed", request.company.slug),
    }


def _query(asked: Asked, *, months: int = 0) -> str:
    """Return the address's query for the figure, or for its row some months later."""
    query = {"row": asked.cell.key, "from": str(asked.cell.first + months), "to": str(asked.cell.last + months)}
    query |= {"q": asked.search} if asked.search else {}
    return urlencode(query | ({"reversed": "1"} if asked.reversals else {}))


def _pages(asked: Asked, page: EntryPage) -> dict[str, str]:
    query = _query(asked)
    return {
        "this": query,
        "before": f"{query}&page={page.page - 1}" if page.page > 1 else "",
        "after": f"{query}&page={page.page + 1}" if page.page < page.pages else "",
    }


def _page_number(request: CompanyRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _provider(book: Book) -> Provider | None:
    try:
        return registry.make(book.organisation.provider, settings.PROVIDER_ENVIRONMENT)
    except KeyError:  # the books of a provider that is no longer installed stay readable
        return None


def _link(provider: Provider | None, book: Book, line: EntryLine) -> str:
    if provider is None or line.hidden or not line.record_id:
        return ""
    return provider.record_link(book.organisation.external_id, line.type, line.record_id)


class _Echo:
    """A file that hands back what is written to it: a row of CSV at a time."""

    def write(self, text: str) -> str:
        return text


def _csv(asked: Asked) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_HEAD)
    for line in all_lines(asked):
        text = (line.type, line.number, line.party, line.item, line.text, line.account, line.dimensions)
        day = str(Month.of(line.date)) if line.hidden else line.date.isoformat()
        amount = to_text(line.amount, asked.book.digits)
        yield writer.writerow([day, *map(harmless, text), amount, asked.book.currency, line.count])
