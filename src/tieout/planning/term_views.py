"""Settings › Payment terms."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tieout.companies.access import CompanyRequest, editor, member
from tieout.core.drivers import MOST_MONTHS
from tieout.planning.expense_names import names_of
from tieout.planning.models import Paid
from tieout.planning.terms import (
    Term,
    TermRefused,
    percent,
    read_shares,
    remove_term,
    save_term,
    term_of,
    terms,
    used_by,
)

_SHOWN = 12  # months that a new term offers; more on request
_MOST_TEXT = 40  # letters of a percentage that are looked at


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """List the terms: the built-in ones, then the company's own."""
    return render(request, "planning/terms.html", {"terms": terms(request.company)})


@require_http_methods(["GET", "POST"])
@editor
def add(request: CompanyRequest) -> HttpResponse:
    """Make a term."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@editor
def edit(request: CompanyRequest, term_id: int) -> HttpResponse:
    """Change a term."""
    found = term_of(request.company, term_id)
    if found is None:
        raise Http404
    return _edit(request, found)


@require_http_methods(["GET", "POST"])
@editor
def remove(request: CompanyRequest, term_id: int) -> HttpResponse:
    """Ask, then remove a term; one in use needs a term that takes over."""
    found = term_of(request.company, term_id)
    if found is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            remove_term(
                company=request.company, person=request.person, term_id=term_id, target=request.POST.get("target", "")
            )
        except TermRefused as error:
            refusal = str(error)
        else:
            messages.success(request, f"{found.name} was removed.")
            return redirect("planning_settings:terms", company=request.company.slug)
    names = names_of(request.company, used_by(request.company, term_id))
    context = {
        "term": found,
        "names": names[:8],
        "others": len(names) - 8 if len(names) > 8 else 0,
        "built_in": [Paid.IMMEDIATELY, Paid.NON_CASH],
        "targets": [each for each in terms(request.company) if each.id != term_id],
        "refusal": refusal,
    }
    return render(request, "planning/term_remove.html", context, status=422 if refusal else 200)


def _edit(request: CompanyRequest, found: Term | None) -> HttpResponse:
    name, texts = (found.name, _texts(found.shares)) if found else ("", [""] * _SHOWN)
    errors: dict[str, str] = {}
    if request.method == "POST":
        name, texts = request.POST.get("name", "").strip(), _typed(request.POST)
        try:
            made = save_term(
                company=request.company,
                person=request.person,
                name=name,
                shares=read_shares(texts),
                term_id=found.id if found else None,
            )
        except TermRefused as error:
            errors[error.field] = str(error)
        else:
            messages.success(request, f"{made.name} was {'saved' if found else 'added'}.")
            return redirect("planning_settings:terms", company=request.company.slug)
    months = [(at, label_of(at), text) for at, text in enumerate(_padded(request, texts))]
    context = {"term": found, "name": name, "months": months, "errors": errors, "all": len(months) == MOST_MONTHS}
    return render(request, "planning/term.html", context, status=422 if errors else 200)


def label_of(month: int) -> str:
    """Return what a month of a term is called: "same month", "1 month later"."""
    return "Same month" if not month else f"{month} month{'s' if month > 1 else ''} later"


def _typed(data: QueryDict) -> list[str]:
    return [text[:_MOST_TEXT] for text in data.getlist("share")[: MOST_MONTHS + 1]]


def _texts(shares: tuple[int, ...]) -> list[str]:
    return [percent(share).removesuffix(" %") if share else "" for share in shares]


def _padded(request: CompanyRequest, texts: list[str]) -> list[str]:
    wanted = MOST_MONTHS if "all" in request.GET or len(texts) > _SHOWN else _SHOWN
    return [*texts, *[""] * (wanted - len(texts))]
