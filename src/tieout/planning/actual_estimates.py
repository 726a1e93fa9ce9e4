"""What lines without an actual are estimated at: what was forecast of them before their fiscal year began."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.sections import Member
from tieout.ledger.models import Book
from tieout.planning.forecast import forecast
from tieout.planning.models import ActualsOptions, Options, PlanCell

_YEAR = 12


def estimating(company: Company) -> bool:
    """Return whether the company wants lines without an actual estimated; else they are zero."""
    row = ActualsOptions.objects.filter(company=company).first()
    return row is None or row.estimates


def estimates(
    company: Company, book: Book, members: Collection[Member], months: Sequence[Month]
) -> Mapping[int, Mapping[Month, int]]:
    """Return estimates by the id of an expense or a stream. One forecast for each fiscal year of the months.

    A month has one estimate, whatever range a page shows: the actuals of its own fiscal year take no part in it.
    """
    wanted = _planned(company, {member.id for member in members if member.id})
    if not wanted or not months or not estimating(company):
        return {}
    result: defaultdict[int, dict[Month, int]] = defaultdict(dict)
    for start in sorted({month.fiscal_year_start(book.fiscal_year_first_month) for month in months}):
        told = forecast(company, book, through=start - 1, last=min(start + (_YEAR - 1), max(months)))
        for expense in wanted & told.amounts.keys():
            for month, amount in told.amounts[expense].items():
                if month in months and month >= start:
                    result[expense][month] = amount
    return result


def _planned(company: Company, wanted: Collection[int]) -> set[int]:
    """Return which of these anybody has planned at all."""
    if not wanted:
        return set()
    options = Options.objects.filter(company=company, expense__in=wanted).values_list("expense_id", flat=True)
    typed = PlanCell.objects.filter(company=company, expense__in=wanted).values_list("expense_id", flat=True)
    return {*options, *typed}
