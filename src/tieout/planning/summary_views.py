"""The summary: the plan in short, edited in its rows, and many expenses forecast in one step."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from tieout.companies.access import CompanyRequest, editor, member
from tieout.core.typed import NotTyped
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.pages import nothing, today
from tieout.planning import asking
from tieout.planning.bulk import CHOICES, forecast_as, put_back
from tieout.planning.expense_facts import facts
from tieout.planning.expense_form import ExpenseForm, read_rate
from tieout.planning.models import Driver, Frequency
from tieout.planning.options import ASKS, OptionsRefused, save_options
from tieout.planning.options_words import rate_words
from tieout.planning.pages import address, form_address, narrowed, sections
from tieout.planning.summary import Summary
from tieout.planning.summary import summary as summary_of
from tieout.planning.summary_rows import open_rows
from tieout.ui.figures import count, short_month

_UNDO = "forecast_before"  # of the session
_OFFERED = 3600  # seconds that the page offers the undo
FIGURES = {
    Driver.AMOUNT: "amount",
    Driver.PER_EMPLOYEE: "amount",
    Driver.PERCENT_OF_REVENUE: "rate",
    Driver.LAST_YEAR: "change",
    Driver.AVERAGE: "averaged",
}
"""Which field of the form a row's one figure is, by driver."""


@require_GET
@member
def summary(request: CompanyRequest) -> HttpResponse:
    """Show what each expense is forecast by, the last admitted month, this year, and the budget."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Expenses")
    return render(request, "planning/summary.html", _context(request, found, request.GET))


@require_http_methods(["GET", "POST"])
@editor
def row(request: CompanyRequest, expense_id: int) -> HttpResponse:
    """Answer with a row's editor; save it and answer with the whole table, since the sums move with it."""
    found = current(request.company)
    known = None
    if isinstance(found, Current):
        known = facts(request.company, found.book, expense_id=expense_id, today=today())
    if known is None or not isinstance(found, Current):
        raise Http404
    form = ExpenseForm.saved(known)
    if request.method == "POST":
        form = ExpenseForm(known, _row_texts(form, request.POST))
        asked = form.read()
        if asked is not None:
            try:
                save_options(
                    company=request.company, person=request.person, book=found.book, expense_id=expense_id,
                    wanted=asked.wanted, through=known.through,
                )  # fmt: skip
            except OptionsRefused as refusal:
                form.refuse(refusal.errors)
            else:
                return _table(request, found)
    driver = Driver(form.fields["driver"].value) if form.fields["driver"].value in set(Driver) else Driver.NONE
    context = {
        "facts": known,
        "member": known.member,
        "form": form,
        "figure": form.fields[FIGURES.get(driver, "amount")],
        "drivers": [(it, " ".join(ASKS[it]), _unit(it, found.book.currency)) for it in _offered(driver)],
        "frequencies": Frequency,
        "form_url": form_address(request, expense_id),
    }
    return render(request, "planning/_summary_edit.html", context, status=422 if form.errors else 200)


@require_POST
@editor
def forecast_many(request: CompanyRequest) -> HttpResponse:
    """Forecast the ticked expenses in one way."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    back = f"{address(request, 'summary')}?{request.POST.get('query', '')[:2_000]}"
    choice = request.POST.get("how", "")
    try:
        text = request.POST.get("change", "").strip()
        rate = read_rate(text) if text and choice == "last-year" else 0
        done = forecast_as(
            company=request.company,
            person=request.person,
            book=found.book,
            expenses=[int(it) for it in request.POST.getlist("expense") if it.isdecimal() and len(it) < 19],
            choice=choice,
            rate=rate,
            through=asking.through_of(request.company, today=today()),
        )
    except (OptionsRefused, NotTyped) as refusal:
        messages.error(request, f"{refusal} Nothing was changed.")
        return redirect(back)
    if done.changed:
        request.session[_UNDO] = {
            "company": request.company.pk,
            "at": timezone.now().timestamp(),
            "before": done.before,
            "after": done.after,
        }
    words = CHOICES[choice][0]
    if choice == "last-year" and rate:
        words += f" {'+' if rate > 0 else '−'}{rate_words(abs(rate))}"
    told = f"{count(len(done.changed), 'expense')} {'is' if len(done.changed) == 1 else 'are'} forecast as {words}."
    if choice == "none":
        told = f"{count(len(done.changed), 'expense has', 'expenses have')} no forecast any more."
    if done.passed_over:
        told += f" {count(done.passed_over, 'one', 'of them')} left alone: payroll is forecast by the hiring plan."
    messages.success(request, told if done.changed else "They were forecast so already. Nothing was changed.")
    return redirect(back)


@require_POST
@editor
def undo_many(request: CompanyRequest) -> HttpResponse:
    """Put back how the expenses of the last such step were forecast before it."""
    found = current(request.company)
    kept = request.session.pop(_UNDO, None)
    if isinstance(found, Missing):
        raise Http404
    if not kept or kept["company"] != request.company.pk:
        messages.error(request, "There is no step of yours to undo. Nothing was changed.")
        return redirect(address(request, "summary"))
    through = asking.through_of(request.company, today=today())
    try:
        back = put_back(
            company=request.company,
            person=request.person,
            book=found.book,
            before=kept["before"],
            after=kept["after"],
            through=through,
        )
    except OptionsRefused as refusal:
        messages.error(request, f"It cannot be undone: {refusal}")
        return redirect(address(request, "summary"))
    told = f"{count(back.count, 'expense is', 'expenses are')} forecast as before."
    if back.kept:
        told += f" {count(back.kept, 'was', 'were')} changed since and left alone."
    messages.success(request, told)
    return redirect(address(request, "summary"))


def _table(request: CompanyRequest, found: Current) -> HttpResponse:
    """Answer with the table in place of the one that the row stands in, as the page's address asks for it."""
    query = QueryDict(urlsplit(getattr(request.htmx, "current_url", "") or "").query)  # type: ignore[attr-defined]
    answer = render(request, "planning/_summary_table.html", _context(request, found, query))
    return reswap(retarget(answer, "#plan-table"), "outerHTML")


def _context(request: CompanyRequest, found: Current, query: QueryDict) -> dict[str, object]:
    through = asking.through_of(request.company, today=today())
    only = asking.filter_of(query)
    result = summary_of(request.company, found.book, through=through, only=only, everything=query.get("all") == "1")
    picked = set(result.unplanned) if query.get("pick") == "unplanned" else set()
    kept = request.session.get(_UNDO) or {}
    return {
        "summary": result,
        "rows": open_rows(result, query),
        "only": only,
        "filtered": bool(only.sections or only.text),
        "everything": query.get("all") == "1",
        "picked": picked,
        "book": found.book,
        "sync": found.sync,
        "changes": request.membership.may_plan,
        "sections": sections(request.company, only.sections),
        "narrowed": narrowed(request),
        "query": query.urlencode(),
        "carried": [(name, it) for name, values in query.lists() if name != "pick" for it in values],
        "choices": [(key, words) for key, (words, _) in CHOICES.items()],
        "undo": len(kept["before"]) if _offered_now(request, kept) else 0,
        "add_url": form_address(request),
        "home": address(request, "summary"),
        "entries_url": reverse("expenses:entries", kwargs={"company": request.company.slug}),
        "year_label": _year_label(result),
    }


def _year_label(found: Summary) -> str:
    """Return what the year's column holds: "actual to Oct 26, then forecast"."""
    if found.through < found.first:
        return "forecast"
    return f"actual to {short_month(found.through)}, then forecast" if found.ahead else "actual"


def _row_texts(form: ExpenseForm, data: QueryDict) -> dict[str, str]:
    """Return the saved form's texts with what the row's editor changes: driver, figure, frequency and dates."""
    texts = {it.name: it.value for it in (*form.fields.values(), *form.months)}
    texts |= {name: data.get(name, "") for name in ("driver", "frequency", "start", "end")}
    driver = data.get("driver", "")
    if driver in FIGURES:
        texts[FIGURES[Driver(driver)]] = data.get("figure", "")
    return texts


def _offered_now(request: CompanyRequest, kept: dict[str, Any]) -> bool:
    """Return whether the last step for many expenses is this company's, and recent."""
    return bool(kept) and kept["company"] == request.company.pk and timezone.now().timestamp() - kept["at"] < _OFFERED


def _offered(now: Driver) -> list[Driver]:
    """Return the drivers of a row's editor. A formula needs the room of the form."""
    return [it for it in Driver if it is not Driver.FORMULA or it is now]


def _unit(driver: Driver, currency: str) -> str:
    match FIGURES.get(driver):
        case "amount":
            return currency
        case "rate" | "change":
            return "%"
        case "averaged":
            return "months"
        case _:
            return ""
