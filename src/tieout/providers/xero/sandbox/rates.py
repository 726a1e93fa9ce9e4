"""The rates that the platform revalues by: foreign units for one unit of base currency, from a day on."""

from __future__ import annotations

from bisect import bisect_right, insort
from datetime import date
from decimal import Decimal

from tieout.providers.xero.sandbox.values import BadDocument


class Rates:
    """A table of rates. A currency without a rate is not revalued."""

    def __init__(self) -> None:
        self._rates: dict[str, list[tuple[date, Decimal]]] = {}

    def set(self, currency: str, day: date, rate: Decimal) -> None:
        """Set a rate from a day on, in place of one of the same day."""
        if rate <= 0:
            raise BadDocument(f"{rate} is no rate of exchange")
        known = [(at, other) for at, other in self._rates.get(currency, ()) if at != day]
        insort(known, (day, rate))
        self._rates[currency] = known

    def at(self, currency: str, day: date) -> Decimal | None:
        """Return the rate that holds on a day; None before the first."""
        known = self._rates.get(currency, ())
        place = bisect_right([at for at, _ in known], day)
        return known[place - 1][1] if place else None
