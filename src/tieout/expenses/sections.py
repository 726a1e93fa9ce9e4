"""Which section of the plan an expense is in, month by month: a department, payroll, or Unassigned.

This is the one place that decides it: the timeline sums by it, and a cell finds its lines by it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.models import Department
from tieout.expenses.models import ALWAYS, Expense, ExpenseDepartment, Link
from tieout.expenses.organising import department_at
from tieout.ledger.accounts import Account, chart
from tieout.ledger.closing import former_expense_accounts
from tieout.ledger.models import Book

TOTAL = "total"
UNASSIGNED = "unassigned"
PAYROLL = "payroll"
PEOPLE = "category:employees_contractors"
TOTAL_LABEL = "Total expenses"
UNASSIGNED_LABEL = "Unassigned"
PAYROLL_LABEL = "Payroll expenses"
PEOPLE_LABEL = "Employees & contractors"
HIRING_LABEL = "Hiring plan"  # what the hiring plan costs as a whole, where a plan holds it as one row

Section = str
"""``department:12``, ``unassigned`` or ``payroll``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """An expense, or an account that has none yet (``id`` is 0), with all that says where it stands.

    An added expense has no account of its own: what it holds, its links took from accounts.
    """

    id: int
    account: Account | None
    own_name: str
    payroll: bool | None
    periods: Mapping[int, int | None]  # from month (key) to department id
    parent: str  # the parent account's name, if that is an expense account too
    linked: bool  # whether rules carve lines out of accounts for it

    @property
    def key(self) -> str:
        """The row's key: "expense:34"."""
        return f"account:{self.account.id}" if self.account and not self.id else f"expense:{self.id}"

    @property
    def name(self) -> str:
        """The user's own name, or the books'."""
        return self.own_name or (self.account.name if self.account else "")

    @property
    def code(self) -> str:
        """The account's number, "" where there is none."""
        return self.account.number if self.account else ""

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.code} {self.name}".strip()

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


Holder = Callable[[int, int], Member | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A company's departments and the expenses of one book, without money."""

    departments: tuple[Department, ...]  # in the order of the page, hidden ones too
    members: tuple[Member, ...]  # in the order of the chart, then the added ones by name

    @property
    def accounts(self) -> tuple[int, ...]:
        """The expense accounts (row ids): what they hold is what there is to show."""
        return tuple(member.account.id for member in self.members if member.account)

    def holder(self) -> Holder:
        """Return a function that says whose a line is by (account, expense), None for none of the plan's.

        A line of an expense account that is in no expense, as it may have been in an earlier version, is its account's.
        """
        by_account = {member.account.id: member for member in self.members if member.account}
        by_expense = {member.id: member for member in self.members if member.id}

        def holder(account: int, expense: int) -> Member | None:
            own = by_account.get(account)
            return own and by_expense.get(expense, own)

        return holder


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
    return _plan(company, chart(book, version), frozenset())


def shown_plan(company: Company, book: Book) -> Plan:
    """Return the plan that holds all that planning pages show.

    An account that is no expense account any longer is in it if a closed month still shows it as one.
    """
    return _plan(company, chart(book, book.published), former_expense_accounts(book))


def _plan(company: Company, accounts: Mapping[int, Account], former: Collection[int]) -> Plan:
    periods: dict[int, dict[int, int | None]] = {}
    dated = ExpenseDepartment.objects.filter(expense__company=company)
    for expense, from_month, department in dated.values_list("expense_id", "from_month", "department_id"):
        periods.setdefault(expense, {})[from_month] = department
    expenses = list(Expense.objects.filter(company=company))
    linked = set(Link.objects.filter(company=company).values_list("expense_id", flat=True))
    rows = {expense.account_id: expense for expense in expenses if expense.account_id}
    added = sorted((it for it in expenses if not it.account_id), key=lambda it: (it.own_name.casefold(), it.pk))
    return Plan(
        departments=tuple(departments.departments(company)),
        members=(
            *(
                _member(account, rows.get(account.id), accounts, periods, linked)
                for account in accounts.values()
                if account.type is AccountType.EXPENSE or account.id in former
            ),
            *(_member(None, expense, accounts, periods, linked) for expense in added),
        ),
    )


def _member(
    account: Account | None,
    expense: Expense | None,
    accounts: Mapping[int, Account],
    periods: Mapping[int, Mapping[int, int | None]],
    linked: Collection[int],
) -> Member:
    parent = accounts.get(account.parent) if account and account.parent else None
    return Member(
        id=expense.pk if expense else 0,
        account=account,
        own_name=expense.own_name if expense else "",
        payroll=expense.payroll if expense else None,
        periods=periods.get(expense.pk, {}) if expense else {},
        parent=parent.name if parent and parent.type is AccountType.EXPENSE else "",
        linked=bool(expense and expense.pk in linked),
    )
