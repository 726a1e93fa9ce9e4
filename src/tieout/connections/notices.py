"""What people are told when the first sync ends, in the app and by e-mail."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from tieout.companies.models import Company
from tieout.connections.models import Notice, RunKind, RunState, SyncRun

log = logging.getLogger(__name__)


def run_ended(run_id: int, *, at: datetime) -> None:
    """Tell the person who started a first sync how it ended; within the transaction that ends it."""
    run = SyncRun.objects.select_related("connection__company", "connection__organisation", "requested_by").get(
        pk=run_id
    )
    person = run.requested_by
    if run.kind != RunKind.INITIAL or person is None:
        return
    title, text, path = _message(run)
    notice = Notice.objects.create(
        company=run.connection.company, person=person, at=at, title=title, text=text, path=path
    )
    transaction.on_commit(lambda: _mail(person.email, notice), robust=True)


def unread(company: Company, person_id: int) -> list[Notice]:
    """Return what the person has not read yet, newest first."""
    return list(Notice.objects.filter(company=company, person_id=person_id, read_at=None).order_by("-at")[:20])


def read(company: Company, person_id: int, notice_id: int, *, at: datetime) -> None:
    """Mark a notice of the person's as read."""
    Notice.objects.filter(company=company, person_id=person_id, pk=notice_id, read_at=None).update(read_at=at)


def _message(run: SyncRun) -> tuple[str, str, str]:
    base = f"/c/{run.connection.company.slug}"
    name = run.connection.organisation.name
    match run.state:
        case RunState.PUBLISHED if not run.differing:
            return (
                f"{name}: the first sync is done, and it ties",
                (
                    f"{run.lines_read:,} ledger lines were read and {run.compared:,} balances compared with the books; "
                    "none differs. Next: give the expense accounts their departments."
                ),
                f"{base}/expenses/organise/",
            )
        case RunState.PUBLISHED | RunState.UNCHANGED:
            return (
                f"{name}: the first sync is done, {run.differing:,} balances differ from the books",
                "They are marked UNVERIFIED wherever they are shown. Next: look at what differs.",
                f"{base}/reports/trial-balance/",
            )
        case _:
            return (
                f"{name}: the first sync did not finish",
                f"{run.reason} {run.remedy}".strip(),
                f"{base}/integrations/",
            )


def _mail(address: str, notice: Notice) -> None:
    try:
        send_mail(notice.title, f"{notice.text}\n\n{settings.URL}{notice.path}\n", None, [address])
    except OSError as error:  # a mail server in trouble must not undo a sync
        log.warning("a mail could not be sent: %s", error)
