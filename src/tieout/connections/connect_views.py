"""Connecting: the page of providers, by consent or by login, and the page that asks whose books."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, admin
from tieout.connections import choosing, connecting, consent, login, providers, queries, tiles
from tieout.connections.forms import ChoiceForm, ConnectForm, LoginForm
from tieout.connections.imports_table import imports_table
from tieout.connections.models import Connection, PendingGrant
from tieout.connections.pages import about_of
from tieout.providerkit.errors import ProviderError
from tieout.providerkit.interface import Provider
from tieout.ui.middleware import let_forms_leave

_LIMIT = "provider_login"  # in the settings, beside that of signing in
_TOO_OFTEN = "Too many tries in a short time. Nothing was sent to the provider: wait a few minutes, then try again."


@sensitive_post_parameters()
@never_cache
@admin
def connect(request: CompanyRequest) -> HttpResponse:
    """Offer the providers and say what is read; POST goes to the chosen one's consent page, or logs in to it."""
    offered, connection = providers.all_providers(), queries.connection_of(request.company)
    chosen = tiles.chosen(offered, connection, request.POST.get("provider") or request.GET.get("provider", ""))
    taker = login.taking(chosen) if chosen else None
    posted = request.POST if request.method == "POST" else None
    ready = [it for it in offered if it.configured]
    form = ConnectForm(posted, initial=_initial(chosen, connection), chosen=chosen, ready=ready)
    typed = LoginForm(posted, fields=taker.login_fields) if taker else None
    if posted is not None and chosen is not None and form.is_valid() and (typed is None or typed.is_valid()):
        answer = _leave(request, chosen, form, typed, connection)
        if answer is not None:
            return answer
    return _connect_page(request, offered, chosen, form, typed)


@never_cache
@admin
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: CompanyRequest) -> HttpResponse:
    """Ask which of several organisations' books are this company's; POST connects them."""
    waiting = _pending(request)
    if waiting is None:
        return _nothing_to_choose(request)
    offered = choosing.offered(waiting)
    form = ChoiceForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid():
        try:
            connection = choosing.choose(waiting, form.cleaned_data["organisation"], now=timezone.now())
        except connecting.GrantRefused as refusal:
            form.add_error(None, str(refusal))
        except (ProviderError, providers.SandboxRefused) as trouble:
            form.add_error(None, f"{trouble} Nothing was stored. Choose again in a moment.")
        else:
            return _to_first_sync(connection)
    context = {
        "form": form,
        "offered": offered,
        "about": about_of(waiting.provider),
        "is_sandbox": any(it.is_sandbox for it in providers.all_providers() if it.about.key == waiting.provider),
        "minutes": choosing.minutes_left(waiting, now=timezone.now()),
    }
    return render(request, "connections/choose.html", context, status=422 if form.errors else 200)


@require_POST
@admin
def choose_none(request: CompanyRequest) -> HttpResponse:
    """Give back the access to all of them."""
    waiting = _pending(request)
    if waiting is None:
        return _nothing_to_choose(request)
    try:
        choosing.withdraw(waiting, now=timezone.now())
    except connecting.GrantRefused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, "The access is given back. Nothing was stored.")
    return redirect("connections:connect", company=request.company.slug)


def _leave(
    request: CompanyRequest, chosen: Provider, form: ConnectForm, typed: LoginForm | None, connection: Connection | None
) -> HttpResponse | None:
    """Return where to go on, or None where something stands in the way, which the form then says."""
    if connection is not None and connection.provider != chosen.about.key:
        form.add_error(None, f"{request.company.name} has its books elsewhere. Other books go into another company.")
        return None
    session = request.session.session_key or ""
    try:
        if typed is None:
            return redirect(
                consent.begin(
                    request.company, request.person, chosen.about.key, form.wishes, session=session,
                    now=timezone.now(),
                )
            )  # fmt: skip
        if not ratelimit.consume(request, action=_LIMIT, key=f"{request.company.pk}:{chosen.about.key}"):
            form.add_error(None, _TOO_OFTEN)
            return None
        asked = connecting.Asked(
            company=request.company, person=request.person, provider=chosen.about.key, wishes=form.wishes
        )
        return _to_first_sync(login.log_in(asked, typed.cleaned_data, session=session, now=timezone.now()))
    except choosing.ChoiceNeeded:
        return redirect("connections:choose", company=request.company.slug)
    except (connecting.GrantRefused, providers.SandboxRefused, ProviderError) as refusal:
        form.add_error(None, f"{refusal} {connecting.remedy(refusal)}".strip())
        return None


def _connect_page(
    request: CompanyRequest,
    offered: Sequence[Provider],
    chosen: Provider | None,
    form: ConnectForm,
    typed: LoginForm | None,
) -> HttpResponse:
    connection = queries.connection_of(request.company)
    context = {
        "form": form,
        "login": typed,
        "groups": tiles.groups(request.company, offered, providers.payroll_providers(), chosen, connection),
        "offer": chosen,
        "settings": tiles.settings_of(chosen) if chosen else (),
        "connection": connection,
        "connected_to": about_of(connection.provider) if connection else None,
        "elsewhere": connection is not None and chosen is not None and connection.provider != chosen.about.key,
        "callback": consent.redirect_uri(chosen.about.key) if chosen else "",
        "table": imports_table(sorted(offered, key=lambda it: it is not chosen)),  # the chosen one's columns first
    }
    failed = bool(form.errors or (typed and typed.errors))
    response = render(request, "connections/connect.html", context, status=422 if failed else 200)
    return response if typed else let_forms_leave(response)


def _initial(chosen: Provider | None, connection: Connection | None) -> dict[str, str | int]:
    """Return what is chosen already: the provider whose page it is, and the wishes of an earlier connection."""
    initial: dict[str, str | int] = {"provider": chosen.about.key} if chosen else {}
    if connection is None:
        return initial
    return initial | {"history": connection.history, "basis": connection.basis, "sync_day": connection.sync_day}


def _pending(request: CompanyRequest) -> PendingGrant | None:
    session = request.session.session_key or ""
    return choosing.pending(request.company, request.person, session=session, now=timezone.now())


def _nothing_to_choose(request: CompanyRequest) -> HttpResponse:
    messages.info(request, "There is nothing to choose from any more: the access is given back. Connect again.")
    return redirect("connections:connect", company=request.company.slug)


def _to_first_sync(connection: Connection) -> HttpResponse:
    slug, run = connection.company.slug, queries.last_run(connection)
    if run is None:
        return redirect("connections:integrations", company=slug)
    return redirect("connections:run", company=slug, run_id=run.pk)
