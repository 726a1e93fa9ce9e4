"""Settings › Audit log: who changed what, when, and from what to what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tieout.companies import audit_reading, audit_words
from tieout.companies.access import CompanyRequest, admin
from tieout.companies.audit_reading import Question
from tieout.kit.tables import write_csv

_LONGEST = 200  # letters of a search


@require_GET
@admin
def log(request: CompanyRequest) -> HttpResponse:
    """Show one page of the log, as the form above it asks."""
    asked = _asked(request)
    page = audit_reading.page(request.company, asked, before=_number(request, "before"))
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "rows": list(audit_words.rows(page.entries)),
        "asked": asked,
        "filtered": asked != Question(),
        "people": audit_reading.people(request.company),
        "kinds": [(name, audit_words.kind(name)) for name in audit_reading.kinds(request.company)],
        "query": query.urlencode(),
        "older": page.older,
        "newest": "before" not in request.GET,
    }
    return render(request, "companies/audit.html", context)


@require_GET
@admin
def export(request: CompanyRequest) -> HttpResponse:
    """Answer with all that the form asks for as CSV: one line for each value that changed."""
    content = write_csv(_lines(request))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{request.company.slug} audit log.csv"'
    return answer


def _lines(request: CompanyRequest) -> Iterator[tuple[str, ...]]:
    yield ("When", "Who", "What", "Kind", "Id", "About", "Value", "Before", "After")
    for told in audit_words.told(audit_reading.events(request.company, _asked(request)).iterator(chunk_size=2_000)):
        event = told.event
        fixed = (
            timezone.localtime(event.at, request.company.zone).isoformat(timespec="seconds"),
            audit_words.who(event), event.what, audit_words.kind(event.object_kind), event.object_id,
            "; ".join(told.about),
        )  # fmt: skip
        if not told.changes:
            yield (*fixed, "", "", "")
        for change in told.changes:
            yield (*fixed, change.name, change.before, change.after)


def _asked(request: CompanyRequest) -> Question:
    """Return what the address asks for; what cannot be read asks for nothing."""
    return Question(
        person=_number(request, "person"),
        kind=request.GET.get("kind", "")[:40],
        first=_day(request, "from"),
        last=_day(request, "to"),
        text=request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST],
    )


def _number(request: CompanyRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _day(request: CompanyRequest, name: str) -> date | None:
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if date(1970, 1, 2) <= day <= date(9998, 12, 30) else None
