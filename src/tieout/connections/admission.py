"""Which months count as actuals: over, and past the connection's sync date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tieout.companies.models import Company
from tieout.connections.models import Admission, Connection
from tieout.connections.schedule import sync_date
from tieout.core.month import Month
from tieout.kit.remember import remembered
from tieout.ledger.models import Publication


def due_months(months: Iterable[Month], *, today: date, sync_day: int) -> list[Month]:
    """Return those of ``months`` that the sync date has admitted by ``today``, a date in the company's time zone.

    A month is due on the sync day of the month after it; the 31st means the last day of a shorter month.
    """
    return [month for month in months if today >= sync_date(month + 1, sync_day)]


def admit(publication: Publication, months: Iterable[Month]) -> None:
    """Write the admissions that a publication brings; months admitted earlier stay as they are."""
    Admission.objects.bulk_create(
        (Admission(company_id=publication.company_id, month=month.key, publication=publication) for month in months),
        ignore_conflicts=True,
    )


@remembered
def admitted_through(company: Company) -> Month | None:
    """Return the last admitted month, or None."""
    key = Admission.objects.filter(company=company).order_by("-month").values_list("month", flat=True).first()
    return None if key is None else Month.from_key(key)


def shows_running(company: Company) -> bool:
    """Return whether the company wants to see what is posted so far in months that are not admitted yet."""
    return Connection.objects.filter(company=company, show_running_month=True).exists()
