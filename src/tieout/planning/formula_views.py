"""What the formula bar fetches: names to complete, and whether a formula is one. JSON; nothing is written."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses.books import Current, current
from tieout.expenses.pages import today
from tieout.expenses.periods import admitted_through
from tieout.ledger.models import Book
from tieout.planning.formula_bar import check, offers
from tieout.planning.models import VariableKind
from tieout.planning.variable_words import value_words
from tieout.planning.variables import ITSELF, unsaved
from tieout.ui.figures import short_month

_LONGEST_PIECE = 120


@require_GET
@member
def names(request: CompanyRequest) -> HttpResponse:
    """Answer with what the piece of a name in ``q`` may become."""
    found = offers(request.company, _book(request), request.GET.get("q", "")[:_LONGEST_PIECE])
    return JsonResponse({"names": [{"name": it.name, "hint": it.hint, "group": it.group} for it in found]})


@require_POST
@member
def checked(request: CompanyRequest) -> HttpResponse:
    """Answer with what is wrong with ``formula`` and where, and what it comes to in the next months.

    ``own`` is the key of what it belongs to, ``name`` the name of a variable that is not saved yet;
    ``kind`` says how its values are written.
    """
    book = _book(request)
    running = Month.of(today())
    through = admitted_through(request.company) or running - 1
    more = unsaved(request.POST.get("name", "")[:_LONGEST_PIECE])
    outcome = check(
        request.company, book, request.POST.get("formula", ""), *more,
        through=through, first=through + 1, own=ITSELF if more else request.POST.get("own", "")[:_LONGEST_PIECE],
    )  # fmt: skip
    kind = request.POST.get("kind", "")
    shown = VariableKind(kind) if kind in VariableKind.values else VariableKind.MONEY
    return JsonResponse(
        {
            "sentence": outcome.sentence,
            "start": outcome.start,
            "end": outcome.end,
            "values": [[short_month(month), _words(value, shown, book)] for month, value in outcome.values],
        }
    )


def _words(value: Decimal | None, kind: VariableKind, book: Book) -> str:
    return "≠" if value is None else value_words(value, kind, book.digits)


def _book(request: CompanyRequest) -> Book:
    found = current(request.company)
    if not isinstance(found, Current):
        raise Http404
    return found.book
