"""Which section of the plan an expense is in, month by month: a department, payroll, or Unassigned.

A plan has one side: expenses, or the revenue streams (`expenses.streams`), which are in revenue or in other income.

This is the one place that decides it: the timeline sums by it, and a cell finds its lines by it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.models import Department
from tieout.expenses.models import ALWAYS, Expense, ExpenseDepartment, Link
from tieout.expenses.organising import department_at
from tieout.kit.remember import remembered
from tieout.ledger.accounts import Account, chart
from tieout.ledger.closing import former_accounts
from tieout.ledger.models import Book

TOTAL = "total"
UNASSIGNED = "unassigned"
PAYROLL = "payroll"
PEOPLE = "category:employees_contractors"
REVENUE = "revenue"
OTHER_INCOME = "other_income"
TOTAL_LABEL = "Total expenses"
UNASSIGNED_LABEL = "Unassigned"
PAYROLL_LABEL = "Payroll expenses"
PEOPLE_LABEL = "Employees & contractors"
HIRING_LABEL = "Hiring plan"  # what the hiring plan costs as a whole, where a plan holds it as one row

Section = str
"""``department:12``, ``unassigned`` or ``payroll``; of streams ``revenue`` or ``other_income``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """An expense or a stream, or an account that has none yet (``id`` is 0), with all that says where it stands.

    An added one has no account of its own: what it holds, its links took from accounts.
    """

    id: int
    account: Account | None
    own_name: str
    payroll: bool | None
    periods: Mapping[int, int | None]  # from month (key) to department id
    parent: str  # the parent account's name, if that is of the same side
    linked: bool  # whether rules carve lines out of accounts for it
    income: bool = False  # a stream
    other: bool = False  # an added stream that holds other income and nothing else
    turned: bool = False  # it is of the other side by now: only closed months still show it here

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
        return not self.payroll and not self.income and any(from_month != ALWAYS for from_month in self.periods)

    def section(self, month: Month) -> Section:
        """Return where its amounts of a month are shown."""
        if self.income:
            role = self.account.role if self.account else None
            return OTHER_INCOME if self.other or role is AccountRole.OTHER_INCOME else REVENUE
        if self.payroll:
            return PAYROLL
        department = self.department(month)
        return UNASSIGNED if department is None else f"department:{department}"


Holder = Callable[[int, int], Member | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A company's departments and the expenses, or with ``income`` the streams, of one book, without money."""

    departments: tuple[Department, ...]  # in the order of the page, hidden ones too; none where it is of streams
    members: tuple[Member, ...]  # in the order of the chart, then the added ones by name
    income: bool = False

    @property
    def type(self) -> AccountType:
        """What the accounts are whose lines it divides."""
        return AccountType.INCOME if self.income else AccountType.EXPENSE

    @property
    def accounts(self) -> tuple[int, ...]:
        """The expense or income accounts (row ids): what they hold is what there is to show."""
        return tuple(member.account.id for member in self.members if member.account)

    def holder(self) -> Holder:
        """Return a function that says whose a line is by (account, expense), None for none of the plan's.

        A line of one of the plan's accounts that is in no expense of it, as it may have been in an earlier version, is
        its account's.
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
    return plan_of(Rows.of(company), chart(book, version))


@remembered
def shown_plan(company: Company, book: Book) -> Plan:
    """Return the plan that holds all that planning pages show.

    An account that is no expense account any longer is in it if a closed month still shows it as one.
    """
    former = former_accounts(book, AccountType.EXPENSE)
    return plan_of(Rows.of(company), chart(book, book.published), former)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a company keeps of its expenses and streams, read once for plans of either side."""

    expenses: Sequence[Expense]
    linked: frozenset[int]
    periods: Mapping[int, Mapping[int, int | None]]
    departments: tuple[Department, ...]

    @classmethod
    @remembered
    def of(cls, company: Company) -> Rows:
        """Read them. Four queries."""
        periods: dict[int, dict[int, int | None]] = {}
        dated = ExpenseDepartment.objects.filter(expense__company=company)
        for expense, from_month, department in dated.values_list("expense_id", "from_month", "department_id"):
            periods.setdefault(expense, {})[from_month] = department
        links = Link.objects.filter(company=company).values_list("expense_id", flat=True)
        return cls(
            list(Expense.objects.filter(company=company)),
            frozenset(links),
            periods,
            tuple(departments.departments(company)),
        )


def plan_of(
    rows: Rows, accounts: Mapping[int, Account], former: Collection[int] = (), *, income: bool = False,
    other: Collection[int] = (),
) -> Plan:  # fmt: skip
    """Return the plan of one side of a chart; ``former`` accounts were of that side when a month was closed.

    ``other`` are the added streams (ids) that hold other income and nothing else.
    """
    type_ = AccountType.INCOME if income else AccountType.EXPENSE
    own = {expense.account_id: expense for expense in rows.expenses if expense.account_id}
    added = [it for it in rows.expenses if not it.account_id and it.income is income]
    added.sort(key=lambda it: (it.own_name.casefold(), it.pk))
    inside = [it for it in accounts.values() if it.type is type_ or it.id in former]
    return Plan(
        departments=() if income else rows.departments,
        members=(
            *(_member(it, own.get(it.id), accounts, rows, income=income) for it in inside),
            *(replace(_member(None, it, accounts, rows, income=income), other=it.pk in other) for it in added),
        ),
        income=income,
    )


def _member(
    account: Account | None, expense: Expense | None, accounts: Mapping[int, Account], rows: Rows, *, income: bool
) -> Member:
    type_ = AccountType.INCOME if income else AccountType.EXPENSE
    parent = accounts.get(account.parent) if account and account.parent else None
    return Member(
        id=expense.pk if expense else 0,
        account=account,
        own_name=expense.own_name if expense else "",
        payroll=expense.payroll if expense and not income else None,
        periods=rows.periods.get(expense.pk, {}) if expense and not income else {},
        parent=parent.name if parent and parent.type is type_ else "",
        linked=bool(expense and expense.pk in rows.linked),
        income=income,
        turned=expense is not None and expense.income is not income,
    )
