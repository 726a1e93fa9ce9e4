"""A month that is over may count as actuals before its sync date, if somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.connections import requests
from tieout.connections.models import Admission, Connection, RunKind, RunState, SyncRun
from tieout.connections.schedule import sync_date
from tieout.core.month import Month


class NotWaiting(Exception):
    """The month counts already, or is not over yet. The text says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A month that is over and waits for its sync date."""

    month: Month
    on: date  # when it is admitted by itself
    read_by: SyncRun | None  # the last run that read it after its end; None: the books must be read first


def waiting(connection: Connection, *, now: datetime) -> Waiting | None:
    """Return the month that waits for its sync date at ``now`` (aware), or None."""
    today = now.astimezone(connection.company.zone).date()
    month = Month.of(today) - 1
    on = sync_date(month + 1, connection.sync_day)
    book = connection.book
    if book is None or not book.published or month < Month.of(book.start) or on <= today:
        return None
    if Admission.objects.filter(company=connection.company, month=month.key).exists():
        return None
    return Waiting(month=month, on=on, read_by=_reader_of(connection, month))


def include(connection: Connection, month: Month, *, person: User, now: datetime) -> SyncRun | None:
    """Admit a month before its sync date. Return None, or a run that must first read the books as they are now.

    Raise NotWaiting, and NotConnected where the books would have to be read and cannot be.
    """
    found = waiting(connection, now=now)
    if found is None or found.month != month:
        raise NotWaiting(f"{month.start:%B %Y} counts as actuals already, or is not over yet.")
    if found.read_by is None or found.read_by.publication is None:
        return requests.request_sync(connection, kind=RunKind.MANUAL, person=person, now=now)
    made = found.read_by.publication
    with transaction.atomic():
        _, new = Admission.objects.get_or_create(
            company=connection.company, month=month.key, defaults={"publication": made, "by": person}
        )
        if new:
            audit.record(
                connection.company, person, "included a month before its sync date", connection,
                after={"month": str(month), "sync": made.number},
            )  # fmt: skip
    return None


def _reader_of(connection: Connection, month: Month) -> SyncRun | None:
    """Return the newest run that ended well, if it began to read after the month's end."""
    ended = (RunState.PUBLISHED, RunState.UNCHANGED)
    last = (
        SyncRun.objects.filter(connection=connection, state__in=ended, book=connection.book)
        .exclude(publication=None)
        .select_related("publication")
        .order_by("-started_at", "-pk")
        .first()
    )
    if last is None or last.started_at is None:
        return None
    return last if last.started_at.astimezone(connection.company.zone).date() >= month.end else None
