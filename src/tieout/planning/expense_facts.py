"""What the expense form must know: the expense, its options and typed months, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.departments.queries import Group
from tieout.expenses.amounts import holdings
from tieout.expenses.periods import admitted_through
from tieout.expenses.rule_json import from_json
from tieout.expenses.sections import Member, shown_plan
from tieout.expenses.sentences import Words
from tieout.expenses.streams import natural, side_plan, stream_plan
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.planning.models import Options, PlanCell
from tieout.planning.names import key_of
from tieout.planning.options import options_of
from tieout.planning.queries import links_of
from tieout.planning.side import EXPENSES, Side
from tieout.planning.terms import Term, terms

TYPED_MONTHS = 18
"""How many months after the last admitted one the form offers to type."""


@dataclass(frozen=True, slots=True)
class LinkFact:
    """A link as a sentence, with its id."""

    id: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the form shows and offers. ``member`` is None for an expense or stream that is being added."""

    company: Company
    book: Book
    through: Month
    member: Member | None
    options: Options
    typed: Mapping[Month, int]  # months after ``through``
    actuals: Mapping[Month, int]
    departments: tuple[Group, ...]
    streams: tuple[Member, ...]
    terms: tuple[Term, ...]
    side: Side = EXPENSES
    links: tuple[LinkFact, ...] = ()
    drawn_from: tuple[str, ...] = ()  # the accounts that the lines of an added expense are posted to

    @property
    def expense(self) -> int:
        """Its id, 0 for one that is being added."""
        return self.member.id if self.member else 0

    @property
    def books_name(self) -> str:
        """What the books call it: what is shown while it has no own name."""
        return self.member.account.name if self.member and self.member.account else ""

    @property
    def own(self) -> str:
        """Its key in formulas, "" for one that is being added."""
        return key_of(self.member) if self.member else ""

    @property
    def removable(self) -> bool:
        """Whether it was added by somebody: the books know nothing of it."""
        return self.member is not None and self.member.account is None

    @property
    def mapped(self) -> bool:
        """Whether lines of the books are in it, so that its department and its end are a matter of mapping."""
        return self.member is not None and (self.member.account is not None or bool(self.links))

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that can be typed."""
        return tuple((self.through + 1).until(self.through + 1 + TYPED_MONTHS))


def facts(company: Company, book: Book, *, expense_id: int, today: date, side: Side = EXPENSES) -> Facts | None:
    """Return what the form must know; None if there is no such expense, or stream, in the company's book."""
    the_plan = stream_plan(company, book) if side.income else shown_plan(company, book)
    member = next((it for it in the_plan.members if it.id == expense_id), None) if expense_id else None
    if expense_id and member is None:
        return None
    through = admitted_through(company) or Month.of(today) - 1
    cells = PlanCell.objects.filter(company=company, expense=expense_id, month__gt=through.key)
    found = holdings(the_plan, book) if member else None
    accounts = chart(book, book.published)
    drawn = found.accounts.get(member, frozenset()) if found and member else frozenset()
    return Facts(
        company=company,
        book=book,
        through=through,
        member=member,
        options=options_of(company, expense_id),
        typed={Month.from_key(key): amount for key, amount in cells.values_list("month", "amount")},
        actuals={
            month: natural(amount, side.income)
            for month, amount in (found.months.get(member, {}) if found and member else {}).items()
        },
        departments=tuple(departments.by_category(company, hidden=False)),
        streams=tuple(
            it
            for it in side_plan(company, book, income=True).members
            if it.id and (it.account is None or it.account.active)
        ),
        terms=tuple(terms(company)),
        side=side,
        links=_links(company, book, member),
        drawn_from=tuple(it.label for it in accounts.values() if it.id in drawn),
    )


def _links(company: Company, book: Book, member: Member | None) -> tuple[LinkFact, ...]:
    if member is None or not member.linked:
        return ()
    words = Words(book)
    return tuple(
        LinkFact(link.pk, words.sentence(from_json(link.rule), income=member.income))
        for link in links_of(company, member.id)
    )
