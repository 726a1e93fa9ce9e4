"""Burn and runway of a company: what its dashboard and cash page tell beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.core.runway import AVERAGED, Burn, BurnMonth, Runway, first_below_zero
from tieout.ledger.closing import shown_movements
from tieout.ledger.models import Book
from tieout.planning.cash import CashFlows, cash_flows
from tieout.planning.forecast import Forecast


def burn(company: Company, book: Book, *, through: Month, months: int = AVERAGED) -> Burn:
    """Return the burn of the last ``months`` actual months up to ``through``, fewer where history is shorter.

    Cash as the books have it; profit and loss as planning pages show it: a closed month as it was closed. Minor units.
    """
    first = max(through - (months - 1), Month.of(book.start))
    if first > through:
        return Burn()
    return burn_of(book, cash_flows(company, book, first=first, last=through, after=through))


def burn_of(book: Book, found: CashFlows, months: Collection[Month] | None = None) -> Burn:
    """Return the burn of the actual months of cash flows, or of some of them."""
    wanted = [it for it in found.months if it <= found.after and (months is None or it in months)]
    losses = _losses(book, wanted)
    return Burn(
        tuple(
            BurnMonth(
                month=month,
                net=-(
                    found.total(Flow.COLLECTIONS, month)
                    + found.total(Flow.PAYMENTS, month)
                    + found.unexplained.get(month, 0)
                ),
                gross=-found.total(Flow.PAYMENTS, month),
                loss=losses.get(month, 0),
            )
            for month in wanted
        )
    )


def runway(
    company: Company,
    book: Book,
    *,
    through: Month,
    forecast: Forecast | None = None,
    last: Month | None = None,
    months: int = AVERAGED,
) -> Runway:
    """Return how long cash lasts from the end of ``through``, the last actual month. Minor units.

    By the average net burn of the last actual months, and by a ``forecast`` of the months up to ``last``, where one is
    given.
    """
    first = min(max(through - (months - 1), Month.of(book.start)), through)
    end = max(last or through, through) if forecast else through
    found = cash_flows(company, book, first=first, last=end, after=through, forecast=forecast)
    return runway_of(book, found, months=months)


def runway_of(book: Book, found: CashFlows, *, months: int = AVERAGED) -> Runway:
    """Return the runway that cash flows come to; these must hold the last actual month."""
    averaged = {it for it in found.months if found.after - months < it <= found.after and it >= Month.of(book.start)}
    planned = any(not row.account for row in found.rows)
    ahead = [(month, found.ends[month]) for month in found.months if month > found.after] if planned else []
    return Runway(
        cash=found.ends.get(found.after, 0),
        after=found.after,
        burn=burn_of(book, found, averaged),
        runs_out=first_below_zero(ahead),
        looked=ahead[-1][0] if ahead else None,
    )


def _losses(book: Book, months: Collection[Month]) -> dict[Month, int]:
    """Return each month's expense less its income, as planning pages show it."""
    wanted = {month.key: month for month in months}
    result: defaultdict[Month, int] = defaultdict(int)
    for _, _, key, amount, type_ in shown_movements(book, book.published):
        if key in wanted and type_ in (AccountType.INCOME, AccountType.EXPENSE):
            result[wanted[key]] += amount
    return dict(result)
