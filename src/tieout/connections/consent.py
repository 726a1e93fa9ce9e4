"""The round trip to a provider's consent page: out with a `state`, back with a code, once, within ten minutes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol, cast

from django.conf import settings
from django.contrib.auth.models import User

from tieout.companies import queries as companies
from tieout.companies.models import Company, Role
from tieout.connections import choosing, providers
from tieout.connections.choosing import digest
from tieout.connections.connecting import Asked, GrantRefused, Wishes
from tieout.connections.models import Connection, ConsentRequest
from tieout.providerkit.errors import AccessDenied
from tieout.providerkit.interface import AsksConsent, Provider

__all__ = ["Wishes", "begin", "complete", "redirect_uri"]

_LIFETIME = timedelta(minutes=10)


class _Asking(AsksConsent, Provider, Protocol):
    """A provider with a consent page."""


def redirect_uri(provider: str) -> str:
    """Return the one address that a provider may send people back to, as registered with it."""
    return f"{settings.URL}/oauth/callback/{provider}/"


def begin(company: Company, person: User, provider_key: str, wishes: Wishes, *, session: str, now: datetime) -> str:
    """Return the consent page's address for a new round trip. ``session`` is the browser session's key."""
    provider = _asking(provider_key)
    state = secrets.token_urlsafe(32)
    ConsentRequest.objects.filter(created_at__lt=now - 10 * _LIFETIME).delete()
    ConsentRequest.objects.create(
        digest=digest(state), session=digest(session), company=company, person=person, provider=provider_key,
        basis=wishes.basis, history=wishes.history, sync_day=wishes.sync_day, created_at=now,
    )  # fmt: skip
    return provider.authorise_url(state=state, redirect_uri=redirect_uri(provider_key))


def complete(provider_key: str, params: Mapping[str, str], person: User, *, session: str, now: datetime) -> Connection:
    """Turn a callback into a connection whose first sync is queued, and return it.

    Raise GrantRefused for a state that is unknown, used, late, or another session's or person's; for a refusal at
    the provider; and for an organisation that does not fit. Raise ChoiceNeeded where several were authorised.
    ProviderError passes: the platform was in trouble.
    """
    request = _spend(params.get("state", ""), provider_key, person, session, now)
    provider = _asking(provider_key)
    try:
        granted = provider.accept(params, redirect_uri=redirect_uri(provider_key), now=now)
    except AccessDenied as refusal:
        raise GrantRefused(f"{refusal} {refusal.remedy}") from refusal
    wishes = Wishes(basis=request.basis, history=request.history, sync_day=request.sync_day)
    asked = Asked(company=request.company, person=person, provider=provider_key, wishes=wishes)
    return choosing.take(asked, granted, session=request.session, now=now)


def _asking(key: str) -> _Asking:
    found = providers.provider(key)
    if not isinstance(found, AsksConsent):
        raise KeyError(key)
    return cast("_Asking", found)


def _spend(state: str, provider: str, person: User, session: str, now: datetime) -> ConsentRequest:
    """Use up a state and return its request: the row changes once, whoever else holds the same address."""
    fresh = ConsentRequest.objects.filter(
        digest=digest(state), provider=provider, person=person, session=digest(session), used_at=None,
        created_at__gt=now - _LIFETIME,
        company__in=companies.where_may(person, Role.ADMIN),  # still
    )  # fmt: skip
    request = fresh.select_related("company").first()
    if request is None or not ConsentRequest.objects.filter(pk=request.pk, used_at=None).update(used_at=now):
        raise GrantRefused(
            "This answer does not belong to a connection that you started here within the last ten minutes, or it was "
            "used already. Nothing was stored. Start again from Integrations."
        )
    return request
