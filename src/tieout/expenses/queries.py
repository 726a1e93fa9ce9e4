"""What pages, the command line and other parts ask of expenses. Amounts are minor units, debit positive."""

from __future__ import annotations

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.expenses.books import Current, current
from tieout.expenses.cells import RowCell, UnknownRow, cell
from tieout.expenses.models import Expense, ExpenseDepartment
from tieout.expenses.placement import payroll_accounts
from tieout.ledger.accounts import chart
from tieout.ledger.movements import movements

__all__ = [
    "RowCell",
    "UnknownRow",
    "cell",
    "payroll_accounts",
    "unassigned_count",
]


def unassigned_count(company: Company) -> int:
    """Return how many expense accounts of the current book nobody has organised: the badge's number, as on the page.

    Those marked as payroll are organised: they are under Employees & contractors. An inactive account waits only if
    something was ever posted to it. Four queries; one more if such an account may wait.
    """
    found = current(company)
    if not isinstance(found, Current):
        return 0
    organised = set(Expense.objects.filter(company=company, payroll=True).values_list("account_id", flat=True))
    periods = ExpenseDepartment.objects.filter(expense__company=company).order_by("from_month")
    now = dict(periods.values_list("expense__account_id", "department_id"))
    waiting = [
        account
        for account in chart(found.book, found.book.published).values()
        if account.type is AccountType.EXPENSE and now.get(account.id) is None and account.id not in organised
    ]
    if all(account.active for account in waiting):
        return len(waiting)
    posted = {account for account, *_ in movements(found.book, found.book.published)}
    return sum(account.active or account.id in posted for account in waiting)
