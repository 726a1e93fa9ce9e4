"""Which section of the plan an expense is in, month by month: a department, payroll, or Unassigned.

This is the one place that decides it: the timeline sums by it, and a cell finds its lines by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.models import Department
from tieout.expenses.models import ALWAYS, Expense, ExpenseDepartment
from tieout.expenses.organising import department_at
from tieout.ledger.accounts import Account, chart
from tieout.ledger.models import Book

TOTAL = "total"
UNASSIGNED = "unassigned"
PAYROLL = "payroll"
PEOPLE = "category:employees_contractors"
TOTAL_LABEL = "Total expenses"
UNASSIGNED_LABEL = "Unassigned"
PAYROLL_LABEL = "Payroll expenses"
PEOPLE_LABEL = "Employees & contractors"

Section = str
"""``department:12``, ``unassigned`` or ``payroll``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """An expense, or an account that has none yet (``id`` is 0), with all that says where it stands."""

    id: int
    account: Account
    own_name: str
    payroll: bool | None
    periods: Mapping[int, int | None]  # from month (key) to department id
    parent: str  # the parent account's name, if that is an expense account too

    @property
    def key(self) -> str:
        """The row's key: "expense:34"."""
        return f"expense:{self.id}" if self.id else f"account:{self.account.id}"

    @property
    def name(self) -> str:
        """The user's own name, or the books'."""
        return self.own_name or self.account.name

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.account.number} {self.name}".strip()

    def department(self, month: Month) -> int | None:
        """Return the department (id) that it is in in a month, marked as payroll or not."""
        return department_at(self.periods, month.key)

    @property
    def department_now(self) -> int | None:
        """The department that it is in for good."""
        return department_at(self.periods, 999912)

    @property
    def moves(self) -> bool:
        """Whether it may be in different sections in different months."""
        return not self.payroll and any(from_month != ALWAYS for from_month in self.periods)

    def section(self, month: Month) -> Section:
        """Return where its amounts of a month are shown."""
        if self.payroll:
            return PAYROLL
        department = self.department(month)
        return UNASSIGNED if department is None else f"department:{department}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A company's departments and the expenses of one book, without money."""

    departments: tuple[Department, ...]  # in the order of the page, hidden ones too
    members: tuple[Member, ...]  # in the order of the chart

    def by_account(self) -> dict[int, Member]:
        """Return whose lines an account's are: every expense is an account's, so the account alone decides.

        That also takes in what was posted before the account became an expense account, which is placed nowhere.
        """
        return {member.account.id: member for member in self.members}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to show: sections (empty: all), and text that an expense's number or name holds."""

    sections: frozenset[Section] = frozenset()
    text: str = ""

    def takes(self, section: Section, member: Member) -> bool:
        """Return whether an expense is shown in a section."""
        if self.sections and section not in self.sections:
            return False
        return self.text.casefold() in member.label.casefold()


def plan(company: Company, book: Book, version: int) -> Plan:
    """Return the company's plan of a book: today's mapping, the chart as known at a version.

    A handful of queries, whatever the number of rows.
    """
    accounts = chart(book, version)
    periods: dict[int, dict[int, int | None]] = {}
    dated = ExpenseDepartment.objects.filter(expense__company=company)
    for expense, from_month, department in dated.values_list("expense_id", "from_month", "department_id"):
        periods.setdefault(expense, {})[from_month] = department
    rows = {expense.account_id: expense for expense in Expense.objects.filter(company=company, account__isnull=False)}
    return Plan(
        departments=tuple(departments.departments(company)),
        members=tuple(
            _member(account, rows.get(account.id), accounts, periods)
            for account in accounts.values()
            if account.type is AccountType.EXPENSE
        ),
    )


def _member(
    account: Account,
    expense: Expense | None,
    accounts: Mapping[int, Account],
    periods: Mapping[int, Mapping[int, int | None]],
) -> Member:
    parent = accounts.get(account.parent) if account.parent else None
    return Member(
        id=expense.pk if expense else 0,
        account=account,
        own_name=expense.own_name if expense else "",
        payroll=expense.payroll if expense else None,
        periods=periods.get(expense.pk, {}) if expense else {},
        parent=parent.name if parent and parent.type is AccountType.EXPENSE else "",
    )
