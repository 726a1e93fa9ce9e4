"""One person's page: the raises, and what each month cost beside what the terms say. Minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from tieout.core import pay
from tieout.core.month import Month
from tieout.payroll.models import Employee, PayLine, Raise, TypedPay


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseRow:
    """A raise: the pay that it leads to, and the change in percent if it was given as one (as a rate)."""

    id: int
    month: Month
    pay: int
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month of a person: what it cost by pay run or as typed, and what the terms say. ``run`` stands before typed."""

    month: Month
    run: int | None
    typed: int | None
    typed_by: str
    typed_at: datetime | None
    expected: int | None  # None where the person does not work in the month

    @property
    def actual(self) -> int | None:
        """What counts."""
        return self.typed if self.run is None else self.run


def raise_rows(employee: Employee, terms: pay.Terms) -> Sequence[RaiseRow]:
    """Return a person's raises in the order of their months."""
    rows = Raise.objects.filter(employee=employee).order_by("from_month")
    return [
        RaiseRow(id=row.pk, month=(month := Month.from_key(row.from_month)), pay=pay.in_force(terms, month),
                 rate=row.rate if row.amount is None else 0)
        for row in rows
    ]  # fmt: skip


def month_rows(employee: Employee, terms: pay.Terms, months: Sequence[Month]) -> Sequence[MonthRow]:
    """Return a person's months, the newest first; those in which they neither work nor were paid are left out."""
    typed = {row.month: row for row in TypedPay.objects.filter(employee=employee).select_related("person")}
    cost = F("gross") + F("employer_taxes") + F("benefits")
    lines = PayLine.objects.filter(employee=employee).values_list("run__check_date").annotate(cost=Sum(cost))
    run: dict[Month, int] = {}
    for day, amount in lines:
        run[Month.of(day)] = run.get(Month.of(day), 0) + int(amount)
    rows = []
    for month in sorted(months, reverse=True):
        hand = typed.get(month.key)
        works = pay.paid_in(month, employee.start, employee.end)
        if works or hand or month in run:
            rows.append(
                MonthRow(
                    month=month,
                    run=run.get(month),
                    typed=hand.amount if hand else None,
                    typed_by=hand.person.email if hand and hand.person else "",
                    typed_at=hand.at if hand else None,
                    expected=pay.cost(terms, month).total if works else None,
                )
            )
    return rows
