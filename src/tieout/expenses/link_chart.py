"""The months of a preview as bars: their places are the server's, so that the page needs no script to draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.ui.figures import short_month


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the chart, in units of the drawing."""

    label: str  # "" where there is no room for it
    month: str
    amount: int
    x: int
    y: str
    height: str

    @property
    def middle(self) -> int:
        """Where its label stands."""
        return self.x + 9


@dataclass(frozen=True, slots=True)
class Chart:
    """What joins, by month: the last two years of it at most."""

    bars: tuple[Bar, ...]
    width: int
    zero: str


_BARS, _STEP, _HIGH = 24, 26, 58


def chart_of(all_months: Sequence[tuple[Month, int]]) -> Chart | None:
    """Return the chart of the latest months with what joins in each (minor units); None where nothing does."""
    months = all_months[-_BARS:]
    if not months:
        return None
    top, low = max(0, *(amount for _, amount in months), 0), min(0, *(amount for _, amount in months), 0)
    scale = (top - low) or 1
    zero = 6 + _HIGH * top / scale
    every = -(-len(months) // 12)
    bars = tuple(
        Bar(
            label=short_month(month) if (len(months) - 1 - at) % every == 0 else "",
            month=short_month(month),
            amount=amount,
            x=at * _STEP + 4,
            y=f"{min(zero, zero - _HIGH * amount / scale):.1f}",
            height=f"{abs(_HIGH * amount / scale):.1f}",
        )
        for at, (month, amount) in enumerate(months)
    )
    return Chart(bars, len(bars) * _STEP, f"{zero:.1f}")
