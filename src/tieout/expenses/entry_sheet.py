"""The lines of a figure as the side sheet, the page and the CSV file show them: whatever figure it is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.text import slugify

from tieout.companies.access import CompanyRequest
from tieout.core.accounts import AccountType
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.spreadsheet import harmless
from tieout.expenses.entries import Asked, EntryPage, all_lines, entry_page, part_of
from tieout.expenses.tying import parts
from tieout.ledger.accounts import natures
from tieout.ledger.models import Book
from tieout.ledger.queries import EntryLine
from tieout.providerkit import registry
from tieout.providerkit.interface import Provider
from tieout.ui.figures import long_month
from tieout.ui.nav import url_of

_HEAD = (
    "Date", "Type", "Number", "Party", "Item", "Description", "Account", "Dimensions", "Amount", "Currency",
    "Lines",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linked:
    """A line with its amount as shown, and the address of its record at the provider, "" where it has none."""

    line: EntryLine
    amount: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a figure's lines are. Queries are without "?"; an empty one leaves its button out.

    ``kept`` are the parts of the figure's own address, for the form that searches in it.
    """

    here: str
    export: str
    query: str
    kept: tuple[tuple[str, str], ...]
    turned: str  # with the lines that cancel out, or without
    earlier: str = ""
    later: str = ""


def entries_response(
    request: CompanyRequest, asked: Asked, addresses: Addresses, *, sync: int, tied: bool | None, typed_over: str = ""
) -> HttpResponse:
    """Show the lines that a figure is the sum of; for a request by script, only what goes into the side sheet.

    ``typed_over`` is what is to be said above them, as HTML.
    """
    page = entry_page(asked, page_number(request))
    sheet = bool(request.headers.get("HX-Request"))
    provider = _provider(asked.book)
    figure = asked.cell
    context = {
        **_figures(asked, page),
        **_closed(request, asked, sync),
        "tied": tied,
        "sheet": sheet,
        "book": asked.book,
        "provider": provider.about.name if provider else "the books",
        "lines": [Linked(line, line.amount * figure.sign, _link(provider, asked.book, line)) for line in page.lines],
        "remapped": [(it, it.amount * figure.sign) for it in page.remapped] if page.page == page.pages else (),
        "beyond": [(it, it.amount * figure.sign) for it in page.beyond] if page.page == page.pages else (),
        "page": page,
        "search": asked.search,
        "to": addresses,
        "pages": _pages(addresses.query, page),
        "reversals": asked.reversals,
        "turned": addresses.turned,
        "here": addresses.here,
        "masked": any(line.hidden for line in page.lines),
        "carves": request.membership.may_connect,
        "typed_over": typed_over,
        "income": _is_income(asked),
    }
    return render(request, "expenses/_entries.html" if sheet else "expenses/entries.html", context)


def entries_file(request: CompanyRequest, asked: Asked) -> HttpResponse:
    """Answer with all lines of a figure as CSV: plain decimals, and text that no spreadsheet takes for a formula."""
    name = slugify(f"{request.company.slug} {asked.cell.title} {asked.cell.first} {asked.cell.last}")
    answer = StreamingHttpResponse(_csv(asked), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return cast("HttpResponse", answer)  # the guard asks for no more than a response


def page_number(request: HttpRequest) -> int:
    """Return the page of lines that is asked for."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _figures(asked: Asked, page: EntryPage) -> dict[str, object]:
    """Return the figure's name and what its foot says."""
    figure = asked.cell
    same = figure.first == figure.last
    return {
        "trail": figure.trail[:-1],
        "title": figure.title,
        "months": long_month(figure.first) if same else f"{long_month(figure.first)} – {long_month(figure.last)}",
        "total": page.total * figure.sign,
        "amount": figure.amount * figure.sign,
        "rest": (figure.amount - page.total) * figure.sign,
        "equal": not asked.search and page.total == figure.amount,
        "several": len(figure.accounts) > 1,
        "part": parts(asked.book, asked.book.published).words(part_of(asked), asked.book.digits),
    }


def _is_income(asked: Asked) -> bool:
    """Whether the lines are those of income accounts, which streams take."""
    kinds = natures(asked.book, asked.book.published)
    accounts = asked.cell.accounts
    return bool(accounts) and all(it in kinds and kinds[it].type is AccountType.INCOME for it in accounts)


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


def _pages(query: str, page: EntryPage) -> dict[str, str]:
    return {
        "before": f"{query}&page={page.page - 1}" if page.page > 1 else "",
        "after": f"{query}&page={page.page + 1}" if page.page < page.pages else "",
    }


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
        amount = to_text(line.amount * asked.cell.sign, asked.book.digits)
        yield writer.writerow([day, *map(harmless, text), amount, asked.book.currency, line.count])
