"""What stands above a figure's entries where somebody typed over it: amount, who, when, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tieout.companies.access import CompanyRequest
from tieout.core.month import Month
from tieout.expenses.books import Current, current
from tieout.planning.actual_cash import CashActuals, cash_actuals
from tieout.planning.actual_pages import address, words_of
from tieout.planning.actual_records import BANK
from tieout.planning.actual_words import signed, typists
from tieout.planning.actuals import Actuals, effective
from tieout.planning.models import TypedActual
from tieout.ui.figures import long_month

_MOST = 12  # typed months that are told one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedMonth:
    """A typed month of the figure; the amount in the sign that is shown."""

    value: str
    month: str
    amount: int
    words: str
    moved_on: bool


def tell_typed(request: CompanyRequest, row: str, first: Month, last: Month) -> SafeString:
    """Return what is typed over a row's months, as HTML; "" for nothing."""
    key = row.partition("@")[0]
    typed = TypedActual.objects.filter(company=request.company, month__range=(first.key, last.key))
    found = current(request.company)
    if not typed.exists() or not isinstance(found, Current):
        return SafeString("")
    actuals: Actuals | CashActuals | None
    if row.startswith(BANK):
        actuals, turned = cash_actuals(request.company, found.book, first, last), frozenset[str]()
    else:
        actuals = effective(request.company, found.book, first, last, estimated=False)
        turned = frozenset(it.key for it in actuals.sections if it.income)
    if actuals is None:
        return SafeString("")
    words = words_of(request, found.book, typists(actuals))
    months = []
    for (name, month), _, section, figure in actuals.figures():
        record = actuals.records.get((name, month))
        if name == key and record is not None:
            months.append(
                TypedMonth(
                    value=f"{name}|{month}",
                    month=long_month(month),
                    amount=signed(record.amount, income=section in turned),
                    words=words.line(figure, record, income=section in turned),
                    moved_on=figure.moved_on,
                )
            )
    if not months:
        return SafeString("")
    context = {
        "months": months[:_MOST],
        "more": max(0, len(months) - _MOST),
        "moved_on": any(it.moved_on for it in months),
        "digits": found.book.digits,
        "changes": request.membership.may_plan,
        "settle": address(request, "settle"),
        "actuals": address(request, "actuals"),
        "back": _back(request),
    }
    return render_to_string("planning/_typed_over.html", context, request)


def _back(request: CompanyRequest) -> str:
    """Return the page that the sheet is open on, as a path of ours."""
    asked = urlsplit(request.headers.get("Referer", ""))
    return f"{asked.path}?{asked.query}" if asked.query else asked.path
