"""How an expense is forecast, in the few words that a row, an audit log or a sentence has room for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.queries import stream_names
from tieout.ledger.models import Book
from tieout.planning.formula_bar import show_formula
from tieout.planning.models import RATE, Driver, Every, Frequency, Growth, Options, Paid, PaymentTerm
from tieout.ui.figures import exact, short_month, whole

_A_PERIOD = {
    Frequency.ONE_TIME: "once",
    Frequency.MONTHLY: "a month",
    Frequency.QUARTERLY: "a quarter",
    Frequency.SEMIANNUAL: "every six months",
    Frequency.ANNUAL: "a year",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the ids in options are called. Three queries, whatever the number of expenses."""

    digits: int
    departments: Mapping[int, str]
    streams: Mapping[int, str]
    terms: Mapping[int, str]
    formula: Callable[[str], str]  # a kept formula with the names of today

    @classmethod
    def of(cls, company: Company, book: Book) -> Names:
        """Return the names of today."""
        return cls(
            digits=book.digits,
            departments={each.pk: each.name for each in departments.departments(company)},
            streams=stream_names(company, book),
            terms=dict(PaymentTerm.objects.filter(company=company).values_list("pk", "name")),
            formula=partial(show_formula, company, book),
        )


def _stream(options: Options, names: Names) -> str:
    if not options.stream_id:
        return "revenue"
    return names.streams.get(options.stream_id, "a removed stream")


def driver_words(options: Options, names: Names) -> str:
    """Return what the amount comes from: "1,200 a year", "5 % of revenue"; "" where there is no forecast."""
    frequency = Frequency(options.frequency)
    a_period = "" if frequency is Frequency.MONTHLY else f", {_A_PERIOD[frequency]}"
    match Driver(options.driver):
        case Driver.AMOUNT:
            words = f"{amount_words(options.amount, names.digits)} {_A_PERIOD[frequency]}"
        case Driver.PER_EMPLOYEE:
            inside = names.departments.get(options.department_id or 0, "")
            words = f"{amount_words(options.amount, names.digits)} {_A_PERIOD[frequency]} per "
            words += "person" if options.contractors else "employee"
            words += f" in {inside}" if inside else ""
        case Driver.PERCENT_OF_REVENUE:
            words = f"{rate_words(options.rate)} of {_stream(options, names)}{a_period}"
        case Driver.FORMULA:
            words = f"formula{a_period}"
        case Driver.LAST_YEAR:
            sign = "+" if options.rate > 0 else "−"
            words = f"last year {sign}{rate_words(abs(options.rate))}" if options.rate else "same as last year"
        case Driver.AVERAGE:
            words = f"average of {options.averaged} months" if options.averaged > 1 else "as last month"
        case Driver.TYPED:
            return "typed"
        case Driver.NONE:
            return ""
    grows = growth_words(options, names.digits)
    return f"{words}, {grows}" if grows else words


def driver_name(options: Options, names: Names) -> str:
    """Return what the amount comes from without the amount itself, which stands beside it: "Amount, +3 % a year"."""
    inside = names.departments.get(options.department_id or 0, "")
    match Driver(options.driver):
        case Driver.AMOUNT:
            words = "Amount"
        case Driver.PER_EMPLOYEE:
            words = f"Per {'person' if options.contractors else 'employee'}{f' in {inside}' if inside else ''}"
        case Driver.PERCENT_OF_REVENUE:
            words = f"{rate_words(options.rate)} of {_stream(options, names)}"
        case Driver.FORMULA:
            words = "Formula"
        case _:
            words = driver_words(options, names)
            return words[:1].upper() + words[1:]
    grows = growth_words(options, names.digits)
    return f"{words}, {grows}" if grows else words


def growth_words(options: Options, digits: int) -> str:
    """Return how it grows: "+3 % a year", "" for no growth."""
    every = f"a {Every(options.growth_every).label}"
    match Growth(options.growth):
        case Growth.NONE:
            return ""
        case Growth.PERCENT:
            by, told = options.growth_rate, rate_words(abs(options.growth_rate))
        case Growth.AMOUNT:
            by, told = options.growth_amount, amount_words(abs(options.growth_amount), digits)
    return f"{'−' if by < 0 else '+'}{told} {every}"


def dates_words(options: Options) -> str:
    """Return the months between which it counts: "Jan 26 – Dec 26", "from Jan 26", "until Dec 26" or ""."""
    start = short_month(Month.from_key(options.start)) if options.start else ""
    end = short_month(Month.from_key(options.end)) if options.end else ""
    if Frequency(options.frequency) is Frequency.ONE_TIME or (start and start == end):
        return start
    if start and end:
        return f"{start} – {end}"
    return f"from {start}" if start else f"until {end}" if end else ""


def paid_words(options: Options, names: Names) -> str:
    """Return when the cash leaves: the term's name."""
    if options.paid == Paid.CUSTOM:
        return names.terms.get(options.term_id or 0, "")
    return Paid(options.paid).label


def as_words(options: Options | None, names: Names) -> dict[str, str]:
    """Return all of it, a word a field, for the audit log. No options: nothing at all."""
    if options is None:
        return {}
    told = {
        "forecast": driver_words(options, names) or "none",
        "frequency": Frequency(options.frequency).label,
        "months": dates_words(options),
        "formula": names.formula(options.formula),
        "paid": paid_words(options, names),
    }
    return {name: words for name, words in told.items() if words}


def rate_words(rate: int) -> str:
    """Return a rate as people write it: ``rate_words(25_000) == "2.5 %"``."""
    return f"{(Decimal(rate) / RATE).normalize():f} %"


def amount_words(amount: int, digits: int) -> str:
    """Return an amount without decimals where it has none: "1,200", "1,200.50", "0"."""
    if not amount:
        return "0"
    return exact(amount, digits) if amount % 10**digits else whole(amount, digits)
