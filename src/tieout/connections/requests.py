"""Asking for a sync: the run's row and its job in one transaction. A second request joins the first."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from tieout.connections.models import ALIVE, Connection, ConnectionState, RunKind, SyncRun
from tieout.connections.tasks import SYNC
from tieout.jobs.services import enqueue


class NotConnected(Exception):
    """There is no authorisation to sync with. The text says what to do."""


def request_sync(connection: Connection, *, kind: RunKind, person: User | None, now: datetime) -> SyncRun:
    """Return the run that will bring the books: one that is already under way, or a new one.

    Raise NotConnected where the user has to authorise first.
    """
    if connection.state in (ConnectionState.DISCONNECTED, ConnectionState.RECONNECT):
        raise NotConnected("Authorise the connection again first: there is no access to the books.")
    with transaction.atomic():
        if running := _alive(connection):
            return running
        try:
            with transaction.atomic():
                run = SyncRun.objects.create(connection=connection, kind=kind, requested_by=person, requested_at=now)
        except IntegrityError:  # somebody else asked in the same moment
            if running := _alive(connection):
                return running
            raise
        enqueue(SYNC, {"run": run.pk}, lock=f"sync:{connection.pk}:{run.pk}", run_at=now)
    return run


def _alive(connection: Connection) -> SyncRun | None:
    return SyncRun.objects.filter(connection=connection, state__in=ALIVE).first()
