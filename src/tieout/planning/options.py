"""How an expense is forecast: what people may ask for, checked, written with its audit row. Amounts are minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.drivers import FULL_RATE
from tieout.core.month import Month
from tieout.core.typed import LARGEST
from tieout.departments import queries as departments
from tieout.expenses.sections import Member
from tieout.expenses.streams import both_plans, side_plan
from tieout.ledger.models import Book
from tieout.planning.formula_bar import check, show_formula
from tieout.planning.models import Driver, Every, Frequency, Growth, Options, Paid, PaymentTerm
from tieout.planning.names import key_of
from tieout.planning.options_words import Names, as_words
from tieout.ui.figures import short_month

LONGEST_AVERAGE = 36  # months
HIGHEST_RATE = 10 * FULL_RATE  # 1,000 %

_GROWTH = ("growth", "growth_rate", "growth_amount", "growth_every")
_PERIODS = ("frequency", "start", "end", *_GROWTH)
_ALWAYS = ("driver", "paid", "term")
ASKS: Mapping[Driver, tuple[str, ...]] = {
    Driver.NONE: (),
    Driver.AMOUNT: ("amount", *_PERIODS),
    Driver.PER_EMPLOYEE: ("amount", "department", "contractors", *_PERIODS),
    Driver.PERCENT_OF_REVENUE: ("rate", "stream", *_PERIODS),
    Driver.FORMULA: ("formula", *_PERIODS),
    Driver.LAST_YEAR: ("rate", "start", "end"),
    Driver.AVERAGE: ("averaged", "start", "end", *_GROWTH),
    Driver.TYPED: (),
}
"""What each driver asks for besides the payment term."""

OF_COSTS = (Driver.PER_EMPLOYEE, Driver.PERCENT_OF_REVENUE)
"""Drivers that make no sense for a stream: revenue is no share of itself."""

_TOO_LARGE = "The amount is larger than any that is kept here. Check the number."


class OptionsRefused(ValueError):
    """Nothing was written; ``errors`` says why, a sentence a field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = MappingProxyType(dict(errors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants: the fields of Options. None where a figure is missing; ids where a thing is named."""

    driver: Driver = Driver.NONE
    frequency: Frequency = Frequency.MONTHLY
    start: Month | None = None
    end: Month | None = None
    amount: int | None = None
    rate: int | None = None
    department: int | None = None
    contractors: bool = False
    stream: int | None = None
    formula: str = ""  # in stored form
    averaged: int | None = 3
    growth: Growth = Growth.NONE
    growth_rate: int | None = None
    growth_amount: int | None = None
    growth_every: Every = Every.YEAR
    paid: Paid = Paid.IMMEDIATELY
    term: int | None = None

    @classmethod
    def of(cls, options: Options) -> Wanted:
        """Return what an expense's options say."""
        return cls(
            driver=Driver(options.driver),
            frequency=Frequency(options.frequency),
            start=Month.from_key(options.start) if options.start else None,
            end=Month.from_key(options.end) if options.end else None,
            amount=options.amount,
            rate=options.rate,
            department=options.department_id,
            contractors=options.contractors,
            stream=options.stream_id,
            formula=options.formula,
            averaged=options.averaged,
            growth=Growth(options.growth),
            growth_rate=options.growth_rate,
            growth_amount=options.growth_amount,
            growth_every=Every(options.growth_every),
            paid=Paid(options.paid),
            term=options.term_id,
        )

    def relevant(self) -> Wanted:
        """Return this without what its driver does not ask for, so that nothing hidden takes effect."""
        kept = {name: getattr(self, name) for name in (*_ALWAYS, *ASKS[self.driver])}
        once = kept.get("frequency") is Frequency.ONE_TIME
        if once:
            kept |= {"growth": Growth.NONE, "end": None}
        growth = kept.get("growth", Growth.NONE)
        unused = {
            "growth_rate": growth is not Growth.PERCENT,
            "growth_amount": growth is not Growth.AMOUNT,
            "growth_every": growth is Growth.NONE,
            "term": self.paid is not Paid.CUSTOM,
        }
        return Wanted(**{name: value for name, value in kept.items() if not unused.get(name)})


def options_of(company: Company, expense_id: int) -> Options:
    """Return an expense's options, or what counts where it has none: an unsaved row."""
    found = Options.objects.filter(company=company, expense=expense_id).first()
    return found or Options(company=company, expense_id=expense_id)


def all_options(company: Company) -> dict[int, Options]:
    """Return the options of all expenses of a company by expense id. One query."""
    return {row.expense_id: row for row in Options.objects.filter(company=company)}


def save_options(
    *, company: Company, person: User, book: Book, expense_id: int, wanted: Wanted, through: Month
) -> bool:
    """Give an expense its options; return whether that changed anything. Only differences are written and audited.

    ``through`` is the last admitted month: what needs a start and has none starts after it. Raise OptionsRefused, and
    write nothing, if anything is missing, contradicts itself or is not this company's.
    """
    return bool(save_all(company=company, person=person, book=book, wanted={expense_id: wanted}, through=through))


@transaction.atomic
def save_all(*, company: Company, person: User, book: Book, wanted: Mapping[int, Wanted], through: Month) -> list[int]:
    """Give several expenses their options, all or none; return those that changed. The rest is as in save_options."""
    members = {it.id: it for plan in both_plans(company, book) for it in plan.members if it.id}
    if not wanted.keys() <= members.keys():
        raise OptionsRefused({"": "This row is not there any more. Go back and reload the page."})
    asked = {
        expense: checked(
            company, book, it, through=through, own=key_of(members[expense]), income=members[expense].income
        )
        for expense, it in wanted.items()
    }
    rows = Options.objects.select_for_update().filter(company=company, expense__in=asked).order_by("pk")
    saved = {row.expense_id: row for row in rows}
    names = Names.of(company, book)
    changed: list[int] = []
    for expense, it in asked.items():
        row, made = saved.get(expense), as_options(company, expense, it)
        if (Wanted.of(row).relevant() if row else Wanted()) != Wanted.of(made).relevant():
            made.pk = row.pk if row else None
            made.save()
            _record(company, person, members[expense], made, as_words(row, names), as_words(made, names))
            changed.append(expense)
    return changed


def _record(
    company: Company, person: User, member: Member, made: Options, old: Mapping[str, str], new: Mapping[str, str]
) -> None:
    kept = {name for name in old.keys() | new.keys() if old.get(name) == new.get(name)}
    what = "stream" if member.income else "expense"
    about: dict[str, audit.Value] = {what: member.label}
    before = about | {name: value for name, value in old.items() if name not in kept}
    after = about | {name: value for name, value in new.items() if name not in kept}
    done = "planned a revenue stream" if member.income else "planned an expense"
    audit.record(company, person, done, made, before=before, after=after)


def checked(
    company: Company, book: Book, wanted: Wanted, *, through: Month, own: str = "", income: bool = False
) -> Wanted:
    """Return what is wanted without what its driver does not ask for, complete. Raise OptionsRefused.

    ``own`` is the key in formulas: one that goes round in a circle through it can never be computed. ``income``: of a
    stream, which no driver of costs makes sense for.
    """
    asked = wanted.relevant()
    errors = {**_months(asked, through), **_figures(asked), **_foreign(company, book, asked)}
    if income and asked.driver in OF_COSTS:
        errors["driver"] = f"“{asked.driver.label}” is for expenses. Choose another, such as a formula."
    if asked.driver is Driver.FORMULA and (told := _formula(company, book, asked.formula, through, own)):
        errors["formula"] = told
    if errors:
        raise OptionsRefused(errors)
    needs_start = asked.frequency is not Frequency.MONTHLY or asked.growth is not Growth.NONE
    return replace(asked, start=through + 1) if needs_start and asked.start is None else asked


def as_options(company: Company, expense_id: int, wanted: Wanted) -> Options:
    """Return what is wanted as an unsaved row; a figure that is not asked for is zero."""
    return Options(
        company=company,
        expense_id=expense_id,
        start=wanted.start.key if wanted.start else None,
        end=wanted.end.key if wanted.end else None,
        department_id=wanted.department,
        stream_id=wanted.stream,
        term_id=wanted.term,
        averaged=wanted.averaged or 3,
        **{name: getattr(wanted, name) or 0 for name in ("amount", "rate", "growth_rate", "growth_amount")},
        **{name: getattr(wanted, name) for name in _SAME},
    )


_SAME = ("driver", "frequency", "contractors", "formula", "growth", "growth_every", "paid")
assert {field.name for field in fields(Wanted)} >= set(_SAME)


def _formula(company: Company, book: Book, stored: str, through: Month, own: str) -> str:
    """Say why a formula can never be computed. One that fails in some months is kept: its row says so."""
    if not stored:
        return "The formula is empty. Write one, such as Revenue.Total * 0.05, or choose another driver."
    outcome = check(company, book, show_formula(company, book, stored), through=through, first=through + 1, own=own)
    return outcome.sentence if outcome.circle else ""


def _months(wanted: Wanted, through: Month) -> dict[str, str]:
    if wanted.frequency is Frequency.ONE_TIME and wanted.start is None:
        return {"start": "A one-time expense needs its month. Choose the month in which it falls."}
    if wanted.frequency is Frequency.ONE_TIME and wanted.start and wanted.start <= through:
        start, next_one = short_month(wanted.start), short_month(through + 1)
        return {"start": f"{start} is in the books already: what is posted counts. Choose {next_one} or a later month."}
    if wanted.start and wanted.end and wanted.end < wanted.start:
        start, end = short_month(wanted.start), short_month(wanted.end)
        return {"end": f"It ends in {end}, before it starts in {start}. Choose a later end, or leave it empty."}
    return {}


def _figures(wanted: Wanted) -> dict[str, str]:
    asks = ASKS[wanted.driver]
    errors: dict[str, str] = {}
    if "amount" in asks and wanted.amount is None:
        errors["amount"] = "The amount is missing. Write it as 1,234.50."
    elif abs(wanted.amount or 0) > LARGEST:
        errors["amount"] = _TOO_LARGE
    if wanted.driver is Driver.PERCENT_OF_REVENUE and wanted.rate is None:
        errors["rate"] = "The percentage is missing. Write it as 5 or 2.5."
    elif abs(wanted.rate or 0) > HIGHEST_RATE:
        errors["rate"] = "The percentage is beyond 1,000 %. Check the number."
    if "averaged" in asks and not 1 <= (wanted.averaged or 0) <= LONGEST_AVERAGE:
        errors["averaged"] = f"An average is over 1 to {LONGEST_AVERAGE} months. Write a whole number in between."
    return errors | _growth(wanted)


def _growth(wanted: Wanted) -> dict[str, str]:
    if wanted.growth is Growth.PERCENT:
        if wanted.growth_rate is None:
            return {"growth_rate": "The growth is missing. Write a percentage such as 3, or choose no growth."}
        if not -FULL_RATE <= wanted.growth_rate <= HIGHEST_RATE:
            return {"growth_rate": "Growth is between −100 % and 1,000 % a step. Check the number."}
    if wanted.growth is Growth.AMOUNT:
        if wanted.growth_amount is None:
            return {"growth_amount": "The growth is missing. Write an amount such as 50, or choose no growth."}
        if abs(wanted.growth_amount) > LARGEST:
            return {"growth_amount": _TOO_LARGE}
    return {}


def _foreign(company: Company, book: Book, wanted: Wanted) -> dict[str, str]:
    """Say which of the things that are named are not this company's."""
    errors: dict[str, str] = {}
    if wanted.department is not None and departments.department(company, wanted.department) is None:
        errors["heads"] = "This department is not there any more. Choose another, or the whole company."
    if wanted.stream is not None:
        streams = side_plan(company, book, income=True).members
        if not any(it.id == wanted.stream for it in streams):
            errors["stream"] = "This stream is not there any more. Choose another, or all revenue."
    if wanted.paid is Paid.CUSTOM:
        own = PaymentTerm.objects.filter(company=company, pk=wanted.term) if wanted.term else None
        if own is None or not own.exists():
            errors["paid"] = "This payment term is not there any more. Choose another."
    return errors
