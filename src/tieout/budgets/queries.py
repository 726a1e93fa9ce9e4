"""What pages, the command line and other parts ask of budgets. Amounts are minor units, debit positive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Sum

from tieout.budgets.content import INCOME, Content, Line, by_expense, digest
from tieout.budgets.models import Budget, BudgetCell, BudgetImport, BudgetRow
from tieout.companies.models import Company
from tieout.core.month import Month

KEPT = timedelta(hours=24)  # how long a file waits for its confirmation


def budgets(company: Company) -> Sequence[Budget]:
    """Return all versions, the newest first."""
    found = Budget.objects.filter(company=company).select_related("created_by", "frozen_by")
    return list(found.order_by("-created_at", "-pk"))


def budget(company: Company, budget_id: int) -> Budget | None:
    """Return one version of this company, or None."""
    found = Budget.objects.filter(company=company, pk=budget_id)
    return found.select_related("created_by", "frozen_by", "company").first()


@dataclass(frozen=True, slots=True)
class Totals:
    """What a version comes to. Minor units, both positive: what is spent, and what is earned."""

    expenses: int = 0
    income: int = 0

    @property
    def net(self) -> int:
        """What is left of the income."""
        return self.income - self.expenses


def totals(company: Company) -> dict[int, Totals]:
    """Return the sums of each version (by id); one without any month is not in it."""
    cells = BudgetCell.objects.filter(row__budget__company=company).order_by()
    found: dict[int, Totals] = {}
    grouped = cells.values_list("row__budget", "row__category").annotate(total=Sum("amount"))
    for budget_id, category, total in grouped:
        so_far = found.get(budget_id, Totals())
        found[budget_id] = (
            Totals(so_far.expenses, so_far.income - int(total))
            if category in INCOME
            else Totals(so_far.expenses + int(total), so_far.income)
        )
    return found


def totals_of(lines: Iterable[Line]) -> Totals:
    """Return what lines come to."""
    given = list(lines)
    return Totals(
        expenses=sum(line.total for line in given if not line.income),
        income=-sum(line.total for line in given if line.income),
    )


def chosen(company: Company) -> Budget | None:
    """Return the version that pages show beside actuals: the one frozen last; while none is, the newest."""
    found = Budget.objects.filter(company=company)
    frozen = found.filter(frozen_at__isnull=False).order_by("-frozen_at", "-pk").first()
    return frozen or found.order_by("-created_at", "-pk").first()


def amounts(of: Budget) -> dict[int, dict[Month, int]]:
    """Return months by expense id. What stands for no expense is left out. Two queries."""
    return by_expense(lines(of).values())


def lines(of: Budget) -> dict[int, Line]:
    """Return the rows by their ids, in their order, with their months. Two queries."""
    months: dict[int, dict[Month, int]] = {}
    for row_id, month, amount in BudgetCell.objects.filter(row__budget=of).values_list("row_id", "month", "amount"):
        months.setdefault(row_id, {})[Month.from_key(month)] = amount
    return {
        each.pk: Line(
            expense=each.expense or None,
            number=each.number,
            name=each.name,
            department=each.department,
            category=each.category,
            kind=each.kind,
            amounts=dict(sorted(months.get(each.pk, {}).items())),
        )
        for each in BudgetRow.objects.filter(budget=of).order_by("position")
    }


def content(of: Budget) -> Content:
    """Return all that a version says."""
    return Content(
        name=of.name,
        note=of.note,
        currency=of.currency,
        digits=of.digits,
        first=Month.from_key(of.first),
        last=Month.from_key(of.last),
        lines=tuple(lines(of).values()),
    )


def verify(of: Budget) -> bool:
    """Return whether a frozen version still says what it said when it was frozen."""
    return of.is_frozen and digest(content(of)) == of.digest


def waiting(company: Company, person: User, import_id: int, *, now: datetime) -> BudgetImport | None:
    """Return a person's own file that waits for its confirmation, or None."""
    return BudgetImport.objects.filter(company=company, person=person, pk=import_id, created_at__gt=now - KEPT).first()
