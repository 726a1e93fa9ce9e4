"""What the expense form must know: the expense, its options and typed months, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.queries import Group
from tieout.expenses.amounts import held
from tieout.expenses.periods import admitted_through
from tieout.expenses.sections import Member, plan
from tieout.ledger.accounts import Account, chart
from tieout.ledger.models import Book
from tieout.planning.models import Options, PlanCell
from tieout.planning.options import options_of
from tieout.planning.terms import Term, terms

TYPED_MONTHS = 18
"""How many months after the last admitted one the form offers to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the form shows and offers. ``member`` is None for an expense that is being added."""

    company: Company
    book: Book
    through: Month
    member: Member | None
    options: Options
    typed: Mapping[Month, int]  # months after ``through``
    actuals: Mapping[Month, int]
    departments: tuple[Group, ...]
    streams: tuple[Account, ...]
    terms: tuple[Term, ...]

    @property
    def expense(self) -> int:
        """Its id, 0 for one that is being added."""
        return self.member.id if self.member else 0

    @property
    def books_name(self) -> str:
        """What the books call it: what is shown while it has no own name."""
        return self.member.account.name if self.member and self.member.account else ""

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that can be typed."""
        return tuple((self.through + 1).until(self.through + 1 + TYPED_MONTHS))


def facts(company: Company, book: Book, *, expense_id: int, today: date) -> Facts | None:
    """Return what the form must know; None if there is no such expense in the company's book."""
    the_plan = plan(company, book, book.published)
    member = next((it for it in the_plan.members if it.id == expense_id), None) if expense_id else None
    if expense_id and member is None:
        return None
    through = admitted_through(company) or Month.of(today) - 1
    cells = PlanCell.objects.filter(company=company, expense=expense_id, month__gt=through.key)
    holdings = held(the_plan, book, book.published) if member else {}
    return Facts(
        company=company,
        book=book,
        through=through,
        member=member,
        options=options_of(company, expense_id),
        typed={Month.from_key(key): amount for key, amount in cells.values_list("month", "amount")},
        actuals=holdings.get(member, {}) if member else {},
        departments=tuple(departments.by_category(company, hidden=False)),
        streams=tuple(it for it in chart(book, book.published).values() if it.type is AccountType.INCOME and it.active),
        terms=tuple(terms(company)),
    )
