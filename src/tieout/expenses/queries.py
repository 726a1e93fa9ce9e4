"""What pages, the command line and other parts ask of expenses. Amounts are minor units, debit positive."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.expenses.books import Current, current
from tieout.expenses.cells import RowCell, UnknownRow, cell
from tieout.expenses.models import Expense, ExpenseDepartment, Link, PinKind
from tieout.expenses.pins import resolve, tallies
from tieout.expenses.placement import payroll_accounts
from tieout.expenses.rule_json import from_json
from tieout.expenses.rule_names import Names
from tieout.expenses.sentences import Words
from tieout.expenses.streams import natural, side_plan
from tieout.kit.remember import remembered
from tieout.ledger.accounts import Account, chart
from tieout.ledger.matching import expense_totals
from tieout.ledger.models import Book
from tieout.ledger.movements import movements

__all__ = [
    "RowCell",
    "UnknownRow",
    "cell",
    "payroll_accounts",
    "unassigned",
    "unassigned_count",
]


@remembered
def unassigned(company: Company) -> list[Account]:
    """Return the expense accounts of the current book that nobody has organised.

    Those marked as payroll are organised: they are under Employees & contractors. An inactive account waits only if
    something was ever posted to it. Four queries; one more if such an account may wait.
    """
    found = current(company)
    if not isinstance(found, Current):
        return []
    organised = set(Expense.objects.filter(company=company, payroll=True).values_list("account_id", flat=True))
    periods = ExpenseDepartment.objects.filter(expense__company=company).order_by("from_month")
    now = dict(periods.values_list("expense__account_id", "department_id"))
    waiting = [
        account
        for account in chart(found.book, found.book.published).values()
        if account.type is AccountType.EXPENSE and now.get(account.id) is None and account.id not in organised
    ]
    if all(account.active for account in waiting):
        return waiting
    posted = {account for account, *_ in movements(found.book, found.book.published)}
    return [account for account in waiting if account.active or account.id in posted]


def unassigned_count(company: Company) -> int:
    """Return how many expense accounts nobody has organised: the badge's number, as on the page."""
    return len(unassigned(company))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link as the list of links shows it. ``lost`` pins match no line, or several, and take no effect."""

    id: int
    above: int  # the link that is asked right before it, 0 for the first
    expense: int
    name: str
    sentence: str
    lines: int
    amount: int
    left_out: int
    lost: int
    only_pinned: bool
    payroll_too: bool


def link_rows(company: Company, book: Book, *, income: bool = False) -> list[LinkRow]:
    """Return the links in the order in which they are asked, with what their expenses hold by them. As published.

    ``income``: the links of streams, which never compete with those of expenses.
    """
    words, names = Words(book), Names(book)
    members = {it.id: it for it in side_plan(company, book, income=income).members}
    rows = _links(company, income=income)
    held = expense_totals(book, {row.expense_id for row in rows})
    pins = tallies(book, rows, names)
    result: list[LinkRow] = []
    for row in rows:
        count, amount = held.get(row.expense_id, (0, 0))
        result.append(
            LinkRow(
                id=row.pk,
                above=result[-1].id if result else 0,
                expense=row.expense_id,
                name=members[row.expense_id].label if row.expense_id in members else row.expense.own_name,
                sentence=words.sentence(from_json(row.rule), income=income),
                lines=count,
                amount=natural(amount, income),
                left_out=pins[row.pk][0],
                lost=pins[row.pk][1],
                only_pinned=row.only_pinned,
                payroll_too=row.payroll_too,
            )
        )
    return result


def link(company: Company, link_id: int) -> Link | None:
    """Return one of the company's links, or None."""
    return Link.objects.select_related("expense").filter(company=company, pk=link_id).first()


def expense(company: Company, expense_id: int) -> Expense | None:
    """Return one of the company's expenses, or None."""
    return Expense.objects.filter(company=company, pk=expense_id).first()


def name_of(company: Company, book: Book, found: Expense) -> str:
    """Return number and name of an expense, as the newest chart has them."""
    members = side_plan(company, book, income=found.income).members
    return next((it.label for it in members if it.id == found.pk), found.own_name)


def left_out(link: Link, book: Book) -> frozenset[int]:
    """Return the published lines (row ids) that a person left out of a link."""
    return frozenset(resolve(link, book, PinKind.EXCLUDE, Names(book)))


def _links(company: Company, *, income: bool) -> list[Link]:
    rows = Link.objects.select_related("expense").filter(company=company, expense__income=income)
    return list(rows.order_by("position", "pk"))


def stream_names(company: Company, book: Book) -> dict[int, str]:
    """Return what the streams (ids) are called. Two queries."""
    accounts = chart(book, book.published)
    rows = Expense.objects.filter(company=company, income=True).values_list("pk", "own_name", "account_id")
    return {pk: name or accounts[account].name for pk, name, account in rows if name or account in accounts}
