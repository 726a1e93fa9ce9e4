"""From a grant for one organisation to a connection whose first sync is queued; and back, where nothing came of it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.connections import credentials, providers, requests, scheduling
from tieout.connections.models import Connection, ConnectionState, PendingGrant, RunKind
from tieout.jobs.services import enqueue
from tieout.ledger.models import Organisation
from tieout.providerkit.errors import AccessDenied, ProviderError, QuotaSpent, TryAgainLater, UnreadableBooks
from tieout.providerkit.interface import Provider, Tokens

log = logging.getLogger(__name__)

GIVE_BACK = "connections.give_back"  # the task's name


class GrantRefused(Exception):
    """There is no access that can be taken. The text says what happened and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the books shall be read, chosen before access is given."""

    basis: str = "accrual"
    history: str = "default"
    sync_day: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who connects what, and how it shall be read."""

    company: Company
    person: User
    provider: str
    wishes: Wishes


def connection_of(company: Company) -> Connection | None:
    """Return the company's connection, as it stands now."""
    return Connection.objects.filter(company=company).select_related("organisation").first()


def is_of(connection: Connection, asked: Asked, organisation: str) -> bool:
    """Return whether a connection is to that organisation of the provider that was asked."""
    return (connection.provider, connection.organisation.external_id) == (asked.provider, organisation)


def remedy(trouble: Exception) -> str:
    """Return what to do about a platform's trouble while nothing is connected: no sync tries again by itself."""
    if isinstance(trouble, TryAgainLater | QuotaSpent):
        return "Try again in a few minutes."
    return str(getattr(trouble, "remedy", ""))


def proved_name(provider: Provider, tokens: Tokens, organisation: str) -> str:
    """Ask the platform who the books belong to: the grant is usable only if it answers for that organisation."""
    books = provider.open(organisation, _Fresh(tokens), basis="accrual", observe=lambda _: None)
    answered = books.organisation()
    if answered.external_id != organisation:
        raise UnreadableBooks("the answer is another organisation's", where="organisation")
    return answered.name


@transaction.atomic
def connect(
    asked: Asked, tokens: Tokens, organisation: str, name: str, *, others: Sequence[str] = (), now: datetime
) -> Connection:
    """Return the connection to an organisation, with its first sync queued; calls nobody.

    ``others`` are organisations that the same tokens open and nobody asked for: their access is given back by a job.
    Raise GrantRefused where the company has come to other books meanwhile.
    """
    connection = _connection(asked, providers.provider(asked.provider), organisation, name, now)
    credentials.store(connection, tokens)
    if others:
        enqueue(
            GIVE_BACK, {"connection": connection.pk, "organisations": list(others)},
            lock=f"give-back:{connection.pk}:{now.isoformat()}", run_at=now,
        )  # fmt: skip
    kind = RunKind.MANUAL if connection.verified_at else RunKind.INITIAL
    requests.request_sync(connection, kind=kind, person=asked.person, now=now)
    return connection


def _connection(asked: Asked, provider: Provider, external_id: str, name: str, now: datetime) -> Connection:
    company = Company.objects.select_for_update().get(pk=asked.company.pk)
    existing = connection_of(company)
    if existing is not None and not is_of(existing, asked, external_id):
        raise GrantRefused(f"{company.name} was connected to other books in this moment. Look at Integrations.")
    organisation, _ = Organisation.objects.update_or_create(
        company=company, provider=asked.provider, external_id=external_id, defaults={"name": name}
    )
    connection, created = Connection.objects.update_or_create(
        organisation=organisation,
        defaults={
            "company": company, "provider": asked.provider, "state": ConnectionState.CONNECTED, "trouble": "",
            "remedy": "", "basis": asked.wishes.basis, "history": asked.wishes.history,
            "sync_day": asked.wishes.sync_day, "is_sandbox": provider.is_sandbox, "connected_by": asked.person,
            "connected_at": now, "failing_since": None,
        },
    )  # fmt: skip
    scheduling.plan_next(connection, now)
    audit.record(
        company,
        asked.person,
        "connected the books" if created else "authorised the books again",
        connection,
        after={"provider": asked.provider, "organisation": name, "access": provider.about.grant.value},
    )
    return connection


# --- giving back -----------------------------------------------------------------------------------------------


def give_back(key: str, tokens: Tokens, organisations: Collection[str], *, now: datetime) -> None:
    """End access that nothing here uses; if the platform cannot be told, it ends by itself.

    What a connection reads, or somebody is choosing from at this moment, stays: at the platform a person's access to
    an organisation is one, however often it was given.
    """
    for organisation in organisations:
        if is_read_here(key, organisation) or _is_offered(key, organisation, now):
            continue
        try:
            providers.provider(key).revoke(tokens, organisation)
        except (ProviderError, providers.SandboxRefused) as error:
            log.warning("a grant that is not used could not be ended at %s: %s", key, error)


def give_back_others(connection: int, organisations: Collection[str], *, now: datetime) -> None:
    """End the access to what a connection's grant opens besides its own books."""
    row = Connection.objects.filter(pk=connection).first()
    if row is None:
        return
    keeper = credentials.Keeper(row.pk, providers.provider(row.provider), clock=lambda: now)
    try:
        keeper.access()  # refreshed under the lock, if need be: a provider may need a live one to end the others
        tokens = credentials.load(row)
    except ProviderError as error:
        log.warning("connection %s: access to other organisations stays, %s", connection, error)
        return
    give_back(row.provider, tokens, organisations, now=now)


def is_read_here(key: str, organisation: str) -> bool:
    """Return whether a connection of this installation has access to an organisation."""
    return Connection.objects.filter(
        provider=key, organisation__external_id=organisation, credential__isnull=False
    ).exists()


def _is_offered(key: str, organisation: str, now: datetime) -> bool:
    return any(organisation in it.external_ids for it in PendingGrant.objects.filter(provider=key, ends_at__gt=now))


class _Fresh:
    """The tokens of a grant that is not stored yet."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def access(self) -> str:
        return self._tokens.access

    def renew(self, rejected: str) -> str:  # noqa: ARG002 - nothing newer exists
        raise AccessDenied("The provider refuses the access that it has just given.")
