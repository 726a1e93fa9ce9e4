"""What the posting rules stand on: the chart of accounts, the base currency, and how Xero rounds.

Amounts are integers in minor units of the base currency, debit positive. A rate is units of the foreign currency for
one unit of the base. Xero divides by it and rounds each line to the cent, half away from zero: its page on rounding
and its staff do so for tax, and 365 of 365 control lines of a real organisation agree (no half cent among them).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from tieout.core.money import currency_digits
from tieout.core.records import LineRecord
from tieout.providers.xero.documents_wire import Tracking
from tieout.providers.xero.faults import Unknown

_PRECISION = 60  # digits: a quotient is rounded once, to the cent, and not before that by the division


@dataclass(frozen=True, slots=True)
class Chart:
    """The accounts, as far as posting asks: ids by code and by system account, and what is kept in other currencies."""

    base: str
    digits: int
    ids: frozenset[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)  # "DEBTORS" to the account's id
    currencies: Mapping[str, str] = field(default_factory=dict)  # of accounts in another currency than the base

    def account(self, external_id: str | None, code: str | None, where: str) -> str:
        """Return the id of an account that a document names. Raise Unknown unless the chart has it."""
        found = external_id if external_id in self.ids else self.codes.get(code or "") if not external_id else None
        if found is None:
            raise Unknown(f"the account {code or external_id or 'without a code'} is not in the chart", where)
        return found

    def system(self, name: str, where: str) -> str:
        """Return the id of a system account, which is known by its part in the books and never by its code."""
        try:
            return self.systems[name]
        except KeyError as error:
            raise Unknown(f"the chart has no {name} account", where) from error

    def currency_of(self, account: str) -> str:
        """Return what an account is kept in."""
        return self.currencies.get(account, self.base)

    def foreign(self, currency: str) -> bool:
        """Whether an amount in this currency needs a rate."""
        return currency not in ("", self.base)

    def minor(self, amount: Decimal, rate: Decimal | None = None) -> int:
        """Return an amount in minor units of the base currency, by the rate where it is foreign."""
        return _rounded(amount, self.digits, rate or Decimal(1))


def _rounded(amount: Decimal, digits: int, rate: Decimal) -> int:
    with localcontext() as context:
        context.prec = _PRECISION
        return int((amount.scaleb(digits) / rate).to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Money:
    """A currency and its rate, in which a document stands. Of the base currency: no currency, no rate."""

    chart: Chart
    currency: str = ""
    rate: Decimal | None = None

    def line(
        self,
        account: str,
        amount: Decimal,
        *,
        item: str | None = None,
        dimensions: tuple[tuple[str, str], ...] = (),
        memo: str = "",
    ) -> LineRecord:
        """Return a line of an amount in this currency, debit positive."""
        own = _rounded(amount, currency_digits(self.currency), Decimal(1)) if self.currency else 0
        return LineRecord(
            account=account,
            amount=self.chart.minor(amount, self.rate),
            item=item,
            dimensions=dimensions,
            memo=memo,
            currency=self.currency,
            currency_amount=own,
        )


def money_of(chart: Chart, currency: str, rate: Decimal | None) -> Money | None:
    """Return what a document stands in; None where it is foreign and has no rate, so that nothing can be posted."""
    if not chart.foreign(currency):
        return Money(chart)
    return Money(chart, currency, rate) if rate else None


def dimensions_of(tracking: Iterable[Tracking] | None) -> tuple[tuple[str, str], ...]:
    """Return the options on a line, one for each category, sorted."""
    found = {one.category: one.option for one in tracking or () if one.category and one.option}
    return tuple(sorted(found.items()))
