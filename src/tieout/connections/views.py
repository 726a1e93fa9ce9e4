"""The pages of a company's connection: connecting, the card, the sync log, a run as it goes."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, admin, member
from tieout.connections import consent, notices, providers, queries, services
from tieout.connections.forms import ConnectForm, SyncDateForm, ordinal
from tieout.connections.models import Connection, ConnectionState, SyncRun
from tieout.connections.progress import duration, facts_of, progress_of
from tieout.connections.requests import NotConnected
from tieout.providerkit.errors import ProviderError
from tieout.providerkit.interface import About, Group, Provider
from tieout.ui.middleware import let_forms_leave
from tieout.ui.nav import url_of

_SHOWN_DIFFERENCES = 50
_SHOWN_NOTICES = 3  # all of them stand on their own page
_GROUPS = {Group.ACCOUNTING: "Accounting", Group.PAYROLL: "Payroll", Group.FILES: "Files"}
_NEEDS_CONSENT = (ConnectionState.DISCONNECTED, ConnectionState.RECONNECT, ConnectionState.ERROR)


@admin
def connect(request: CompanyRequest) -> HttpResponse:
    """Offer the providers and say what is read; POST goes to the chosen one's consent page."""
    offered = providers.all_providers()
    connection = queries.connection_of(request.company)
    if request.method != "POST":
        return _connect_page(request, ConnectForm(initial=_initial(offered, connection), providers=offered), offered)
    form = ConnectForm(request.POST, providers=offered)
    if form.is_valid():
        try:
            address = consent.begin(
                request.company, request.person, form.cleaned_data["provider"], form.wishes,
                session=request.session.session_key or "", now=timezone.now(),
            )  # fmt: skip
        except (providers.SandboxRefused, ProviderError) as refusal:
            form.add_error(None, f"{refusal} {getattr(refusal, 'remedy', '')}".strip())
        else:
            return redirect(address)
    return _connect_page(request, form, offered)


@require_GET
@member
def integrations(request: CompanyRequest) -> HttpResponse:
    """Show the connection's card, what waits for a decision, and the sync log."""
    return _integrations_page(request)


@require_GET
@member
def state(request: CompanyRequest) -> JsonResponse:
    """Return the connection, its last run and its last sync as JSON for scripts."""
    connection = queries.connection_of(request.company)
    if connection is None:
        return JsonResponse({"company": request.company.slug, "connection": None})
    return JsonResponse({"company": request.company.slug, **queries.state_of(connection)})


@require_POST
@admin
def refresh(request: CompanyRequest) -> HttpResponse:
    """Ask for a sync, or join the one under way, and go to its page."""
    try:
        run = services.refresh(_connection(request), person=request.person, now=timezone.now())
    except NotConnected as refusal:
        return _integrations_page(request, refusal=str(refusal))
    return redirect("connections:run", company=request.company.slug, run_id=run.pk)


@require_POST
@admin
def sync_date(request: CompanyRequest) -> HttpResponse:
    """Save the day from which the month before counts as actuals."""
    connection = _connection(request)
    form = SyncDateForm(request.POST)
    if not form.is_valid():
        return _integrations_page(request, form=form)
    services.set_sync_day(connection, form.cleaned_data["sync_day"], person=request.person, now=timezone.now())
    messages.success(request, f"The sync date is the {ordinal(form.cleaned_data['sync_day'])} now.")
    return redirect("connections:integrations", company=request.company.slug)


@require_POST
@admin
def disconnect(request: CompanyRequest) -> HttpResponse:
    """End the grant; the imported data stay."""
    connection = _connection(request)
    services.disconnect(connection, person=request.person, now=timezone.now())
    messages.success(request, "Disconnected. The access is destroyed; what was imported stays.")
    return redirect("connections:integrations", company=request.company.slug)


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


@require_POST
@admin
def publish(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Publish what a held run read, marked UNVERIFIED."""
    found = _run(request, run_id)
    try:
        services.publish_held(found, person=request.person)
    except services.Refused as refusal:
        return _integrations_page(request, refusal=str(refusal))
    return redirect("connections:run", company=request.company.slug, run_id=run_id)


def _connection(request: CompanyRequest) -> Connection:
    connection = queries.connection_of(request.company)
    if connection is None:
        raise Http404
    return connection


def _run(request: CompanyRequest, run_id: int) -> SyncRun:
    found = queries.run_of(request.company, run_id)
    if found is None:
        raise Http404
    return found


def _initial(offered: Sequence[Provider], connection: Connection | None) -> dict[str, str | int]:
    """Return what is chosen already: the wishes of an earlier connection, the only provider that is ready."""
    ready = [it.about.key for it in offered if it.configured]
    if connection is None:
        return {"provider": ready[0]} if len(ready) == 1 else {}
    return {
        "provider": connection.provider,
        "history": connection.history,
        "basis": connection.basis,
        "sync_day": connection.sync_day,
    }


def _connect_page(request: CompanyRequest, form: ConnectForm, offered: Sequence[Provider]) -> HttpResponse:
    chosen = next((it for it in offered if it.about.key == form["provider"].value()), offered[0] if offered else None)
    groups = [(name, [it for it in offered if it.about.group is group]) for group, name in _GROUPS.items()]
    context = {
        "form": form,
        "groups": [(name, members) for name, members in groups if members],
        "offer": chosen,
        "connection": queries.connection_of(request.company),
        "callback": consent.redirect_uri(chosen.about.key) if chosen else "",
    }
    response = render(request, "connections/connect.html", context, status=422 if form.errors else 200)
    return let_forms_leave(response)


def _integrations_page(request: CompanyRequest, *, form: SyncDateForm | None = None, refusal: str = "") -> HttpResponse:
    connection = queries.connection_of(request.company)
    context: dict[str, object] = {
        "connection": connection,
        "notices": notices.unread(request.company, request.person.pk)[:_SHOWN_NOTICES],
        "refusal": refusal,
        "payroll": [it.about for it in providers.payroll_providers()],
        "payroll_url": url_of("payroll:runs", request.company.slug),
    }
    if connection is not None:
        held = queries.held_run(connection)
        book = connection.book
        pages = Paginator(queries.log(connection), queries.LOG_PAGE).get_page(request.GET.get("page"))
        differing = queries.differences(book, held.version) if held and book and held.version else []
        context |= {
            "about": _about(connection.provider),
            "book": book,
            "published": queries.published(book),
            "last": queries.last_run(connection),
            "held": held,
            "differences": differing[:_SHOWN_DIFFERENCES],
            "more_differences": len(differing) - _SHOWN_DIFFERENCES,
            "form": form or SyncDateForm(initial={"sync_day": connection.sync_day}),
            "day": ordinal(connection.sync_day),
            "pages": pages,
            "log": [
                {
                    "run": it,
                    "took": duration(it.finished_at - (it.started_at or it.requested_at)) if it.finished_at else "",
                }
                for it in pages
            ],
            "needs_consent": connection.state in _NEEDS_CONSENT,
            "trial_balance": url_of("reports:trial-balance", request.company.slug),
        }
    response = render(
        request, "connections/integrations.html", context, status=422 if refusal or (form and form.errors) else 200
    )
    return let_forms_leave(response)  # "Authorise again" ends at the provider's consent page


def _run_context(request: CompanyRequest, found: SyncRun) -> dict[str, object]:
    slug = request.company.slug
    return {
        "run": found,
        "progress": progress_of(found, now=timezone.now()),
        "connection": found.connection,
        "book": found.connection.book,
        "about": _about(found.connection.provider),
        "held": (held := queries.held_run(found.connection)) is not None and held.pk == found.pk,
        "organise": url_of("expenses:organise", slug),
        "trial_balance": url_of("reports:trial-balance", slug),
    }


def _about(key: str) -> About | None:
    return next((it.about for it in providers.all_providers() if it.about.key == key), None)
