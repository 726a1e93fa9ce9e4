"""The expense form: all options of one expense, with a preview of what they come to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, editor
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing, today
from tieout.expenses.services import Refused, remove_expense
from tieout.planning.expense_facts import Facts, facts
from tieout.planning.expense_form import ExpenseForm
from tieout.planning.expense_preview import Preview, preview
from tieout.planning.expense_saving import add as add_with_options
from tieout.planning.expense_saving import save_expense
from tieout.planning.models import Driver, Every, Frequency, Growth
from tieout.planning.options import ASKS, OF_COSTS, OptionsRefused
from tieout.planning.queries import expense_row
from tieout.planning.side import EXPENSES, Side
from tieout.ui.nav import url_of

_NEW = 0


@require_http_methods(["GET", "POST"])
@editor
def edit(request: CompanyRequest, expense_id: int, side: Side = EXPENSES) -> HttpResponse:
    """Show all options of an expense; save them. ``preview`` in the form shows what they come to and saves nothing."""
    if isinstance(missing := current(request.company), Missing):
        return nothing(request, missing, side.one.capitalize())
    return _form(request, _facts(request, expense_id, side))


@require_http_methods(["GET", "POST"])
@editor
def add(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Show the form of an expense of the company's own; add it. ``preview`` is as in edit."""
    if isinstance(missing := current(request.company), Missing):
        return nothing(request, missing, f"New {side.one}")
    return _form(request, _facts(request, _NEW, side))


@require_POST
@editor
def show_preview(request: CompanyRequest, expense_id: int, side: Side = EXPENSES) -> HttpResponse:
    """Answer with what the form comes to as it stands: the panel beside it."""
    return _panel(request, _facts(request, expense_id, side))


@require_POST
@editor
def add_preview(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Answer with what the form of a new expense comes to."""
    return _panel(request, _facts(request, _NEW, side))


@require_http_methods(["GET", "POST"])
@editor
def remove(request: CompanyRequest, expense_id: int, side: Side = EXPENSES) -> HttpResponse:
    """Ask, saying what falls back to which accounts; then remove an added expense."""
    known = _facts(request, expense_id, side)
    row = expense_row(request.company, expense_id)
    if row is None or known.member is None:
        raise Http404
    refusal = ""
    if known.links and not request.membership.may_connect:
        refusal = "Its links place lines of the books. An admin can remove it, or its links first."
    elif request.method == "POST":
        try:
            done = remove_expense(company=request.company, person=request.person, expense=row)
        except Refused as error:
            refusal = str(error)
        else:
            later = "" if done else " Its lines move back to their accounts now; that takes a moment."
            messages.success(request, f"{known.member.name} was removed.{later}")
            return redirect(side.url(request.company.slug, side.home))
    months = sorted(known.actuals)
    context = {
        "facts": known,
        "side": side,
        "to": _addresses(request, known),
        "member": known.member,
        "book": known.book,
        "held": sum(known.actuals.values()),
        "since": months[0] if months else None,
        "refusal": refusal,
        "offered": known.removable and (request.membership.may_connect or not known.links),
    }
    return render(
        request, "planning/expense_remove.html", context, status=422 if refusal and request.method == "POST" else 200
    )


def _form(request: CompanyRequest, known: Facts) -> HttpResponse:
    if request.method == "GET":
        form = ExpenseForm.saved(known)
        return _page(request, known, form, _previewed(known, form) if known.member else None)
    form = ExpenseForm.typed(known, request.POST, maps=request.membership.may_connect)
    asked = form.read()
    if asked is None or "preview" in request.POST:
        shown = _previewed(known, form)
        return _page(request, known, form, shown, refused=bool(form.errors))
    try:
        if known.member is None:
            add_with_options(company=request.company, person=request.person, facts=known, asked=asked)
            told = f"{asked.name} was added."
        else:
            changed = save_expense(company=request.company, person=request.person, facts=known, asked=asked)
            name = asked.name or known.books_name
            told = f"{name} was saved." if changed else f"Nothing of {name} was changed."
    except OptionsRefused as refusal:
        form.refuse(refusal.errors)
        return _page(request, known, form, None, refused=True)
    messages.success(request, told)
    return redirect(_back(request, known.side))


def _facts(request: CompanyRequest, expense_id: int, side: Side) -> Facts:
    found = current(request.company)
    known = None
    if not isinstance(found, Missing):
        known = facts(request.company, found.book, expense_id=expense_id, today=today(), side=side)
    if known is None:
        raise Http404
    return known


def _previewed(known: Facts, form: ExpenseForm) -> Preview | None:
    """Return what a form comes to; None, with the errors at their fields, where it comes to nothing."""
    asked = form.read()
    if asked is None:
        return None
    try:
        return preview(known, asked)
    except OptionsRefused as refusal:
        form.refuse(refusal.errors)
        return None


def _panel(request: CompanyRequest, known: Facts) -> HttpResponse:
    data = request.POST.copy()
    if known.member is None and not data.get("name", "").strip():
        data["name"] = f"New {known.side.one}"  # a name says nothing about amounts
    form = ExpenseForm.typed(known, data, maps=request.membership.may_connect)
    context = {
        "facts": known,
        "side": known.side,
        "form": form,
        "preview": _previewed(known, form),
        "book": known.book,
    }
    return render(request, "planning/_expense_preview.html", context)


def _page(
    request: CompanyRequest, known: Facts, form: ExpenseForm, shown: Preview | None, *, refused: bool = False
) -> HttpResponse:
    link_url = url_of("expenses:link-new", request.company.slug) if request.membership.may_connect else ""
    side = known.side
    context = {
        "facts": known,
        "side": side,
        "to": _addresses(request, known),
        "member": known.member,
        "fixed": known.mapped and not request.membership.may_connect,
        "book": known.book,
        "form": form,
        "preview": shown,
        "drivers": [(each, " ".join(ASKS[each])) for each in Driver if not side.income or each not in OF_COSTS],
        "frequencies": Frequency,
        "growths": Growth,
        "intervals": Every,
        "back": _back(request, side),
        "first": known.through + 1,
        "link_url": f"{link_url}?expense={known.expense}" if link_url and known.expense else "",
        "links_url": url_of("expenses:links", request.company.slug) if request.membership.may_connect else "",
    }
    template = "planning/_expense.html" if getattr(request, "htmx", False) else "planning/expense.html"
    return render(request, template, context, status=422 if refused else 200)


def _addresses(request: CompanyRequest, known: Facts) -> dict[str, str]:
    """Return where the form's buttons lead."""
    side, slug, row = known.side, request.company.slug, known.expense
    removes = {"remove": side.url(slug, "expense-remove", row)} if row else {}
    return {
        "home": side.url(slug, side.home),
        "form": side.url(slug, "expense" if row else "add", row),
        "preview": side.url(slug, "expense-preview" if row else "add-preview", row),
        **removes,
    }


def _back(request: CompanyRequest, side: Side) -> str:
    """Return where the person came from, if that is a page of ours; else the side's own."""
    home = side.url(request.company.slug, side.home)
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path in (home, side.url(request.company.slug, "timeline")):
        return f"{came.path}?{came.query}" if came.query else came.path
    return home
