"""Invitations: a link by mail that lets one address join a company, once, within seven days.

Only a digest of the link's secret is kept: the link itself is in the mail and on the page that made it, nowhere else.
Times are aware.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from tieout.companies import audit
from tieout.companies.models import AuditEvent, Company, Invitation, Membership, Role
from tieout.companies.services import Refused, add_member

log = logging.getLogger(__name__)

LIFETIME = timedelta(days=7)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
MOST_AN_HOUR = 20  # mails of one company
MOST_A_DAY = 5  # mails of one company to one address
INVITED, SENT_AGAIN = "invited a person", "sent an invitation again"


def digest(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_ones(company: Company, *, now: datetime) -> Sequence[Invitation]:
    """Return the invitations that can still be accepted or sent again, the newest first; expired ones too."""
    waiting = Invitation.objects.filter(company=company, accepted_at=None, withdrawn_at=None)
    return list(waiting.filter(expires_at__gt=now - LIFETIME).select_related("invited_by").order_by("-created_at"))


def find(kept: str) -> Invitation | None:
    """Return the invitation with that digest, whatever became of it."""
    return Invitation.objects.select_related("company", "invited_by").filter(digest=kept).first()


def of_company(company: Company, invitation_id: int) -> Invitation | None:
    """Return one invitation of this company, or None."""
    return Invitation.objects.filter(company=company, pk=invitation_id).first()


@transaction.atomic
def invite(
    company: Company, *, email: str, role: Role, payroll_detail: bool, person: User, now: datetime
) -> tuple[Invitation, str]:
    """Return the new invitation and its secret. Refuse who is a member already, is invited, or too many at once."""
    email = User.objects.normalize_email(email).strip()
    if Membership.objects.filter(company=company, person__email__iexact=email).exists():
        raise Refused(f"{email} is a member of {company.name} already.")
    waiting = Invitation.objects.filter(company=company, email__iexact=email, accepted_at=None, withdrawn_at=None)
    if waiting.filter(expires_at__gt=now).exists():
        raise Refused(f"{email} is invited already. Send the invitation again, or withdraw it first.")
    _refuse_too_many(company, email, now)
    waiting.update(withdrawn_at=now)  # an expired one gives way to the new one
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        company=company, email=email, role=role, payroll_detail=payroll_detail, digest=digest(secret),
        invited_by=person, created_at=now, expires_at=now + LIFETIME,
    )  # fmt: skip
    audit.record(company, person, INVITED, made, after=_told(made) | {"payroll_detail": payroll_detail})
    return made, secret


@transaction.atomic
def renew(invitation: Invitation, *, person: User, now: datetime) -> str:
    """Return the secret of a new link, good for seven days; the one before it no longer works."""
    _refuse_too_many(invitation.company, invitation.email, now)
    secret = secrets.token_urlsafe(32)
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not waiting.update(digest=digest(secret), expires_at=now + LIFETIME, invited_by=person):
        raise Refused("This invitation was accepted or withdrawn in the meantime. Reload the page.")
    audit.record(invitation.company, person, SENT_AGAIN, invitation, after=_told(invitation))
    return secret


@transaction.atomic
def withdraw(invitation: Invitation, *, person: User, now: datetime) -> None:
    """End an invitation: its link no longer works."""
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=now):
        raise Refused("This invitation was accepted or withdrawn in the meantime. Reload the page.")
    audit.record(invitation.company, person, "withdrew an invitation", invitation, before=_told(invitation))


@transaction.atomic
def accept(invitation: Invitation, *, person: User, now: datetime) -> Membership:
    """Return the new membership. Refuse another address, and a link that is used, withdrawn or expired."""
    if not is_for(invitation, person):
        raise Refused(f"This invitation is for {invitation.email}. You are signed in as {person.email}.")
    usable = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    if not usable.update(accepted_at=now, accepted_by=person):  # once, whoever else holds the link
        raise Refused("This invitation no longer works.")
    # Its rights are read under the update, so that they are those which the owner sees.
    granted = Invitation.objects.select_related("company").get(pk=invitation.pk)
    return add_member(
        granted.company, newcomer=person, role=Role(granted.role), payroll_detail=granted.payroll_detail,
        person=person, what="accepted an invitation",
    )  # fmt: skip


def is_for(invitation: Invitation, person: User) -> bool:
    """Return whether a person has the address that was invited."""
    return invitation.email.casefold() == person.email.casefold()


def send(invitation: Invitation, link: str) -> bool:
    """Mail the link; return whether the mail server took it. The link is never in a log."""
    context = {"invitation": invitation, "role": Role(invitation.role), "link": link, "days": LIFETIME.days}
    text = render_to_string("companies/invitation_mail.txt", context)
    subject = f"{invitation.company.name} on Tieout: an invitation"
    try:
        return bool(send_mail(" ".join(subject.split()), text, None, [invitation.email]))
    except OSError as error:  # the link on the page still works
        log.warning("an invitation could not be mailed: %s", type(error).__name__)
        return False


def _refuse_too_many(company: Company, email: str, now: datetime) -> None:
    mails = AuditEvent.objects.filter(company=company, what__in=(INVITED, SENT_AGAIN))
    if mails.filter(at__gt=now - _HOUR).count() >= MOST_AN_HOUR:
        raise Refused(f"{company.name} has sent {MOST_AN_HOUR} invitations within an hour. Wait a while, then go on.")
    if mails.filter(at__gt=now - _DAY, after__person=email).count() >= MOST_A_DAY:
        raise Refused(f"{email} was sent {MOST_A_DAY} invitations within a day. Try again tomorrow.")


def _told(invitation: Invitation) -> dict[str, audit.Value]:
    return {"person": invitation.email, "role": invitation.role}
