"""What providers post here when books change: checked, counted once, and only ever a hint to sync.

A delivery is answered before anything is asked of the provider. It leaves a job behind, and that job decides: at most
one run a minute for a connection, and one more after a run that is reading already. Nothing that a delivery says of
the books reaches the ledger: the run reads them as any other run does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from tieout.connections import providers
from tieout.connections.models import Connection, ConnectionState, RunKind, RunState, SyncRun, WebhookEvent
from tieout.connections.requests import request_sync
from tieout.jobs.registry import RetryAt
from tieout.jobs.services import enqueue
from tieout.providerkit.interface import HearsWebhooks, Told

log = logging.getLogger(__name__)

TOLD = "connections.told"  # the task's name
LONGEST = 1_000_000  # bytes of a delivery
KEEP = timedelta(days=30)  # an event is known for so long; an older one is not acted on, so a replay never is
SPACING = timedelta(minutes=1)  # between the starts of two runs of a connection

_SYNCABLE = (ConnectionState.CONNECTED, ConnectionState.ERROR)


class NoWebhooks(Exception):
    """There is no such provider, it has no webhooks, or the self-hoster has not set them up."""


def receive(provider: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> int:
    """Take a delivery in; return for how many connections a sync is on its way because of it.

    Header names are in lower case. Raise NoWebhooks, ForgedWebhook, UnreadableWebhook: nothing is stored then.
    """
    told = [it for it in _hearing(provider).hear(headers, body) if now - it.at < KEEP]
    if not _new(provider, told):  # most repeats end here, without a transaction
        return 0
    with transaction.atomic():
        organisations = {it.organisation for it in told}
        # Held until the end, so that of two deliveries of one event the second finds what the first has stored.
        listening = Connection.objects.select_for_update(of=["self"], no_key=True).select_related("organisation")
        found = list(listening.filter(provider=provider, organisation__external_id__in=organisations).order_by("pk"))
        ours = {it.organisation.external_id for it in found}
        new = _new(provider, [it for it in told if it.organisation in ours])
        events = [WebhookEvent(provider=provider, event=event, received_at=now) for event in new]
        WebhookEvent.objects.bulk_create(events, ignore_conflicts=True)
        changed = set(new.values())
        due = [it for it in found if it.state in _SYNCABLE and it.organisation.external_id in changed]
        for it in due:
            enqueue(TOLD, {"connection": it.pk}, lock=f"told:{it.pk}", run_at=_free_at(_last_run(it), now) or now)
    return len(due)


def act(connection_id: int, *, now: datetime) -> SyncRun | None:
    """Ask for the sync that a delivery calls for; return its run, or None where none is to be.

    Raise RetryAt while a run is reading, which may have passed by what has changed, and within a minute of the last.
    """
    WebhookEvent.objects.filter(received_at__lt=now - KEEP).delete()
    connection = Connection.objects.filter(pk=connection_id, state__in=_SYNCABLE).first()
    if connection is None:
        log.info("connection %s: told of a change, but it is not to be synced now", connection_id)
        return None
    last = _last_run(connection)
    if free_at := _free_at(last, now):
        raise RetryAt(free_at, "a sync is reading, or was started less than a minute ago")
    if last is not None and last.state == RunState.QUEUED:
        return last  # it has read nothing yet
    return request_sync(connection, kind=RunKind.WEBHOOK, person=None, now=now)


def _last_run(connection: Connection) -> SyncRun | None:
    return SyncRun.objects.filter(connection=connection).order_by("-requested_at", "-pk").first()


def _free_at(last: SyncRun | None, now: datetime) -> datetime | None:
    """Return when another run may be asked for; None for now."""
    if last is None or last.state == RunState.QUEUED:
        return None
    free_at = (last.started_at or last.requested_at) + SPACING
    if last.state == RunState.RUNNING:  # looked at again each minute, or when it goes on itself
        free_at = max(free_at, last.waiting_until or now, now + SPACING)
    return free_at if now < free_at else None


def _hearing(key: str) -> HearsWebhooks:
    try:
        provider = providers.provider(key)
    except (KeyError, providers.SandboxRefused) as error:
        raise NoWebhooks(key) from error
    if not isinstance(provider, HearsWebhooks) or not provider.webhooks_configured:
        raise NoWebhooks(key)
    return provider


def _new(provider: str, told: Iterable[Told]) -> dict[str, str]:
    """Return the events that are not known yet, each with its organisation."""
    events = {it.event: it.organisation for it in told}
    known = set(WebhookEvent.objects.filter(provider=provider, event__in=events).values_list("event", flat=True))
    return {event: organisation for event, organisation in events.items() if event not in known}
