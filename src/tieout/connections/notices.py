"""What people are told, in the app and by e-mail: once for each thing and person."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from tieout.companies import queries as companies
from tieout.companies.models import Company, Role
from tieout.connections.models import MailWish, Notice, NoticeKind

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
    return sum(tell_one(company, person, kind, key, title=title, text=text, path=path, at=at) for person in people)


def tell_one(
    company: Company, person: User, kind: NoticeKind, key: str, *, title: str, text: str, path: str, at: datetime
) -> bool:
    """Tell one person; return whether it was new. Otherwise as `tell`."""
    if Notice.objects.filter(company=company, person=person, kind=kind, key=key).exists():
        return False
    notice = Notice(company=company, person=person, kind=kind, key=key, at=at, title=title, text=text, path=path)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    if not MailWish.objects.filter(company=company, person=person, kind=kind).exists():
        transaction.on_commit(partial(_mail, person.email, notice), robust=True)
    return True


def unread(company: Company, person_id: int) -> list[Notice]:
    """Return what the person has not read yet, newest first."""
    return list(Notice.objects.filter(company=company, person_id=person_id, read_at=None).order_by("-at")[:20])


def read(company: Company, person_id: int, notice_id: int, *, at: datetime) -> None:
    """Mark a notice of the person's as read."""
    Notice.objects.filter(company=company, person_id=person_id, pk=notice_id, read_at=None).update(read_at=at)


def latest(company: Company, person_id: int, *, limit: int = 100) -> list[Notice]:
    """Return what the person was told, read or not, newest first."""
    return list(Notice.objects.filter(company=company, person_id=person_id).order_by("-at", "-pk")[:limit])


def read_all(company: Company, person_id: int, *, at: datetime) -> None:
    """Mark everything that the person was told as read."""
    Notice.objects.filter(company=company, person_id=person_id, read_at=None).update(read_at=at)


def mailed(company: Company, person_id: int) -> frozenset[NoticeKind]:
    """Return the kinds of which the person gets mails: all but those that they took out."""
    silent = set(MailWish.objects.filter(company=company, person_id=person_id).values_list("kind", flat=True))
    return frozenset(kind for kind in NoticeKind if kind not in silent)


@transaction.atomic
def set_mailed(company: Company, person_id: int, kinds: Collection[NoticeKind]) -> None:
    """Set of which kinds the person gets mails. In the app they are told of everything all the same."""
    MailWish.objects.filter(company=company, person_id=person_id).delete()
    MailWish.objects.bulk_create(
        MailWish(company=company, person_id=person_id, kind=kind) for kind in NoticeKind if kind not in kinds
    )


def _mail(address: str, notice: Notice) -> None:
    try:
        send_mail(notice.title, _body(notice), None, [address])
    except OSError as error:  # a mail server in trouble must not undo a sync
        log.warning("a mail could not be sent: %s", error)


def _body(notice: Notice) -> str:
    wishes = reverse("connections:notices", kwargs={"company": notice.company.slug})
    return (
        f"{notice.text}\n\n{settings.URL}{notice.path}\n\n-- \n"
        f"You get this as a member of {notice.company.name}. Choose your mails: {settings.URL}{wishes}\n"
    )
