"""What time alone makes worth telling: books that were not read for a day, an authorisation that ends soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from tieout.connections import notices
from tieout.connections.log_words import sentence
from tieout.connections.models import Connection, ConnectionState, Credential, NoticeKind
from tieout.ui import figures

PATIENCE = timedelta(hours=24)
WARNINGS = tuple(timedelta(days=days) for days in (30, 7, 1))  # before an authorisation ends


def look(now: datetime) -> int:
    """Tell what is due to be told at ``now`` (aware); return how many people were told something new."""
    return _failing(now) + _ending(now)


def _failing(now: datetime) -> int:
    """Tell of books that could not be read for a day. Where access is gone, that was told when it happened."""
    late = Connection.objects.filter(failing_since__lte=now - PATIENCE).exclude(
        state__in=(ConnectionState.DISCONNECTED, ConnectionState.RECONNECT)
    )
    return sum(_tell_failing(it, now) for it in late.select_related("company", "organisation"))


def _tell_failing(connection: Connection, now: datetime) -> int:
    since = connection.failing_since
    if since is None:
        return 0
    last = connection.runs.exclude(reason="").order_by("-requested_at", "-pk").first()
    why = f" The last try: {sentence(last.reason)}" if last else ""
    stamp = figures.stamp(since, now=now, zone=connection.company.zone)
    with transaction.atomic():
        return notices.tell(
            connection.company, NoticeKind.FAILING, f"{connection.pk}:{since.isoformat()}",
            title=f"{connection.organisation.name} could not be read for {figures.span(now - since)}",
            text=f"It has failed since {stamp}. The figures of the last sync stay, as of that day; Tieout goes on "
            f"trying.{why}",
            path=_integrations(connection), at=now,
        )  # fmt: skip


def _ending(now: datetime) -> int:
    """Tell 30 days, 7 days and a day before an authorisation ends, which no sync can put off."""
    soon = Credential.objects.filter(ends_at__gt=now, ends_at__lte=now + max(WARNINGS)).select_related(
        "connection__company", "connection__organisation"
    )
    return sum(_tell_ending(it, now) for it in soon)


def _tell_ending(credential: Credential, now: datetime) -> int:
    ends, connection = credential.ends_at, credential.connection
    if ends is None:
        return 0
    stage = min(it for it in WARNINGS if ends - now <= it)
    stamp = figures.stamp(ends, now=now, zone=connection.company.zone)
    with transaction.atomic():
        return notices.tell(
            connection.company, NoticeKind.GRANT_ENDS, f"{connection.pk}:{ends:%Y-%m-%d}:{stage.days}",
            title=f"{connection.organisation.name}: the authorisation ends in {figures.span(ends - now)}",
            text=f"It ends on {stamp}; after that no sync can read the books, and the figures stay as of the last "
            "one. Authorise again before that: settings, imported data and plans stay as they are.",
            path=_integrations(connection), at=now,
        )  # fmt: skip


def _integrations(connection: Connection) -> str:
    return reverse("connections:integrations", kwargs={"company": connection.company.slug})
