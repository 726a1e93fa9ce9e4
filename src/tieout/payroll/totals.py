"""Total payroll from its source of truth, and what a reconciliation starts from. Minor units, a cost is positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core import pay
from tieout.core.month import Month
from tieout.expenses.amounts import held
from tieout.expenses.sections import shown_plan
from tieout.ledger.models import Book
from tieout.payroll.models import PayLine, TypedPay
from tieout.payroll.reconciling import Facts, PaidLine, PersonPay, Source, individual_actuals, total_months
from tieout.payroll.staff import with_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalPayroll:
    """The total payroll of the months that were asked for, 0 where a month has none, and where it comes from."""

    source: Source
    amounts: Mapping[Month, int]


def total_payroll(company: Company, book: Book | None, months: Sequence[Month]) -> TotalPayroll:
    """Return the total: the accounts marked as payroll if any are, else the pay runs', else Σ people on the list.

    ``book`` is None for a company without books.
    """
    facts = facts_of(company, book, months)
    found = total_months(facts, individual_actuals(facts))
    return TotalPayroll(source=facts.source, amounts={month: found.get(month, 0) for month in months})


def facts_of(company: Company, book: Book | None, months: Sequence[Month]) -> Facts:
    """Return all that the reconciliation of these months starts from. A handful of queries, whatever is asked."""
    typed: defaultdict[int, dict[Month, int]] = defaultdict(dict)
    rows = TypedPay.objects.filter(company=company).values_list("employee_id", "month", "amount")
    for employee, month, amount in rows:
        typed[employee][Month.from_key(month)] = amount
    lines = paid_lines(company)
    needed = {*months, *(month for line in lines for month in (line.paid, line.earned))}
    people = [
        PersonPay(
            person=one.pk,
            typed=typed.get(one.pk, {}),
            by_terms={
                month: pay.cost(terms, month).total for month in needed if pay.paid_in(month, one.start, one.end)
            },
        )
        for one, terms in with_terms(company)
    ]
    return Facts(books=marked(company, book) if book else None, lines=lines, people=people)


def marked(company: Company, book: Book) -> Mapping[Month, int] | None:
    """Return what the accounts marked as payroll hold by month, or None where none is marked.

    A closed month holds what it was closed with.
    """
    the_plan = shown_plan(company, book)
    if not any(member.payroll for member in the_plan.members):
        return None
    sums: defaultdict[Month, int] = defaultdict(int)
    for member, months in held(the_plan, book).items():
        if member.payroll:
            for month, amount in months.items():
                sums[month] += amount
    return dict(sums)


def paid_lines(company: Company) -> list[PaidLine]:
    """Return the lines of all pay runs. One query."""
    rows = PayLine.objects.filter(run__company=company).values_list(
        "run__check_date", "run__period_end", "employee_id", "ref", "name", "gross", "employer_taxes", "benefits"
    )
    return [
        PaidLine(
            paid=Month.of(check),
            earned=Month.of(end),
            cost=gross + taxes + benefits,
            person=employee,
            nobody=not (ref or name),
        )
        for check, end, employee, ref, name, gross, taxes, benefits in rows.iterator()
    ]
