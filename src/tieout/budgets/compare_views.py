"""Two versions side by side, or one beside actuals or the forecast."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tieout.budgets.comparing import Side, compare
from tieout.budgets.pages import book_of
from tieout.budgets.sides import beside, choices, periods, range_of, side
from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses.pages import month_of, today
from tieout.ui.figures import short_month

_BYS = (("total", "Total"), ("year", "Year"), ("quarter", "Quarter"), ("month", "Month"))


@require_GET
@member
def comparison(request: CompanyRequest) -> HttpResponse:
    """Show two sides: ``a`` and ``b`` in the address, grouped ``by``, ``from`` a month ``to`` another."""
    offered = choices(request.company)
    keys = [key for key, _ in offered]
    a = request.GET.get("a", "") or (keys[0] if keys else "")
    by = found if (found := request.GET.get("by", "")) in dict(_BYS) else "total"
    running = Month.of(today())
    b = request.GET.get("b", "") or beside(request.company, a, keys, today=running)
    left, right = side(request.company, a, today=running), side(request.company, b, today=running)
    context: dict[str, object] = {
        "choices": offered,
        "a": a,
        "b": b,
        "by": by,
        "bys": _BYS,
        "left": left,
        "right": right,
    }
    if left and right:
        context |= _compared(request, left, right, by)
    return render(request, "budgets/compare.html", context)


def _compared(request: CompanyRequest, left: Side, right: Side, by: str) -> dict[str, object]:
    found = range_of(request.company, (left, right))
    first, last = month_of(request.GET, "from"), month_of(request.GET, "to")
    asked = bool(first or last)
    if found is None and not (first and last):
        return {"nothing": True}
    first, last = first or found[0], last or found[1]  # type: ignore[index]
    first, last = min(first, last), max(first, last)
    first = max(first, last - 119)
    book = book_of(request.company)
    ends = [it.through for it in (left, right) if it.through and it.through < last]
    return {
        "comparison": compare(left.lines, right.lines, periods(first, last, by=by, book=book)),
        "digits": book.digits if book else 2,
        "currency": book.currency if book else "",
        "first": first,
        "last": last,
        "range": f"{short_month(first)} – {short_month(last)}",
        "asked": asked,
        "ends": short_month(min(ends)) if ends else "",
    }
