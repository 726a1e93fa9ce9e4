"""What the buttons of the Integrations page do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tieout.companies.access import CompanyRequest, admin, owner
from tieout.connections import deleting, including, queries, services
from tieout.connections.forms import IncludeForm, SyncDateForm, ordinal
from tieout.connections.models import Connection, SyncRun
from tieout.connections.pages import integrations_page
from tieout.connections.requests import NotConnected
from tieout.ui.figures import long_month


@require_POST
@admin
def refresh(request: CompanyRequest) -> HttpResponse:
    """Ask for a sync, of every month if that is wanted, or join the one under way, and go to its page."""
    everything = "everything" in request.POST
    try:
        run = services.refresh(_connection(request), person=request.person, now=timezone.now(), everything=everything)
    except NotConnected as refusal:
        return integrations_page(request, refusal=str(refusal))
    if everything and not run.everything:
        messages.info(request, "A sync is under way already. When it has ended, ask again for every month.")
    return _to_run(request, run)


@require_POST
@admin
def sync_date(request: CompanyRequest) -> HttpResponse:
    """Save the day from which the month before counts as actuals."""
    connection = _connection(request)
    form = SyncDateForm(request.POST)
    if not form.is_valid():
        return integrations_page(request, form=form)
    day = form.cleaned_data["sync_day"]
    services.set_sync_day(connection, day, person=request.person, now=timezone.now())
    messages.success(request, f"The sync date is the {ordinal(day)} now. Months that count already stay.")
    return _back(request)


@require_POST
@admin
def include(request: CompanyRequest) -> HttpResponse:
    """Let a month that is over count as actuals before its sync date."""
    form = IncludeForm(request.POST)
    if not form.is_valid():
        raise Http404
    month = form.cleaned_data["month"]
    try:
        run = including.include(_connection(request), month, person=request.person, now=timezone.now())
    except (including.NotWaiting, NotConnected) as refusal:
        return integrations_page(request, refusal=str(refusal))
    name = long_month(month)
    if run is None:
        messages.success(request, f"{name} counts as actuals now.")
        return _back(request)
    messages.info(
        request,
        f"{name} was not over when the books were last read. They are read now: include {name} when the sync is done.",
    )
    return _to_run(request, run)


@require_POST
@admin
def running_month(request: CompanyRequest) -> HttpResponse:
    """Choose what the timeline shows of months that are not admitted yet."""
    shown = request.POST.get("shown") == "1"
    services.show_running_month(_connection(request), shown, person=request.person)
    what = "what is posted so far, marked partial" if shown else "their forecast"
    messages.success(request, f"Running months show {what}.")
    return _back(request)


@require_POST
@admin
def pause(request: CompanyRequest) -> HttpResponse:
    """Stop reading the books."""
    try:
        services.pause(_connection(request), person=request.person)
    except services.Refused as refusal:
        return integrations_page(request, refusal=str(refusal))
    messages.success(request, "Paused. Nothing is read until somebody resumes.")
    return _back(request)


@require_POST
@admin
def resume(request: CompanyRequest) -> HttpResponse:
    """Read the books again, at once."""
    try:
        run = services.resume(_connection(request), person=request.person, now=timezone.now())
    except services.Refused as refusal:
        return integrations_page(request, refusal=str(refusal))
    return _to_run(request, run)


@require_POST
@admin
def disconnect(request: CompanyRequest) -> HttpResponse:
    """End the grant; the imported data stay."""
    services.disconnect(_connection(request), person=request.person, now=timezone.now())
    messages.success(request, "Disconnected. The access is destroyed; what was imported stays.")
    return _back(request)


@require_POST
@owner
def delete(request: CompanyRequest) -> HttpResponse:
    """Delete what was imported, if the company's name is typed."""
    try:
        deleting.delete_imported(
            _connection(request), request.POST.get("name", ""), person=request.person, now=timezone.now()
        )
    except deleting.NotDeleted as refusal:
        return integrations_page(request, refusal=str(refusal))
    messages.success(request, "The imported data are deleted. Your departments and plans stay.")
    return _back(request)


@require_POST
@admin
def publish(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Publish what a held run read, marked UNVERIFIED."""
    run = queries.run_of(request.company, run_id)
    if run is None:
        raise Http404
    try:
        services.publish_held(run, person=request.person)
    except services.Refused as refusal:
        return integrations_page(request, refusal=str(refusal))
    return _to_run(request, run)


def _connection(request: CompanyRequest) -> Connection:
    connection = queries.connection_of(request.company)
    if connection is None:
        raise Http404
    return connection


def _back(request: CompanyRequest) -> HttpResponse:
    return redirect("connections:integrations", company=request.company.slug)


def _to_run(request: CompanyRequest, run: SyncRun) -> HttpResponse:
    return redirect("connections:run", company=request.company.slug, run_id=run.pk)
