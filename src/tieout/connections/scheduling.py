"""The schedule at work: what is due is requested once, however many workers look."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from tieout.connections import requests
from tieout.connections.models import Connection, ConnectionState
from tieout.connections.schedule import Due, Schedule, kind_of, look, next_run
from tieout.jobs.services import Busy

log = logging.getLogger(__name__)

# A connection in error is tried each day: a right that was missing may be there again.
READ_BY_ITSELF = (ConnectionState.CONNECTED, ConnectionState.ERROR)


def schedule_of(connection: Connection) -> Schedule:
    """Return by what the connection's runs fall due."""
    return Schedule(connection=connection.pk, sync_day=connection.sync_day, zone=connection.company.zone)


def plan_next(connection: Connection, now: datetime) -> None:
    """Set when the connection is read next; never for one that is paused or without access.

    A run that is due at this moment stays due.
    """
    waiting = connection.next_sync_at is not None and connection.next_sync_at <= now
    if connection.state not in READ_BY_ITSELF:
        connection.next_sync_at = None
    elif not waiting:
        connection.next_sync_at = next_run(schedule_of(connection), now).at
    connection.save(update_fields=["next_sync_at"])


def upcoming(connection: Connection) -> Due | None:
    """Return the run that starts next by itself, or None where none will."""
    if connection.next_sync_at is None or connection.state not in READ_BY_ITSELF:
        return None
    return Due(connection.next_sync_at, kind_of(schedule_of(connection), connection.next_sync_at))


def start_due(now: datetime) -> int:
    """Request a run for each connection that is due by ``now``; return how many were due here.

    Of several workers that look at once, the one whose update finds the row as it was read requests the run.
    """
    looked_at = Connection.objects.filter(state__in=READ_BY_ITSELF).select_related("company")
    return sum(_look(connection, now) for connection in looked_at)


def _look(connection: Connection, now: datetime) -> bool:
    seen = look(schedule_of(connection), connection.next_sync_at, now)
    if seen.kind is None and seen.next == connection.next_sync_at:
        return False
    as_read = Connection.objects.filter(
        pk=connection.pk, next_sync_at=connection.next_sync_at, state__in=READ_BY_ITSELF
    )
    try:
        with transaction.atomic():
            if not as_read.update(next_sync_at=seen.next) or seen.kind is None:
                return False
            requests.request_sync(connection, kind=seen.kind, person=None, now=now)
    except (requests.NotConnected, Busy) as trouble:  # it stays due: the next look tries again
        log.warning("connection %s is due and was not started: %s", connection.pk, trouble)
        return False
    return True
