"""The pages of a company's connection: the card, the sync log, a run as it goes."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.connections import queries, scheduling
from tieout.connections.log_words import meaning, part_explained
from tieout.connections.models import SyncRun
from tieout.connections.pages import NEEDS_CONSENT, about_of, integrations_page
from tieout.connections.progress import facts_of, progress_of
from tieout.expenses.queries import unassigned_count
from tieout.ui.nav import url_of


@require_GET
@member
def integrations(request: CompanyRequest) -> HttpResponse:
    """Show the connection's card, what waits for a decision, and the sync log."""
    return integrations_page(request)


@require_GET
@member
def state(request: CompanyRequest) -> JsonResponse:
    """Return the connection, its last run and its last sync as JSON for scripts."""
    connection = queries.connection_of(request.company)
    if connection is None:
        return JsonResponse({"company": request.company.slug, "connection": None})
    return JsonResponse({"company": request.company.slug, **queries.state_of(connection)})


@require_GET
@member
def run(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show a run: its progress while it goes, its ending afterwards."""
    return render(request, "connections/run.html", _run_context(request, _run(request, run_id)))


@require_GET
@member
def run_progress(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Return the moving part of the run's page, asked for every second until the run has ended."""
    found = _run(request, run_id)
    response = render(request, "connections/_progress.html", _run_context(request, found) | {"polled": True})
    if not found.alive:  # the ending belongs in the whole page: the seal and the navigation change with it
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
@member
def run_facts(request: CompanyRequest, run_id: int) -> JsonResponse:
    """Return a run as JSON for scripts."""
    return JsonResponse(facts_of(_run(request, run_id)))


def _run(request: CompanyRequest, run_id: int) -> SyncRun:
    found = queries.run_of(request.company, run_id)
    if found is None:
        raise Http404
    return found


def _run_context(request: CompanyRequest, found: SyncRun) -> dict[str, object]:
    slug = request.company.slug
    return {
        "run": found,
        "progress": progress_of(found, now=timezone.now()),
        "connection": found.connection,
        "part": part_explained(found),
        "meaning": meaning(found, kept=queries.syncs_before(request.company, [found.requested_at])[0]),
        "coming": scheduling.upcoming(found.connection),
        "last": queries.last_run(found.connection),
        "needs_consent": found.connection.state in NEEDS_CONSENT,
        "book": found.connection.book,
        "about": about_of(found.connection.provider),
        "held": (held := queries.held_run(found.connection)) is not None and held.pk == found.pk,
        "unassigned": 0 if found.alive else unassigned_count(request.company),
        "organise": url_of("expenses:organise", slug),
        "timeline": url_of("planning:timeline", slug),
        "closed_months": url_of("planning:closed", slug),
        "change_log": url_of("reports:change-log", slug),
        "trial_balance": url_of("reports:trial-balance", slug),
    }
