"""A chart's description as ECharts takes it: the same option draws on the server and in the page.

Figures are whole minor units here and their texts are made beforehand, so no script formats or rounds anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout.ui.chart_axis import Axis, axis
from tieout.ui.chart_colours import token
from tieout.ui.chart_shapes import Chart, Series, Shape
from tieout.ui.figures import whole

Option = dict[str, Any]

_HATCH = {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 4], "rotation": -0.7854, "symbolSize": 1}
_DOTS = {"symbol": "circle", "dashArrayX": [[5, 5], [0, 5, 5, 0]], "dashArrayY": [5, 0], "symbolSize": 0.7}
_SYMBOLS = ("circle", "rect", "triangle", "diamond", "pin", "roundRect")
_LETTERING = 11


@dataclass(frozen=True, slots=True)
class _Tone:
    """How a series looks where colours cannot be told apart: another depth, an edge, dots."""

    fill: str
    edge: str
    dotted: bool = False


_TONES = (
    _Tone("chart-1", "chart-1"),
    _Tone("chart-2", "chart-2"),
    _Tone("chart-3", "chart-2"),
    _Tone("chart-1", "chart-1", dotted=True),
    _Tone("chart-2", "chart-2", dotted=True),
    _Tone("surface", "chart-1"),
)


@dataclass(frozen=True, slots=True)
class Described:
    """An option, and the words that go with it."""

    option: Option
    ticks: tuple[str, ...]
    points: tuple[str, ...]  # what is told of each point: "Oct 26, forecast. Revenue 1,200; Cost 800"

    @property
    def text(self) -> str:
        """All of it as JSON, the same text for the same chart."""
        return json.dumps({"option": self.option, "ticks": self.ticks, "points": self.points}, separators=(",", ":"))


def described(chart: Chart) -> Described:
    """Return a chart's option and words."""
    scale = axis(_reached(chart), chart.digits)
    several = len(chart.series) > 1
    option: Option = {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"color": token("ink-2"), "fontSize": _LETTERING},
        "grid": {"left": 4, "right": 8, "top": 20, "bottom": 4, "outerBoundsMode": "same"},
        "xAxis": _across(chart),
        "yAxis": _upright(scale),
        "series": [it for at, each in enumerate(chart.series) for it in _drawn(chart, each, at)],
    }
    if several:
        option["legend"] = _legend(chart)
    return Described(option, scale.texts, tuple(_point(chart, at) for at in range(len(chart.labels))))


def _reached(chart: Chart) -> list[int]:
    """Return the values that the scale must reach: of stacked bars, what they come to, up and down."""
    if chart.shape is not Shape.STACKED:
        return [value for each in chart.series for value in each.values if value is not None]
    bars = [each for each in chart.series if not each.line]
    reached = [value for each in chart.series if each.line for value in each.values if value is not None]
    for at in range(len(chart.labels)):
        values = [each.values[at] or 0 for each in bars]
        reached += [sum(it for it in values if it > 0), sum(it for it in values if it < 0)]
    return reached


def _across(chart: Chart) -> Option:
    return {
        "type": "category",
        "data": list(chart.labels),
        "boundaryGap": chart.shape is not Shape.LINES,
        "axisTick": {"show": False},
        "axisLine": {"show": True, "lineStyle": {"color": token("line-control")}},
        "axisLabel": {"color": token("ink-2"), "fontSize": _LETTERING, "hideOverlap": True},
        "axisPointer": {"z": 0, "lineStyle": {"color": token("ink-3")}, "shadowStyle": {"color": token("hover")}},
    }


def _upright(scale: Axis) -> Option:
    return {
        "type": "value",
        "min": scale.low,
        "max": scale.high,
        "interval": scale.step,
        "axisLabel": {"color": token("ink-2"), "fontSize": _LETTERING},
        "splitLine": {"lineStyle": {"color": token("chart-grid")}},
    }


def _legend(chart: Chart) -> Option:
    return {
        "data": [each.name for each in chart.series],
        "selectedMode": False,
        "left": 0,
        "top": 0,
        "itemWidth": 14,
        "itemHeight": 9,
        "textStyle": {"color": token("ink-2"), "fontSize": _LETTERING},
    }


def _drawn(chart: Chart, series: Series, at: int) -> list[Option]:
    if series.line or chart.shape is Shape.LINES:
        return _lines(chart, series, at)
    return [_bars(chart, series, at)]


def _bars(chart: Chart, series: Series, at: int) -> Option:
    tone = _TONES[at]
    return {
        "type": "bar",
        "name": series.name,
        "stack": "all" if chart.shape is Shape.STACKED else f"s{at}",
        "barMaxWidth": 28,
        "emphasis": {"disabled": True},
        "labelLayout": {"hideOverlap": True},
        "itemStyle": _solid(tone),
        "data": [
            {"value": value}
            | ({"itemStyle": _hatched(tone)} if chart.is_forecast(place) else {})
            | (_above(chart.above[place]) if chart.above and at == 0 else {})
            for place, value in enumerate(series.values)
        ],
    }


def _solid(tone: _Tone) -> Option:
    style: Option = {"color": token(tone.fill), "borderColor": token(tone.edge), "borderWidth": 1}
    if tone.dotted:
        style |= {"color": token("surface"), "decal": _DOTS | {"color": token(tone.fill)}}
    return style


def _hatched(tone: _Tone) -> Option:
    return {
        "color": token("surface"),
        "borderColor": token(tone.edge),
        "borderType": [3, 2],
        "decal": _HATCH | {"color": token(tone.edge)},
    }


def _above(text: str) -> Option:
    clear = text.replace("{", "(").replace("}", ")")  # braces are ECharts' own
    return {"label": {"show": True, "position": "top", "formatter": clear, "color": token("ink")}}


def _lines(chart: Chart, series: Series, at: int) -> list[Option]:
    """Return the posted part of a line, and the one to come, which is dashed and begins where the other ends."""
    values, split = list(series.values), chart.forecast
    if split is None or split >= len(values):
        return [_line(chart, series.name, values, at)]
    posted = [value if place < split else None for place, value in enumerate(values)]
    to_come = [value if place >= split - 1 else None for place, value in enumerate(values)]
    ahead = _line(chart, series.name, to_come, at, dashed=True)
    if split:
        ahead["data"][split - 1] = {"value": to_come[split - 1], "symbol": "none"}  # the posted part has its sign there
    return [_line(chart, series.name, posted, at), ahead]


def _line(chart: Chart, name: str, values: Sequence[int | None], at: int, *, dashed: bool = False) -> Option:
    over = chart.series[at].line and chart.shape is not Shape.LINES  # over bars, which have the other colours
    colour = token("chart-mark" if over else _TONES[at].edge)
    only = sum(value is not None for value in values) == 1
    return {
        "type": "line",
        "name": name,
        "data": list(values),
        "showSymbol": only or len(chart.series) > 1,
        "symbol": "circle" if dashed else _SYMBOLS[at],
        "symbolSize": 6,
        "emphasis": {"disabled": True},
        "lineStyle": {"color": colour, "width": 2, "type": [5, 4] if dashed else "solid"},
        "itemStyle": {"color": token("surface") if dashed else colour, "borderColor": colour, "borderWidth": 1},
    }


def _point(chart: Chart, at: int) -> str:
    head = f"{chart.labels[at]}, forecast" if chart.is_forecast(at) else chart.labels[at]
    return f"{head}\n" + "\n".join(_value(chart, each, at) for each in chart.series)


def _value(chart: Chart, series: Series, at: int) -> str:
    text = whole(series.values[at], chart.digits) or "no figure"
    return f"{series.name}  {text}"


def words(chart: Chart) -> Mapping[str, str]:
    """Return what is told of a chart as a whole: its first and last figure, and which part of it is to come."""
    first, last = _point(chart, 0), _point(chart, len(chart.labels) - 1)
    return {"first": first.replace("\n", " · "), "last": last.replace("\n", " · ")}
