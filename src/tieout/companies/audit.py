"""The one way into the audit log. Call it inside the transaction of the change that it tells."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import models, transaction

from tieout.companies.models import AuditEvent, Company

Value = str | int | bool | None


class OutsideTransaction(Exception):
    """A change and its audit row must stand or fall together: a bug of the caller."""


def record(
    company: Company,
    person: User | None,
    what: str,
    about: models.Model,
    *,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
) -> AuditEvent:
    """Return the new audit row. ``person`` is None where the machine acted by itself.

    ``what`` is a sentence's verb phrase: "renamed the company". Raise OutsideTransaction outside ``atomic``.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(what)
    return AuditEvent.objects.create(
        company=company,
        person=person,
        what=what,
        object_kind=type(about).__name__.lower(),
        object_id=str(about.pk),
        before=dict(before or {}),
        after=dict(after or {}),
    )
