"""What people are told, in the app and by e-mail: once for each thing and person."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from tieout.companies import queries as companies
from tieout.companies.models import Company, Role
from tieout.connections.models import MailWish, Notice, NoticeKind, RunKind, RunState, SyncRun

log = logging.getLogger(__name__)


def tell(
    company: Company,
    kind: NoticeKind,
    key: str,
    *,
    title: str,
    text: str,
    path: str,
    at: datetime,
    to: Role = Role.ADMIN,
) -> int:
    """Tell everybody who may do what ``to`` may; return to how many it was new. Within the caller's transaction.

    ``key`` names the thing: whoever was told of it before is not told again. ``path`` begins with a slash.
    """
    people = companies.people_with(company, to)
    known = set(Notice.objects.filter(company=company, kind=kind, key=key).values_list("person_id", flat=True))
    silent = set(MailWish.objects.filter(company=company, kind=kind).values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in known]
    for person in new:
        notice = Notice(company=company, person=person, kind=kind, key=key, at=at, title=title, text=text, path=path)
        Notice.objects.bulk_create([notice], ignore_conflicts=True)
        if person.pk not in silent:
            transaction.on_commit(partial(_mail, person.email, notice), robust=True)
    return len(new)


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
