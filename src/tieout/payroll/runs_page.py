"""The pages of imported pay runs. Minor units. Amounts of few people are for readers who may see pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, Sum

from tieout.companies.models import Company
from tieout.payroll.models import PayLine, PayRun

ENOUGH = 2  # people of whom a sum tells nobody's pay


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run. ``cost`` is None where it would tell a reader without the right what somebody is paid."""

    id: int
    check_date: date
    period_start: date
    period_end: date
    imported_at: datetime
    people: int
    unlisted: int
    cost: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of a run. Its amounts are None for a reader who may not see them."""

    name: str
    employee: int | None
    of_nobody: bool
    gross: int | None = None
    employer_taxes: int | None = None
    benefits: int | None = None
    net: int | None = None
    cost: int | None = None


def run_rows(company: Company, *, pay_shown: bool) -> Sequence[RunRow]:
    """Return the imported runs, the latest first. One query."""
    of_person = ~Q(lines__ref="", lines__name="")
    runs = PayRun.objects.filter(company=company).annotate(
        people=Count("lines__pk", filter=of_person),
        unlisted=Count("lines__pk", filter=of_person & Q(lines__employee__isnull=True)),
        cost=Sum(F("lines__gross") + F("lines__employer_taxes") + F("lines__benefits")),
    )
    return [_row(run, pay_shown=pay_shown) for run in runs.order_by("-check_date", "-pk")]


def run_row(company: Company, run_id: int, *, pay_shown: bool) -> RunRow | None:
    """Return one run of this company, or None."""
    return next((row for row in run_rows(company, pay_shown=pay_shown) if row.id == run_id), None)


def line_rows(company: Company, run_id: int, *, pay_shown: bool) -> Sequence[LineRow]:
    """Return the lines of a run, by name; what is of nobody comes last."""
    lines = PayLine.objects.filter(run__company=company, run=run_id).select_related("employee").order_by("name", "pk")
    rows = [_line(line, pay_shown=pay_shown) for line in lines]
    return sorted(rows, key=lambda row: row.of_nobody)


def _row(run: PayRun, *, pay_shown: bool) -> RunRow:
    people, unlisted, cost = (getattr(run, name) for name in ("people", "unlisted", "cost"))
    return RunRow(
        id=run.pk,
        check_date=run.check_date,
        period_start=run.period_start,
        period_end=run.period_end,
        imported_at=run.imported_at,
        people=people,
        unlisted=unlisted,
        cost=int(cost) if pay_shown or people >= ENOUGH else None,  # a sum is a Decimal on PostgreSQL
    )


def _line(line: PayLine, *, pay_shown: bool) -> LineRow:
    named = line.employee.name if line.employee else line.name or line.ref
    row = LineRow(name=named, employee=line.employee_id, of_nobody=not (line.ref or line.name))
    if not pay_shown:
        return row
    return LineRow(
        name=row.name, employee=row.employee, of_nobody=row.of_nobody, gross=line.gross,
        employer_taxes=line.employer_taxes, benefits=line.benefits, net=line.net,
        cost=line.gross + line.employer_taxes + line.benefits,
    )  # fmt: skip
