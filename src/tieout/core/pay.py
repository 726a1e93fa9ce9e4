"""What a person costs in a month, and who counts at a month's end: exact, from the terms of their work.

Money is minor units. Rates are ten-thousandths of a percent: 5 % is 50_000. Hours are hundredths of an hour a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tieout.core.month import Month
from tieout.core.spreading import round_half_away

WHOLE = 1_000_000  # a hundred percent
_YEAR = 12


class Basis(StrEnum):
    """What an amount of pay is for."""

    ANNUAL = "annual"
    MONTHLY = "monthly"
    HOURLY = "hourly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """Other pay from a month on: a new amount in the basis of the terms, or a change by a rate."""

    month: Month
    amount: int | None = None
    rate: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Pay on top: a rate of the annual pay, or an amount. The default is none."""

    rate: int = 0
    amount: int = 0

    def of(self, annual: int) -> int:
        """Return the extra that goes with an annual pay."""
        return self.amount or share(annual, self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person's work is paid. Benefits and taxes are a rate of the month's pay, without bonus and commission.

    ``bonus`` is an amount a year and falls due whole in the month ``bonus_month``, for who is paid in that month.
    ``commission`` is an amount a month; as a rate it is of the annual pay and spread over the year.
    """

    basis: Basis
    amount: int
    hours: int = 0  # a month, in hundredths; for an hourly rate
    benefits: int = 0
    bonus: Extra = field(default_factory=Extra)
    bonus_month: int = 12
    commission: Extra = field(default_factory=Extra)
    raises: tuple[Raise, ...] = ()  # in the order of their months


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a person costs in a month, by what it is for."""

    pay: int = 0
    benefits: int = 0
    bonus: int = 0
    commission: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.pay + self.benefits + self.bonus + self.commission


def share(amount: int, rate: int) -> int:
    """Return a rate of an amount, rounded half away from zero: ``share(250, 500_000) == 125``."""
    return round_half_away(amount * rate, WHOLE)


def twelfth(annual: int, month: Month) -> int:
    """Return a month's part of an annual amount. December has the remainder, so that twelve sum to the amount."""
    part = abs(annual) // _YEAR
    size = abs(annual) - part * (_YEAR - 1) if month.number == _YEAR else part
    return size if annual >= 0 else -size


def in_force(terms: Terms, month: Month) -> int:
    """Return the amount, in the basis of the terms, after the raises up to a month."""
    amount = terms.amount
    for one in terms.raises:
        if one.month > month:
            break
        amount = amount + share(amount, one.rate) if one.amount is None else one.amount
    return amount


def annual_pay(terms: Terms, month: Month) -> int:
    """Return the pay of a year at what is in force in a month, without extras."""
    amount = in_force(terms, month)
    match terms.basis:
        case Basis.ANNUAL:
            return amount
        case Basis.MONTHLY:
            return amount * _YEAR
        case Basis.HOURLY:
            return _of_hours(amount, terms.hours) * _YEAR


def cost(terms: Terms, month: Month) -> Cost:
    """Return what a person costs in a month in which they work."""
    annual = annual_pay(terms, month)
    pay = twelfth(annual, month) if terms.basis is Basis.ANNUAL else annual // _YEAR
    commission = terms.commission.amount or twelfth(share(annual, terms.commission.rate), month)
    return Cost(
        pay=pay,
        benefits=share(pay, terms.benefits),
        bonus=terms.bonus.of(annual) if month.number == terms.bonus_month else 0,
        commission=commission,
    )


def paid_in(month: Month, start: date, end: date | None) -> bool:
    """Return whether somebody is paid in a month: whole from the month of the start to that of the end, both included.

    Nothing is prorated inside a month.
    """
    return Month.of(start) <= month and (end is None or Month.of(end) >= month)


def counts_at_end(month: Month, start: date, end: date | None) -> bool:
    """Return whether somebody is there at the end of a month: started by its last day, and still there after it.

    An end date is the last day of work: who ends on or before the month's last day no longer counts at its end.
    """
    return start < month.end and (end is None or end >= month.end)


def raises(given: Iterable[tuple[int, int | None, int]]) -> tuple[Raise, ...]:
    """Return raises in order out of (month key, new amount or None, rate)."""
    return tuple(Raise(month=Month.from_key(key), amount=amount, rate=rate) for key, amount, rate in sorted(given))


def _of_hours(rate: int, hours: int) -> int:
    return share(rate, hours * (WHOLE // 100))
