"""What people do with a connection. Each change leaves an audit row."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from tieout.companies import audit
from tieout.connections import connecting, credentials, ending, plan, requests, scheduling
from tieout.connections.holding import Hold
from tieout.connections.models import ALIVE, Connection, ConnectionState, RunKind, RunState, SyncRun
from tieout.connections.run import due_months
from tieout.expenses.placement import prepare
from tieout.ledger import publication, tie_out, versions
from tieout.providerkit.errors import ProviderError


class Refused(Exception):
    """It cannot be done as things stand. The text says why."""


def refresh(connection: Connection, *, person: User | None, now: datetime, everything: bool = False) -> SyncRun:
    """Return the run that will bring the books' present state; one under way is joined. Raise NotConnected."""
    return requests.request_sync(connection, kind=RunKind.MANUAL, person=person, now=now, everything=everything)


def set_sync_day(connection: Connection, day: int, *, person: User, now: datetime) -> None:
    """Set the day of the month from which the month before counts as actuals. Withdraws no admitted month."""
    if not 1 <= day <= 31:
        raise Refused("The sync date is a day of the month, 1 to 31.")
    with transaction.atomic():
        audit.record(
            connection.company, person, "set the sync date", connection,
            before={"sync_day": connection.sync_day}, after={"sync_day": day},
        )  # fmt: skip
        connection.sync_day = day
        connection.save(update_fields=["sync_day"])
        scheduling.plan_next(connection, now)


def show_running_month(connection: Connection, shown: bool, *, person: User) -> None:
    """Show the months that are not admitted yet with what is posted so far, marked partial, or with their forecast."""
    with transaction.atomic():
        audit.record(
            connection.company, person, "set what running months show", connection,
            before={"show_running_month": connection.show_running_month}, after={"show_running_month": shown},
        )  # fmt: skip
        connection.show_running_month = shown
        connection.save(update_fields=["show_running_month"])


def pause(connection: Connection, *, person: User) -> None:
    """Stop reading the books until somebody resumes. A run under way comes to its end."""
    with transaction.atomic():
        paused = Connection.objects.filter(pk=connection.pk, state__in=scheduling.READ_BY_ITSELF).update(
            state=ConnectionState.PAUSED, trouble="", remedy="", next_sync_at=None
        )
        if not paused:
            raise Refused("There is nothing to pause: the books are not read at present.")
        audit.record(connection.company, person, "paused the connection", connection)


def resume(connection: Connection, *, person: User, now: datetime) -> SyncRun:
    """Read the books again: at once, and by the schedule from now on."""
    with transaction.atomic():
        resumed = Connection.objects.filter(pk=connection.pk, state=ConnectionState.PAUSED).update(
            state=ConnectionState.CONNECTED
        )
        if not resumed:
            raise Refused("The connection is not paused.")
        connection.refresh_from_db(fields=["state", "next_sync_at"])
        scheduling.plan_next(connection, now)
        audit.record(connection.company, person, "resumed the connection", connection)
        return refresh(connection, person=person, now=now)


def disconnect(connection: Connection, *, person: User, now: datetime) -> None:
    """End the grant here and at the provider. The tokens are destroyed, the imported data stay.

    A run under way ends first: it can write nothing more. A provider that cannot be reached keeps its side of the
    grant until it expires, and so does one whose organisation another company here reads; ours is gone all the same.
    """
    try:
        tokens = credentials.load(connection)
    except ProviderError:
        tokens = None
    with transaction.atomic():
        SyncRun.objects.filter(connection=connection, state__in=ALIVE).update(
            state=RunState.FAILED, finished_at=now, reason="The books were disconnected.", remedy=""
        )
        credentials.destroy(connection)
        Connection.objects.filter(pk=connection.pk).update(
            state=ConnectionState.DISCONNECTED, trouble="", remedy="", next_sync_at=None, failing_since=None
        )
        audit.record(connection.company, person, "disconnected the books", connection)
    if tokens is not None:
        connecting.give_back(connection.provider, tokens, [connection.organisation.external_id], now=now)


def publish_held(run: SyncRun, *, person: User) -> None:
    """Publish what a held run read, as of its own time; marked UNVERIFIED where its balances do not tie.

    Raise Refused if it is no longer there.
    """
    connection, book, version, kept = run.connection, run.book, run.version, run.plan
    if run.state != RunState.HELD or book is None or version is None or kept is None or book.open_version != version:
        raise Refused("A later sync has replaced what this one read. Nothing was published.")
    book.start, book.fiscal_year_first_month, book.source = kept.start, kept.first_month, run.source
    read_at = run.finished_at or run.requested_at
    verified = not tie_out.mismatches(book, version)
    months = due_months(run, plan.compared_months(kept.start, today=kept.day))
    try:
        with transaction.atomic():
            hold = _take_back(run, read_at)
            made = publication.publish(
                book, version, prepare(book), verified=verified, at=read_at, guard=hold.guard,
                also=lambda made: ending.finish_published(hold, made, months),
            )  # fmt: skip
            what = f"published a held sync{'' if verified else ', UNVERIFIED'}"
            audit.record(connection.company, person, what, run, after={"sync": made.number})
    except (IntegrityError, versions.NotOpen) as error:
        raise Refused("Another sync of these books is under way. Nothing was published: wait for its end.") from error


def _take_back(run: SyncRun, at: datetime) -> Hold:
    """Return a hold on a run that was held, within the caller's transaction."""
    taken = SyncRun.objects.filter(pk=run.pk, state=RunState.HELD, fence=run.fence, version=run.version).update(
        state=RunState.RUNNING, fence=run.fence + 1
    )
    if not taken:
        raise Refused("Somebody else has just decided about this sync.")
    run.fence += 1
    return Hold(run, lambda: at)
