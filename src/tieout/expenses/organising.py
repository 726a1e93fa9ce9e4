"""Changes to expenses: departments and payroll marks. Each is one transaction with its audit rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.models import Department
from tieout.expenses.books import Current, current
from tieout.expenses.models import ALWAYS, Expense, ExpenseDepartment, Link
from tieout.expenses.relinking import rules_changed
from tieout.ledger.accounts import chart

KEEP = -1  # leave the department as it is


class UnknownChoice(Exception):
    """A choice names an expense or a department that is not this company's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody wants of one expense. ``department``: an id, None for Unassigned, KEEP; ``payroll`` None: keep."""

    expense: int
    department: int | None = KEEP
    payroll: bool | None = None


@transaction.atomic
def organise(
    *, company: Company, person: User, choices: Sequence[Choice], since: Month | None = None,
    suggested_payroll: Collection[int] = (),
) -> int:  # fmt: skip
    """Give expenses their departments and payroll marks; return how many changed. Only differences are written.

    ``since`` leaves the months before it where they are; None means from the beginning. ``suggested_payroll`` are the
    expenses that count as payroll until decided: deciding as suggested against payroll is no change worth an audit
    row. Raise UnknownChoice, and write nothing, if any id is not this company's.
    """
    wanted = {choice.expense: choice for choice in choices}
    expenses = {
        expense.pk: expense
        for expense in Expense.objects.select_for_update()
        .filter(company=company, pk__in=wanted, income=False)
        .order_by("pk")
    }
    known = {department.pk: department for department in departments.departments(company)}
    for choice in wanted.values():
        if choice.expense not in expenses or choice.department not in (None, KEEP, *known):
            raise UnknownChoice
    periods = _periods(expenses)
    from_month = since.key if since else ALWAYS
    names = _names(company)
    changed = 0
    for pk, choice in wanted.items():
        moved = choice.department != KEEP and _move(pk, periods.get(pk, {}), choice.department, from_month)
        marked = choice.payroll is not None and choice.payroll != expenses[pk].payroll
        quiet = marked and expenses[pk].payroll is None and not choice.payroll and pk not in suggested_payroll
        if marked:
            Expense.objects.filter(pk=pk).update(payroll=choice.payroll)
        if moved or (marked and not quiet):
            changed += 1
            about = names.get(expenses[pk].account_id or 0, "")
            _record(company, person, expenses[pk], about, choice, periods.get(pk, {}), known, from_month)
    _marks_changed(company, [expenses[pk] for pk, choice in wanted.items() if choice.payroll is not None])
    return changed


def _marks_changed(company: Company, expenses: Sequence[Expense]) -> None:
    """Move lines where a mark turned: links take none from an account that is marked as payroll."""
    after = dict(Expense.objects.filter(pk__in=[it.pk for it in expenses]).values_list("pk", "payroll"))
    turned = [it.account_id for it in expenses if it.account_id and bool(it.payroll) != bool(after[it.pk])]
    if turned and Link.objects.filter(company=company, payroll_too=False).exists():
        rules_changed(company, accounts=turned)


class DepartmentUsage:
    """What the departments ask before one of them is removed."""

    def in_use(self, department: Department) -> bool:
        """Return whether an expense is, was or will be in the department."""
        return ExpenseDepartment.objects.filter(department=department).exists()

    def move(self, source: Department, target: Department) -> None:
        """Move all expenses, in all months, from one department to the other."""
        ExpenseDepartment.objects.filter(department=source, expense__company=source.company_id).update(
            department=target
        )


def department_at(periods: Mapping[int, int | None], month: int) -> int | None:
    """Return the department (id) in force in a month (key), by ``periods``: from month to department."""
    began = max((start for start in periods if start <= month), default=None)
    return None if began is None else periods[began]


def _periods(expenses: Collection[int]) -> dict[int, dict[int, int | None]]:
    result: dict[int, dict[int, int | None]] = {}
    rows = ExpenseDepartment.objects.filter(expense__in=expenses).values_list(
        "expense_id", "from_month", "department_id"
    )
    for expense, from_month, department in rows:
        result.setdefault(expense, {})[from_month] = department
    return result


def _move(expense: int, periods: Mapping[int, int | None], department: int | None, from_month: int) -> bool:
    """Put an expense into a department from a month on, for good; return whether that changes anything."""
    later = {start for start in periods if start >= from_month}
    before = department_at(periods, from_month - 1) if from_month else None
    same = before == department
    if same and not later:
        return False
    if not same and later == {from_month} and periods[from_month] == department:
        return False
    rows = ExpenseDepartment.objects.filter(expense=expense)
    rows.filter(from_month__gte=from_month).delete()
    if not same:
        ExpenseDepartment.objects.create(expense_id=expense, from_month=from_month, department_id=department)
    return True


def _record(
    company: Company, person: User, expense: Expense, about: str, choice: Choice, periods: Mapping[int, int | None],
    known: Mapping[int, Department], from_month: int,
) -> None:  # fmt: skip
    old = department_at(periods, 999912)
    new = old if choice.department == KEEP else choice.department
    payroll = expense.payroll if choice.payroll is None else choice.payroll
    after: dict[str, audit.Value] = {"account": about, "department": _name(new, known), "payroll": payroll}
    if from_month:
        after["from"] = str(Month.from_key(from_month))
    before: dict[str, audit.Value] = {"account": about, "department": _name(old, known), "payroll": expense.payroll}
    audit.record(company, person, "organised an expense", expense, before=before, after=after)


def _names(company: Company) -> dict[int, str]:
    """Return number and name of each account, by its row id, for the audit log: an id would say nothing there."""
    found = current(company)
    if not isinstance(found, Current):
        return {}
    return {account.id: account.label for account in chart(found.book, found.book.published).values()}


def _name(department: int | None, known: Mapping[int, Department]) -> str:
    return "Unassigned" if department is None else known[department].name
