"""Linked expenses: the list of links in their order, and the builder with its live preview."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, admin, member
from tieout.core.rules import BadRule, Field, check, fold
from tieout.departments import queries as departments
from tieout.expenses import link_form, queries
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.link_chart import chart_of
from tieout.expenses.link_form import Condition, Lists
from tieout.expenses.link_preview import Asked, Preview, preview
from tieout.expenses.models import Expense, Link
from tieout.expenses.pages import address, nothing
from tieout.expenses.relinking import pending
from tieout.expenses.rule_json import from_json
from tieout.expenses.services import Draft, NewExpense, Refused, order_links, remove_link, save_link

_SUGGESTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The builder as it stands: who is linked, the conditions, and what is ticked."""

    found: Current
    lists: Lists
    expense: Expense | None
    link: Link | None
    conditions: tuple[Condition, ...]
    name: str = ""
    department: str = "like"
    payroll_too: bool = False
    only_these: bool = False
    although_nothing: bool = False
    left_out: frozenset[int] = frozenset()
    page: int = 1

    @property
    def income(self) -> bool:
        """Whether it is a stream's link: it takes lines of income accounts."""
        return self.lists.income


@require_GET
@member
def links(request: CompanyRequest) -> HttpResponse:
    """Show the links in the order in which lines ask them."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Linked expenses")
    context = {
        "links": queries.link_rows(request.company, found.book),
        "streams": queries.link_rows(request.company, found.book, income=True),
        "book": found.book,
        "changes": request.membership.may_connect,
        "pending": pending(request.company),
    }
    return render(request, "expenses/links.html", context)


@require_GET
@admin
def new(request: CompanyRequest) -> HttpResponse:
    """Show the builder for a new link; the address may hold conditions, and the expense that it is for."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Linked expense")
    conditions = link_form.read(request.GET) or (Condition(),)
    expense = _expense(request, request.GET)
    work = Work(
        found=found,
        lists=Lists(found.book, income=_is_stream(expense, request.GET)),
        expense=expense,
        link=None,
        conditions=conditions,
        name=request.GET.get("name", ""),
    )
    return _render(request, work)


@require_GET
@admin
def edit(request: CompanyRequest, link_id: int) -> HttpResponse:
    """Show the builder for a link that is there."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Linked expense")
    link = queries.link(request.company, link_id)
    if link is None:
        raise Http404
    lists = Lists(found.book, income=link.expense.income)
    work = Work(
        found=found,
        lists=lists,
        expense=link.expense,
        link=link,
        conditions=link_form.conditions_of(from_json(link.rule), lists),
        payroll_too=link.payroll_too,
        only_these=link.only_pinned,
        left_out=queries.left_out(link, found.book),
    )
    return _render(request, work)


@require_POST
@admin
def work(request: CompanyRequest) -> HttpResponse:
    """Show the builder again as the form has it, after a button or a word; nothing is written."""
    return _render(request, _read(request))


@require_POST
@admin
def save(request: CompanyRequest) -> HttpResponse:
    """Save the link, and the new expense that it is for."""
    asked = _read(request)
    try:
        saved = save_link(
            company=request.company,
            person=request.person,
            book=asked.found.book,
            expense=asked.expense or _new_expense(request, asked),
            draft=Draft(
                rule=link_form.rule_of(asked.conditions, asked.lists),
                payroll_too=asked.payroll_too,
                only_these=asked.only_these,
                left_out=asked.left_out,
                although_nothing=asked.although_nothing,
            ),
            link=asked.link,
            sees_pay=request.membership.payroll_detail,
        )
    except (BadRule, Refused, link_form.Unreadable) as refusal:
        return _render(request, asked, refusal=str(refusal))
    if saved.done:
        messages.success(request, "Saved. The lines have moved; every actual total is as it was.")
    else:
        messages.info(request, "Saved. There are many lines; they are being moved now, and each stays in one place.")
    return redirect(address(request, "links") if asked.link else _after(request, saved.link))


@require_POST
@admin
def remove(request: CompanyRequest, link_id: int) -> HttpResponse:
    """Remove a link: its lines fall back."""
    found, link = current(request.company), queries.link(request.company, link_id)
    if link is None or isinstance(found, Missing):
        raise Http404
    done = remove_link(company=request.company, person=request.person, book=found.book, link=link)
    messages.success(
        request, f"Removed the link. Its lines {'are back' if done else 'are on their way back'} in their accounts."
    )
    return redirect(address(request, "links"))


@require_POST
@admin
def order(request: CompanyRequest) -> HttpResponse:
    """Move one link up, or before another."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    mover, before = (_number(request.POST.get(name, "")) for name in ("link", "before"))
    moved = queries.link(request.company, mover)
    income = moved is not None and moved.expense.income
    ids = [row.id for row in queries.link_rows(request.company, found.book, income=income)]
    if mover not in ids or before not in ids:
        raise Http404
    ids.remove(mover)
    ids.insert(ids.index(before), mover)
    order_links(company=request.company, person=request.person, book=found.book, order=ids)
    messages.success(request, "Moved. Lines that both rules match went to the one that is asked first.")
    return redirect(address(request, "links"))


@require_GET
@admin
def names(request: CompanyRequest) -> HttpResponse:
    """Answer with some names of a field's list that hold what was typed, those that begin with it first."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    lists, field, typed = Lists(found.book), request.GET.get("field", ""), fold(request.GET.get("q", ""))
    if field not in dict(lists.fields) or field == Field.AMOUNT:
        raise Http404
    rows = [
        row.label for row in lists.named(field).values() if request.membership.payroll_detail or row.scope != "employee"
    ]
    fitting = sorted(
        {label for label in rows if typed in fold(label)},
        key=lambda it: (not fold(it).startswith(typed), it.casefold()),
    )
    return JsonResponse({"names": fitting[:_SUGGESTED]})


def _read(request: CompanyRequest) -> Work:
    """Return the builder as the form has it. Raise Http404 if there are no books, or for ids of nobody's."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    data = request.POST
    link = queries.link(request.company, _number(data.get("link", "")))
    shown, ticked = ({_number(it) for it in data.getlist(name)} for name in ("shown", "in"))
    out = {_number(it) for it in data.getlist("out")} - shown | (shown - ticked)
    expense = link.expense if link else _expense(request, data)
    return Work(
        found=found,
        lists=Lists(found.book, income=_is_stream(expense, data)),
        expense=expense,
        link=link,
        conditions=link_form.edited(link_form.read(data), data.get("edit", "")),
        name=data.get("name", ""),
        department=data.get("department", ""),
        payroll_too="payroll_too" in data,
        only_these=data.get("joins") == "these",
        although_nothing="although_nothing" in data,
        left_out=frozenset(out - {0}),
        page=_number(data.get("page", "")) or 1,
    )


def _new_expense(request: CompanyRequest, work: Work) -> NewExpense:
    """Return the new expense: named after the rule, in the departments of its largest source, unless told otherwise."""
    name = work.name.strip() or next((it for row in work.conditions for it in row.terms if it.strip()), "")
    if work.income:
        return NewExpense(name, income=True)
    if work.department != "like":
        return NewExpense(name, _number(work.department) or None)
    seen, _ = _preview(request, work)
    return NewExpense(name, like=seen.leaves[0].expense if seen and seen.leaves else 0)


def _is_stream(expense: Expense | None, data: QueryDict) -> bool:
    return expense.income if expense else data.get("stream", "") == "1"


def _expense(request: CompanyRequest, data: QueryDict) -> Expense | None:
    asked = data.get("expense", "")
    if not asked:
        return None
    found = queries.expense(request.company, _number(asked))
    if found is None:
        raise Http404
    return found


def _render(request: CompanyRequest, work: Work, *, refusal: str = "") -> HttpResponse:
    """Show the builder; for a request by script, only its work area."""
    seen, trouble = _preview(request, work)
    book = work.found.book
    words = queries.name_of(request.company, book, work.expense) if work.expense else ""
    context = {
        "work": work,
        "title": words or f"New linked {'stream' if work.income else 'expense'}",
        "what": "stream" if work.income else "expense",
        "book": book,
        "fields": work.lists.fields,
        "departments": [it for it in departments.departments(request.company) if not it.hidden],
        "preview": seen,
        "chart": chart_of(seen.months) if seen else None,
        "trouble": trouble,
        "refusal": refusal,
        "out": sorted(work.left_out - {it.line.id for it in seen.lines} if seen else work.left_out),
    }
    whole = not request.headers.get("HX-Request")
    return render(
        request, "expenses/link.html" if whole else "expenses/_link_work.html", context, status=422 if refusal else 200
    )


def _preview(request: CompanyRequest, work: Work) -> tuple[Preview | None, str]:
    """Return what the rule takes, or why it cannot be asked yet."""
    try:
        rule = link_form.rule_of(work.conditions, work.lists)
        check(rule)
    except (BadRule, link_form.Unreadable) as refusal:
        return None, str(refusal)
    book = work.found.book
    sees_pay = request.membership.payroll_detail
    asked = Asked(
        rule=rule,
        payroll_too=work.payroll_too,
        link=work.link.pk if work.link else 0,
        expense=work.expense.pk if work.expense else 0,
        income=work.income,
        left_out=work.left_out,
        hidden=None if sees_pay else queries.payroll_accounts(request.company, book),
        page=work.page,
    )
    return preview(request.company, book, asked), ""


def _after(request: CompanyRequest, link: Link) -> str:
    """Return where to go after a link was saved: to the offer to move budget along, where there is a plan."""
    try:
        kwargs = {"company": request.company.slug, "link_id": link.pk}
        return reverse("planning:budget-along", kwargs=kwargs)
    except NoReverseMatch:  # a part above answers to it; this one does not know whether it is there
        return address(request, "links")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
