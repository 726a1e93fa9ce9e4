"""What the Organise page shows: every expense account with its amount, its suggestion and where it is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.statements import Nature
from tieout.departments.models import Department
from tieout.expenses.amounts import Months, held_in_books, placed
from tieout.expenses.placement import subject_of
from tieout.expenses.sections import PAYROLL, UNASSIGNED, Member, Plan, plan
from tieout.expenses.suggestions import looks_like_payroll, suggest
from tieout.ledger.accounts import natures
from tieout.ledger.models import Book
from tieout.ledger.movements import movements


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganiseRow:
    """One account. ``amount`` is that of twelve months, minor units, debit positive."""

    id: int
    code: str
    name: str
    parent: str
    amount: int
    department: Department | None
    payroll: bool  # marked, or suggested as long as nobody has decided
    decided: bool
    suggested: Department | None
    reason: str
    inactive: bool
    unassigned: bool

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.code} {self.name}".strip()

    @property
    def state(self) -> str:
        """What a form sends back, so that only what the person changed is written: "12:1"."""
        return f"{self.department.pk if self.department else ''}:{int(self.payroll)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisePage:
    """All rows, and the proof that they lose nothing. Minor units."""

    rows: tuple[OrganiseRow, ...]
    first: Month
    last: Month
    departments: tuple[Department, ...]  # to choose from
    assigned: int
    payroll: int  # marked as payroll: under Employees & contractors, in no department's sum
    unassigned: int
    ledger: int  # the ledger's own total of all expense accounts
    adds_up: bool  # in every month of the book, not only in these twelve

    @property
    def suggestions(self) -> int:
        """How many unassigned accounts have a suggestion."""
        return sum(row.unassigned and row.suggested is not None for row in self.rows)


def organise_page(company: Company, book: Book, *, last: Month) -> OrganisePage:
    """Return the page for the twelve months that end with ``last``."""
    the_plan = plan(company, book, book.published)
    amounts = held_in_books(the_plan, book)
    months = {section: _by_month(members.values()) for section, members in placed(the_plan, amounts).items()}
    ledger = _ledger_totals(book)
    first = last - 11
    sums = {section: _between(sums, first, last) for section, sums in months.items()}
    payroll, unassigned = sums.pop(PAYROLL, 0), sums.pop(UNASSIGNED, 0)
    return OrganisePage(
        rows=tuple(_rows(the_plan, amounts, first, last)),
        first=first,
        last=last,
        departments=tuple(it for it in the_plan.departments if not it.hidden),
        assigned=sum(sums.values()),
        payroll=payroll,
        unassigned=unassigned,
        ledger=_between(ledger, first, last),
        adds_up=_by_month(months.values()) == ledger,
    )


def _rows(the_plan: Plan, amounts: Mapping[Member, Months], first: Month, last: Month) -> Sequence[OrganiseRow]:
    by_key = {it.key or f"#{it.pk}": it for it in the_plan.departments}
    by_id = {it.pk: it for it in the_plan.departments}
    names = {it.pk: key for key, it in by_key.items()}
    of_accounts = [(it, it.account) for it in the_plan.members if it.account]
    now = {account.id: place for it, account in of_accounts if (place := it.department_now) is not None}
    subjects = {account.id: subject_of(account) for _, account in of_accounts}
    suggestions = suggest(subjects.values(), {account: names[place] for account, place in now.items()})
    result = []
    for it, account in of_accounts:
        if not it.id or not (account.active or it in amounts):
            continue
        found = suggestions.get(account.id)
        department = by_id.get(now.get(account.id, 0))
        suggested = by_key.get(found.department) if found else None
        result.append(
            OrganiseRow(
                id=it.id,
                code=account.number,
                name=it.name,
                parent=it.parent,
                amount=_between(amounts.get(it, {}), first, last),
                department=department,
                payroll=looks_like_payroll(subjects[account.id]) if it.payroll is None else it.payroll,
                decided=it.payroll is not None,
                suggested=None if suggested is None or suggested.hidden else suggested,
                reason=found.reason if found and suggested else "",
                inactive=not account.active,
                unassigned=not it.payroll and department is None,
            )
        )
    return result


def _between(months: Months, first: Month, last: Month) -> int:
    return sum(amount for month, amount in months.items() if first <= month <= last)


def _by_month(several: Iterable[Months]) -> dict[Month, int]:
    result: defaultdict[Month, int] = defaultdict(int)
    for months in several:
        for month, amount in months.items():
            result[month] += amount
    return {month: amount for month, amount in result.items() if amount}


def _ledger_totals(book: Book) -> dict[Month, int]:
    """Return what the ledger itself says of all expense accounts, without asking the plan."""
    kinds = natures(book, book.published)
    found = ((account, key, amount) for account, _, key, amount in movements(book, book.published))
    return _by_month({Month.from_key(key): amount} for account, key, amount in found if _is_expense(kinds, account))


def _is_expense(kinds: Mapping[int, Nature], account: int) -> bool:
    return kinds[account].type is AccountType.EXPENSE
