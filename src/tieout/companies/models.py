"""The tenant, its people, and the log of what they changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Never
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Company(models.Model):
    """The tenant: one set of plans. ``currency`` is blank until the first books say it."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    currency = models.CharField(max_length=3, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone: its days and months begin there."""
        return ZoneInfo(self.timezone)


class Role(models.TextChoices):
    """What a member may do; each role may do all that the ones after it may."""

    OWNER = "owner", "Owner"  # the company and its people
    ADMIN = "admin", "Admin"  # connects and maps
    EDITOR = "editor", "Editor"  # plans
    VIEWER = "viewer", "Viewer"

    @property
    def rank(self) -> int:
        """0 for the highest."""
        return list(Role).index(self)

    @property
    def explained(self) -> str:
        """What the role may do, as the pages and the mails say it."""
        return _EXPLAINED[self.value]

    @property
    def in_words(self) -> str:
        """The role with its article: "an owner", "a viewer"."""
        article = "an" if self.label[0] in "AEIOU" else "a"
        return f"{article} {self.label.lower()}"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what another may."""
        return self.rank <= needed.rank


_EXPLAINED = {
    "owner": "Does everything, and decides who is in the company and what they may do.",
    "admin": (
        "Connects the books, organises accounts, departments and linked expenses, closes months, reads the audit log, "
        "and plans."
    ),
    "editor": "Plans: forecasts, typed months, budgets, variables, terms; people and pay runs with payroll detail.",
    "viewer": "Looks at everything and changes nothing.",
}


class Membership(models.Model):
    """A person in a company. ``payroll_detail`` is the right to see who is paid what, apart from the role."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    payroll_detail = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "person"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.company}"

    @property
    def is_owner(self) -> bool:
        """Whether the company and its people are the person's to change."""
        return self.may(Role.OWNER)

    @property
    def may_connect(self) -> bool:
        """Whether the person connects books and maps accounts: a page then offers it."""
        return self.may(Role.ADMIN)

    @property
    def may_plan(self) -> bool:
        """Whether the person plans: a page then offers it."""
        return self.may(Role.EDITOR)

    @property
    def in_words(self) -> str:
        """What the person is: "an owner"."""
        return Role(self.role).in_words

    def may(self, needed: Role) -> bool:
        """Whether the person may do what a role may."""
        return Role(self.role).covers(needed)


class Invitation(models.Model):
    """A link that lets whoever opens it join a company, once, until it expires. The secret is only in the link."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role)
    payroll_detail = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, unique=True)  # of the link's secret
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    OPEN, EXPIRED, ACCEPTED, WITHDRAWN = "open", "expired", "accepted", "withdrawn"

    def __str__(self) -> str:
        return f"{self.email} to {self.company}"

    def state(self, now: datetime) -> str:
        """Return what has become of it: one of the four words above."""
        if self.accepted_at is not None:
            return self.ACCEPTED
        if self.withdrawn_at is not None:
            return self.WITHDRAWN
        return self.OPEN if now < self.expires_at else self.EXPIRED


class AppendOnly(Exception):
    """Somebody tried to change or delete a row of the audit log: a bug."""


class AuditEvents(models.QuerySet["AuditEvent"]):
    """Rows that can be added and read."""

    def update(self, **_changes: object) -> Never:
        raise AppendOnly

    def delete(self) -> Never:
        raise AppendOnly


class AuditEvent(models.Model):
    """One change: who, when, what, and the values before and after. Written by ``audit.record``, never changed."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="audit_events")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    what = models.CharField(max_length=200)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[AuditEvent]] = AuditEvents.as_manager()

    class Meta:
        indexes = [models.Index(fields=["company", "-at"], name="audit_by_time")]

    def __str__(self) -> str:
        return self.what

    def save(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """Add the row; a row that stands is not saved again."""
        if not self._state.adding:
            raise AppendOnly
        super().save(**options)

    def delete(self, *_args: object, **_options: object) -> Never:
        raise AppendOnly
