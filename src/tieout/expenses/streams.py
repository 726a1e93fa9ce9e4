"""Revenue streams: the income side of the plan. Every line of an income account is in exactly one stream.

An income account is a stream by itself; added streams take lines out of accounts by the same rules as linked expenses.
Amounts are minor units, debit positive: income is negative here, and only what is drawn turns signs.
"""

from __future__ import annotations

from collections.abc import Mapping

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.expenses.sections import OTHER_INCOME, REVENUE, Plan, Rows, plan_of
from tieout.ledger.accounts import Account, chart
from tieout.ledger.closing import former_accounts
from tieout.ledger.models import Book
from tieout.ledger.movements import movements

INCOME = "income"
"""The key of the row that holds revenue and other income."""

LABELS = {REVENUE: "Revenue", OTHER_INCOME: "Other income", INCOME: "Total income"}


def stream_plan(company: Company, book: Book) -> Plan:
    """Return the plan of the streams, as planning pages show it.

    An account that is no income account any longer is in it if a closed month still shows it as one.
    """
    former = former_accounts(book, AccountType.INCOME)
    rows, accounts = Rows.of(company), chart(book, book.published)
    return plan_of(rows, accounts, former, income=True, other=_other(rows, book, accounts))


def shown_plans(company: Company, book: Book, accounts: Mapping[int, Account]) -> tuple[Plan, Plan]:
    """Return the plans of expenses and of streams as planning pages show them; ``accounts`` is the published chart."""
    rows = Rows.of(company)
    expenses, income = (former_accounts(book, type_) for type_ in (AccountType.EXPENSE, AccountType.INCOME))
    other = _other(rows, book, accounts)
    return plan_of(rows, accounts, expenses), plan_of(rows, accounts, income, income=True, other=other)


def both_plans(company: Company, book: Book) -> tuple[Plan, Plan]:
    """Return the plans of expenses and of streams as published."""
    rows, accounts = Rows.of(company), chart(book, book.published)
    return plan_of(rows, accounts), plan_of(rows, accounts, income=True, other=_other(rows, book, accounts))


def side_plan(company: Company, book: Book, *, income: bool) -> Plan:
    """Return the plan of one side as published: the streams, or the expenses."""
    rows, accounts = Rows.of(company), chart(book, book.published)
    return plan_of(rows, accounts, income=income, other=_other(rows, book, accounts) if income else ())


def _other(rows: Rows, book: Book, accounts: Mapping[int, Account]) -> set[int]:
    """Return the added streams (ids) whose lines are all other income, so that they are no revenue either.

    One query where a company has added streams and other income, else none.
    """
    added = {it.pk for it in rows.expenses if it.income and not it.account_id}
    apart = {it.id for it in accounts.values() if it.role is AccountRole.OTHER_INCOME}
    if not added or not apart:
        return set()
    found = {(account, stream) for account, stream, _, _ in movements(book, book.published) if stream in added}
    return {stream for _, stream in found} - {stream for account, stream in found if account not in apart}


def natural(amount: int, income: bool) -> int:
    """Return an amount as it is shown: what is earned is positive, as what is spent is."""
    return -amount if income else amount
