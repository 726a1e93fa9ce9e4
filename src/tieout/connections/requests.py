"""Asking for a sync: the run's row and its job in one transaction. A second request joins the first."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from tieout.connections.models import ALIVE, Connection, ConnectionState, RunKind, RunState, SyncRun
from tieout.jobs.services import enqueue

SYNC = "connections.sync"  # the task's name


class NotConnected(Exception):
    """There is no authorisation to sync with. The text says what to do."""


def request_sync(
    connection: Connection, *, kind: RunKind, person: User | None, now: datetime, everything: bool = False
) -> SyncRun:
    """Return the run that will bring the books: one that is already under way, or a new one.

    ``everything`` wants every month read again, whatever has changed; a run under way that has not begun takes the
    wish over. Raise NotConnected where the user has to authorise or resume first.
    """
    if connection.state in (ConnectionState.DISCONNECTED, ConnectionState.RECONNECT):
        raise NotConnected("Authorise the connection again first: there is no access to the books.")
    if connection.state == ConnectionState.PAUSED:
        raise NotConnected("The connection is paused: resume it first. That reads the books at once.")
    with transaction.atomic():
        run = _alive(connection) or _begin(connection, kind, person, now, everything=everything)
        if everything and not run.everything:
            SyncRun.objects.filter(pk=run.pk, state=RunState.QUEUED).update(everything=True)
        if person is not None:
            _wake(run)
        # Also for a run that is joined: should its job have been lost, this one takes it up; a run that has ended by
        # then is left alone.
        enqueue(SYNC, {"run": run.pk}, lock=f"sync:{connection.pk}:{run.pk}", run_at=run.waiting_until or now)
    return run


def _wake(run: SyncRun) -> None:
    """Let a run that waits by its own choice try at once: a person asks. What the provider said is heeded."""
    if SyncRun.objects.filter(pk=run.pk, state__in=ALIVE, told_to_wait=False).update(waiting_until=None):
        run.waiting_until = None


def _begin(connection: Connection, kind: RunKind, person: User | None, now: datetime, *, everything: bool) -> SyncRun:
    try:
        with transaction.atomic():
            return SyncRun.objects.create(
                connection=connection, kind=kind, requested_by=person, requested_at=now, everything=everything
            )
    except IntegrityError:  # somebody else asked in the same moment
        running = _alive(connection)
        if running is None:
            raise
        return running


def _alive(connection: Connection) -> SyncRun | None:
    return SyncRun.objects.filter(connection=connection, state__in=ALIVE).first()
