"""Where a provider sends people back to. Its address holds a code and a state: neither goes anywhere from here."""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tieout.companies import queries as companies
from tieout.connections import choosing, connecting, consent, providers, queries
from tieout.providerkit.errors import PermissionMissing, ProviderError
from tieout.ui.nav import url_of

log = logging.getLogger(__name__)


@never_cache
@require_GET
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Finish a round trip to a consent page: on to the first sync, or say what happened and what to do."""
    response = _answer(request, provider)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page must not travel
    return response


def _answer(request: HttpRequest, provider: str) -> HttpResponse:
    if not isinstance(request.user, User):
        # Not sent to sign in with a way back: that way back would carry the code and the state through more pages.
        return _refused(
            request,
            what="You are not signed in here",
            text="The provider sent you back, but this browser is not signed in to Tieout. Nothing was stored.",
            remedy="Sign in, then start again from Integrations, in this browser.",
            status=403,
        )
    try:
        connection = consent.complete(
            provider, request.GET.dict(), request.user, session=request.session.session_key or "", now=timezone.now()
        )
    except choosing.ChoiceNeeded as needed:
        return redirect("connections:choose", company=needed.waiting.company.slug)
    except connecting.GrantRefused as refusal:
        log.info("a consent for %s was not completed", provider)
        return _refused(request, what="The books were not connected", text=str(refusal), status=400)
    except (ProviderError, providers.SandboxRefused) as trouble:
        log.warning("a consent for %s failed at the platform: %s", provider, type(trouble).__name__)
        return _refused(
            request,
            what="The provider could not finish",
            text=f"{trouble} Nothing was stored.",
            remedy=connecting.remedy(trouble),
            status=403 if isinstance(trouble, PermissionMissing) else 502,
        )
    slug = connection.company.slug
    run = queries.last_run(connection)
    if run is None:
        return redirect("connections:integrations", company=slug)
    return redirect("connections:run", company=slug, run_id=run.pk)


def _refused(request: HttpRequest, *, what: str, text: str, remedy: str = "", status: int) -> HttpResponse:
    context = {"what": what, "text": text, "remedy": remedy, "again": _way_back(request)}
    return render(request, "connections/refused.html", context, status=status)


def _way_back(request: HttpRequest) -> str:
    """Return where to start again: the connect page of the company that was open last, if it is theirs."""
    slug = str(request.session.get("company", ""))
    if not isinstance(request.user, User) or companies.membership(request.user, slug) is None:
        return ""
    return url_of("connections:connect", slug)
