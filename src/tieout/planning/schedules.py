"""An expense's options as the plan that `core.drivers` schedules."""

from __future__ import annotations

from collections.abc import Mapping

from tieout.companies.models import Company
from tieout.core import drivers
from tieout.core.month import Month
from tieout.planning.models import Every, Frequency, Growth, Options, Paid, PaymentTerm

PERIOD = {
    Frequency.ONE_TIME: 1,
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.SEMIANNUAL: 6,
    Frequency.ANNUAL: 12,
}
_STEP = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


def shares(company: Company) -> dict[int, tuple[int, ...]]:
    """Return the shares of the company's payment terms by id. One query."""
    return {pk: tuple(cut) for pk, cut in PaymentTerm.objects.filter(company=company).values_list("pk", "shares")}


def plan_of(options: Options, terms: Mapping[int, tuple[int, ...]], *, through: Month) -> drivers.Plan:
    """Return when the amount falls due, grows and is paid; without a start, from the month after ``through`` on."""
    frequency = Frequency(options.frequency)
    return drivers.Plan(
        start=Month.from_key(options.start) if options.start else through + 1,
        end=Month.from_key(options.end) if options.end else None,
        period=PERIOD[frequency],
        once=frequency is Frequency.ONE_TIME,
        growth=_growth(options),
        shares=_shares(options, terms),
    )


def _growth(options: Options) -> drivers.Growth | None:
    every = _STEP[Every(options.growth_every)]
    match Growth(options.growth):
        case Growth.NONE:
            return None
        case Growth.PERCENT:
            return drivers.Growth(every=every, rate=options.growth_rate)
        case Growth.AMOUNT:
            return drivers.Growth(every=every, amount=options.growth_amount)


def _shares(options: Options, terms: Mapping[int, tuple[int, ...]]) -> tuple[int, ...] | None:
    match Paid(options.paid):
        case Paid.NON_CASH:
            return None
        case Paid.CUSTOM:
            return terms.get(options.term_id or 0, drivers.IMMEDIATELY)
        case Paid.IMMEDIATELY:
            return drivers.IMMEDIATELY
