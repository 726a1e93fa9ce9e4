"""Files between their preview and their confirmation. They hold pay: only who brought one sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from tieout.companies.models import Company
from tieout.kit.tables import Table, read_table
from tieout.payroll.models import Upload, UploadKind

KEPT = timedelta(days=1)


@transaction.atomic
def keep(company: Company, person: User, kind: UploadKind, *, name: str, data: bytes, now: datetime) -> Upload:
    """Return the file, kept until it is confirmed. Earlier ones of the person's, and all that are a day old, go."""
    mine = Q(company=company, person=person, kind=kind)
    Upload.objects.filter(mine | Q(at__lt=now - KEPT)).delete()
    return Upload.objects.create(company=company, person=person, kind=kind, name=name[:200], data=data, at=now)


def kept(company: Company, person: User, kind: UploadKind, upload_id: int) -> Upload | None:
    """Return a kept file of this person's, or None."""
    return Upload.objects.filter(company=company, person=person, kind=kind, pk=upload_id).first()


def claim(upload: Upload) -> bool:
    """Take a file for writing, inside a transaction; False if another request has: a double click writes once."""
    return bool(Upload.objects.filter(pk=upload.pk).delete()[0])


def table_of(upload: Upload) -> Table:
    """Return a kept file's rows. Raise UnreadableTable."""
    return read_table(upload.name, bytes(upload.data))
