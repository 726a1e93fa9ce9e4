"""Deleting what was imported: apart from disconnecting, and only after it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.connections.models import Connection, ConnectionState, SyncRun
from tieout.jobs.services import enqueue
from tieout.ledger import deletion

DELETE_ROWS = "connections.delete_rows"  # the task's name


class NotDeleted(Exception):
    """Nothing was deleted. The text says why."""


def delete_imported(connection: Connection, typed: str, *, person: User, now: datetime) -> None:
    """Delete the books of a disconnected connection: lines, names, tie-outs, publications, admitted and closed months.

    ``typed`` must be the company's name. Departments, expenses, links, budgets and people stay, and so does the sync
    log. Figures are gone when this returns; a job deletes what nobody can reach any more.
    """
    company = connection.company
    if typed.strip() != company.name:
        raise NotDeleted(f"Nothing was deleted: type the company’s name exactly, {company.name}.")
    with transaction.atomic():
        disconnected = Connection.objects.filter(pk=connection.pk, state=ConnectionState.DISCONNECTED)
        if not disconnected.update(book=None, verified_at=None):
            raise NotDeleted("Nothing was deleted: disconnect the books first.")
        SyncRun.objects.filter(connection=connection).update(book=None, version=None)
        for book in deletion.delete_books(connection.organisation):
            enqueue(DELETE_ROWS, {"book": book}, lock=f"delete:{book}", run_at=now)
        audit.record(
            company, person, "deleted the imported data", connection,
            before={"organisation": connection.organisation.name},
        )  # fmt: skip
