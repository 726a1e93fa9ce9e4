"""Burn and runway. Pure: minor units, a burn is positive where money goes out, months are counted in tenths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.core.spreading import round_half_away

AVERAGED = 3  # months that the average burn is made of
TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnMonth:
    """One month. Each is positive where more goes out than comes in.

    ``net``: cash that left, less what was collected: without what was raised or moved to accounts left out of cash.
    ``gross``: payments alone. ``loss``: the month's expense less its income, by the profit and loss.
    """

    month: Month
    net: int
    gross: int
    loss: int


@dataclass(frozen=True, slots=True)
class Burn:
    """The average of some actual months, oldest first; of none, nothing is known."""

    months: tuple[BurnMonth, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is an actual month to tell it from."""
        return bool(self.months)

    @property
    def net(self) -> int:
        """What left a month on average after what was collected; negative where cash grew."""
        return _average([it.net for it in self.months])

    @property
    def gross(self) -> int:
        """What was paid a month on average."""
        return _average([it.gross for it in self.months])

    @property
    def loss(self) -> int:
        """The average loss by the profit and loss; negative for a profit."""
        return _average([it.loss for it in self.months])


@dataclass(frozen=True, slots=True, kw_only=True)
class Runway:
    """How long cash lasts, counted from the end of the month ``after``, the last actual one.

    ``tenths`` of a month by the average net burn, rounded down; None where cash does not shrink. ``runs_out`` is the
    first forecast month that ends below zero, None where there is none up to ``looked``; ``looked`` is None where
    nothing is forecast.
    """

    cash: int
    after: Month
    burn: Burn
    runs_out: Month | None = None
    looked: Month | None = None

    @property
    def tenths(self) -> int | None:
        if not self.burn.known or self.burn.net <= 0:
            return None
        # The sum of the months, not their rounded average: no cent is invented.
        burnt = sum(it.net for it in self.burn.months)
        return max(0, self.cash) * len(self.burn.months) * TENTHS // burnt

    @property
    def words(self) -> str:
        """The runway by average burn, for a page: "7.4 months", "no burn: cash grew"."""
        if not self.burn.known:
            return "not known yet: no month is over"
        if self.cash < 0:
            return "cash is below zero"
        if self.tenths is None:
            return "no burn: cash grew" if self.burn.net < 0 else "no burn: cash stayed as it is"
        whole, tenth = divmod(self.tenths, TENTHS)
        return f"{whole:,}.{tenth} months"


def first_below_zero(ends: Sequence[tuple[Month, int]]) -> Month | None:
    """Return the first of some months, oldest first, that ends below zero."""
    return next((month for month, amount in ends if amount < 0), None)


def _average(amounts: Sequence[int]) -> int:
    return round_half_away(sum(amounts), len(amounts)) if amounts else 0
