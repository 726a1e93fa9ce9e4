"""The parts of a chart's description."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_SERIES = 6  # more cannot be told apart: sum the rest as one


class Shape(StrEnum):
    """How the series are drawn."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value for each label of the chart. ``line`` draws it as a line over bars."""

    name: str
    values: tuple[int | None, ...]
    line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart. ``key`` is its own among those of a page; ``title`` says in words what it is of.

    Points from ``forecast`` on (a position among the labels) are drawn hatched or dashed. ``unit`` is told once:
    "USD", "people". ``above`` are short texts over the bars. ``urls`` lead to what explains a point.
    """

    key: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    shape: Shape = Shape.BARS
    digits: int = 2
    unit: str = ""
    forecast: int | None = None
    across: str = "Month"  # what the labels are
    above: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    width: int = 720
    height: int = 220

    def __post_init__(self) -> None:
        """Refuse what could not be drawn, or not be told apart."""
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"a chart has 1 to {MOST_SERIES} series, not {len(self.series)}")
        for beside in (*(each.values for each in self.series), self.above or self.labels, self.urls or self.labels):
            if len(beside) != len(self.labels):
                raise ValueError(f"{len(self.labels)} labels, and {len(beside)} beside them")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw: no point, or none but zeros."""
        return not any(value for each in self.series for value in each.values)

    def is_forecast(self, at: int) -> bool:
        """Whether a point is to come."""
        return self.forecast is not None and at >= self.forecast
