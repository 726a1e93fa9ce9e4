"""Which expense a line is in, for staging; and which accounts are payroll, for masking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.expenses.models import Expense, ExpenseKind
from tieout.expenses.suggestions import Subject, looks_like_payroll
from tieout.ledger.accounts import LATEST, Account, chart
from tieout.ledger.models import Book


@dataclass(frozen=True, slots=True)
class AccountPlacement:
    """Every line is in its account's expense; lines of other types of account are in none (0)."""

    expenses: Mapping[int, int]  # account row id to expense id
    version: int = 1

    def expense_of(self, account: int, party: int, item: int, dimension_set: int, text: int) -> int:  # noqa: ARG002 - the ledger's protocol: rules will look at them
        """Return the expense of a line, 0 for none."""
        return self.expenses.get(account, 0)


def prepare(book: Book) -> AccountPlacement:
    """Make the expenses that the newest chart's accounts lack and return where lines go.

    For a sync run, after the lists are staged and before the entries are. Twice is as once, at the same time too.
    """
    wanted = [account.id for account in chart(book, LATEST).values() if account.type is AccountType.EXPENSE]
    present = _by_account(book.company_id)
    missing = [account for account in wanted if account not in present]
    if missing:
        Expense.objects.bulk_create(
            (Expense(company_id=book.company_id, account_id=account, kind=ExpenseKind.ACCOUNT) for account in missing),
            ignore_conflicts=True,  # another run may have made them just now
            batch_size=500,
        )
        present = _by_account(book.company_id)
    return AccountPlacement({account: present[account] for account in wanted})


def payroll_accounts(company: Company, book: Book) -> frozenset[int]:
    """Return the accounts (row ids) whose lines only readers with the payroll-detail right see one by one (spec §14).

    Those marked as payroll and, until somebody has decided, those that look like it as published.
    """
    marks = dict(Expense.objects.filter(company=company, account__isnull=False).values_list("account_id", "payroll"))
    return frozenset(
        account.id for account in chart(book, book.published).values() if _is_payroll(account, marks.get(account.id))
    )


def subject_of(account: Account) -> Subject:
    """Return what suggestions look at."""
    return Subject(
        id=account.id,
        number=account.number,
        name=account.name,
        subtype=account.subtype,
        role=account.role,
        parent=account.parent,
        type=account.type,
    )


def _is_payroll(account: Account, mark: bool | None) -> bool:
    if mark is not None:
        return mark
    if account.type is not AccountType.EXPENSE:
        return account.role is AccountRole.PAYROLL
    return looks_like_payroll(subject_of(account))


def _by_account(company: int) -> dict[int, int]:
    return dict(Expense.objects.filter(company_id=company, account__isnull=False).values_list("account_id", "pk"))
