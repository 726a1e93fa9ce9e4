"""What a chart shows, said once: the drawing on the page, the one on paper, the live one and the table all come of it.

Values are minor units (or counts, with no digits), turned as a reader expects them; None is no figure. Where no chart
can be drawn, because nothing was fetched to draw it with, the table stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tieout.ui.chart_colours import printed
from tieout.ui.chart_drawing import drawn
from tieout.ui.chart_option import described
from tieout.ui.chart_shapes import Chart, Series, Shape
from tieout.ui.figures import whole

__all__ = ["Chart", "Series", "Shape", "Theme", "chart_svg", "rows"]

Theme = Literal["page", "print"]


def chart_svg(chart: Chart, theme: Theme = "page", *, width: int = 0, height: int = 0) -> str:
    """Return a chart as SVG, or "" where it cannot be drawn.

    ``page`` takes its colours from the page's tokens, so that one drawing serves both themes. ``print`` has the light
    theme's own colours in it and needs no page around it.
    """
    text = drawn(described(chart).text, chart.key, width or chart.width, height or chart.height)
    return printed(text) if theme == "print" else text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A point of a chart as a row of its table."""

    label: str
    url: str
    forecast: bool
    texts: tuple[str, ...]


def rows(chart: Chart) -> list[TableRow]:
    """Return the table behind a chart: a row for each point, a cell for each series."""
    return [
        TableRow(
            label=label,
            url=chart.urls[at] if chart.urls else "",
            forecast=chart.is_forecast(at),
            texts=tuple(whole(series.values[at], chart.digits) for series in chart.series),
        )
        for at, label in enumerate(chart.labels)
    ]
