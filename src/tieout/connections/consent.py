"""The round trip to a provider's consent page: out with a `state`, back with a code, once, within ten minutes."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies import queries as companies
from tieout.companies.models import Company, Role
from tieout.connections import credentials, providers, requests, scheduling
from tieout.connections.models import Connection, ConnectionState, ConsentRequest, RunKind
from tieout.ledger.models import Organisation
from tieout.providerkit.errors import AccessDenied, ProviderError, UnreadableBooks
from tieout.providerkit.interface import AsksConsent, Provider, Tokens

log = logging.getLogger(__name__)

_LIFETIME = timedelta(minutes=10)


class ConsentRefused(Exception):
    """The person came back without access. The text says what happened and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the books shall be read, chosen before the redirect."""

    basis: str = "accrual"
    history: str = "default"
    sync_day: int = 1


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A grant for one organisation (external id)."""

    tokens: Tokens
    organisation: str


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
        digest=_digest(state), session=_digest(session), company=company, person=person, provider=provider_key,
        basis=wishes.basis, history=wishes.history, sync_day=wishes.sync_day, created_at=now,
    )  # fmt: skip
    return provider.authorise_url(state=state, redirect_uri=redirect_uri(provider_key))


def complete(provider_key: str, params: Mapping[str, str], person: User, *, session: str, now: datetime) -> Connection:
    """Turn a callback into a connection whose first sync is queued, and return it.

    Raise ConsentRefused for a state that is unknown, used, late, or another session's or person's; for a refusal at
    the provider; and for an organisation that does not fit. ProviderError passes: the platform was in trouble.
    """
    request = _spend(params.get("state", ""), provider_key, person, session, now)
    provider = _asking(provider_key)
    try:
        granted = provider.accept(params, redirect_uri=redirect_uri(provider_key), now=now)
    except AccessDenied as refusal:
        raise ConsentRefused(f"{refusal} {refusal.remedy}") from refusal
    existing = _connection_of(request.company_id)
    chosen = _Chosen(granted.tokens, granted.organisations[0].external_id)
    if existing is not None and not _same(existing, request, chosen):
        _give_back(provider, chosen)
        raise ConsentRefused(
            f"{request.company.name} holds the books of {existing.organisation.name}; you chose another organisation. "
            "One company has one set of books: choose the same organisation again, or add a company for the other one."
        )
    if existing is not None:  # this grant has replaced the earlier one at the platform, whatever comes next
        credentials.store(existing, granted.tokens)
    try:
        name = _organisation_name(provider, chosen)
    except ProviderError:
        if existing is None:
            _give_back(provider, chosen)
        raise
    with transaction.atomic():
        connection = _connect(request, provider, chosen, name, now)
        credentials.store(connection, granted.tokens)
        kind = RunKind.MANUAL if connection.verified_at else RunKind.INITIAL
        requests.request_sync(connection, kind=kind, person=person, now=now)
    return connection


def _asking(key: str) -> _Asking:
    found = providers.provider(key)
    if not isinstance(found, AsksConsent):
        raise KeyError(key)
    return cast("_Asking", found)


def _connection_of(company: int) -> Connection | None:
    return Connection.objects.filter(company=company).select_related("organisation").first()


def _same(existing: Connection, request: ConsentRequest, chosen: _Chosen) -> bool:
    return (existing.provider, existing.organisation.external_id) == (request.provider, chosen.organisation)


def _give_back(provider: Provider, chosen: _Chosen) -> None:
    """End a grant that nothing here will use; if the platform cannot be told, it ends by itself."""
    try:
        provider.revoke(chosen.tokens, chosen.organisation)
    except ProviderError as error:
        log.warning("a grant that is not used could not be ended at %s: %s", provider.about.name, error)


def _spend(state: str, provider: str, person: User, session: str, now: datetime) -> ConsentRequest:
    """Use up a state and return its request: the row changes once, whoever else holds the same address."""
    fresh = ConsentRequest.objects.filter(
        digest=_digest(state), provider=provider, person=person, session=_digest(session), used_at=None,
        created_at__gt=now - _LIFETIME,
        company__in=companies.where_may(person, Role.ADMIN),  # still
    )  # fmt: skip
    request = fresh.select_related("company").first()
    if request is None or not ConsentRequest.objects.filter(pk=request.pk, used_at=None).update(used_at=now):
        raise ConsentRefused(
            "This answer does not belong to a connection that you started here within the last ten minutes, or it was "
            "used already. Nothing was stored. Start again from Integrations."
        )
    return request


def _organisation_name(provider: Provider, chosen: _Chosen) -> str:
    """Ask the platform who the books belong to: the connection is usable only if it answers for the one chosen."""
    books = provider.open(chosen.organisation, _Fresh(chosen.tokens), basis="accrual", observe=lambda _: None)
    organisation = books.organisation()
    if organisation.external_id != chosen.organisation:
        raise UnreadableBooks("the answer is another organisation's", where="organisation")
    return organisation.name


def _connect(request: ConsentRequest, provider: Provider, chosen: _Chosen, name: str, now: datetime) -> Connection:
    company = Company.objects.select_for_update().get(pk=request.company_id)
    existing = _connection_of(company.pk)
    if existing is not None and not _same(existing, request, chosen):
        raise ConsentRefused(f"{company.name} was connected to other books in this moment. Look at Integrations.")
    organisation, _ = Organisation.objects.update_or_create(
        company=company, provider=request.provider, external_id=chosen.organisation, defaults={"name": name}
    )
    connection, created = Connection.objects.update_or_create(
        organisation=organisation,
        defaults={
            "company": company, "provider": request.provider, "state": ConnectionState.CONNECTED, "trouble": "",
            "remedy": "", "basis": request.basis, "history": request.history, "sync_day": request.sync_day,
            "is_sandbox": provider.is_sandbox, "connected_by": request.person, "connected_at": now,
            "failing_since": None,
        },
    )  # fmt: skip
    scheduling.plan_next(connection, now)
    audit.record(
        company,
        request.person,
        "connected the books" if created else "authorised the books again",
        connection,
        after={"provider": request.provider, "organisation": name},
    )
    return connection


class _Fresh:
    """The tokens of a grant that is not stored yet."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def access(self) -> str:
        return self._tokens.access

    def renew(self, rejected: str) -> str:  # noqa: ARG002 - nothing newer exists
        raise AccessDenied("The provider refuses the access that it has just given.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
