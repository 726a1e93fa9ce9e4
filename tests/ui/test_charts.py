"""Charts: what is drawn, what a page's policy takes, and the table that says the same."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from tieout.ui import chart_drawing
from tieout.ui.chart_axis import STEPS, axis
from tieout.ui.chart_colours import light
from tieout.ui.chart_option import described
from tieout.ui.charts import Chart, Series, Shape, chart_svg, rows

EVIL = "<script>&\"'{a|b}</script>"
LABELS = ("Jan 26", "Feb 26", "Mar 26", "Apr 26")


def a_chart(*values: tuple[int | None, ...], shape: Shape = Shape.BARS, **more: object) -> Chart:
    series = tuple(Series(name=f"Series {at}", values=each) for at, each in enumerate(values))
    return Chart(key="a", title="Cash", labels=LABELS, series=series, shape=shape, **more)  # type: ignore[arg-type]


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(chart_svg(chart))  # noqa: S314 - our own


def texts(chart: Chart) -> list[str]:
    return [it.text or "" for it in drawn(chart).iter("{http://www.w3.org/2000/svg}text")]


def page(chart: Chart) -> str:
    return str(engines["django"].from_string("{% load charts %}{% chart it %}").render({"it": chart}))


ONE = (1_200_00, -300_00, 0, 2_500_00)


def test_what_it_is_drawn_with_was_fetched() -> None:
    assert chart_drawing.drawable(), "make setup fetches it: see requirements/charts.sh"


def test_months_stand_below_and_few_even_steps_beside() -> None:
    assert texts(a_chart(ONE)) == ["(1k)", "0", "1k", "2k", "3k", *LABELS]


def test_what_is_to_come_is_hatched_or_dashed() -> None:
    assert "<pattern" not in chart_svg(a_chart(ONE))
    assert "<pattern" in chart_svg(a_chart(ONE, forecast=2))
    assert "stroke-dasharray" not in chart_svg(a_chart(ONE, shape=Shape.LINES))
    assert "stroke-dasharray" in chart_svg(a_chart(ONE, shape=Shape.LINES, forecast=2))


def test_series_are_named_and_differ_in_more_than_colour() -> None:
    chart = a_chart(ONE, ONE, ONE, ONE, shape=Shape.STACKED)
    assert [f"Series {at}" for at in range(4)] == texts(chart)[-4:]
    assert "<pattern" in chart_svg(chart)


@pytest.mark.parametrize("shape", Shape)
def test_a_drawing_keeps_a_pages_policy(shape: Shape) -> None:
    """No style, no script, no class that is not ours; ids are the chart's own, and every link finds its own."""
    evil = Chart(
        key="k",
        title=EVIL,
        labels=(EVIL, "b"),
        series=(Series(name=EVIL, values=(1, 2)), Series(name="{b}", values=(3, -4))),
        shape=shape,
        forecast=1,
        above=("{a}", EVIL),
    )
    svg = chart_svg(evil)
    for each in ET.fromstring(svg).iter():  # noqa: S314
        assert each.tag.rpartition("}")[2] not in ("script", "style", "foreignObject", "image", "a", "use")
        assert not {"style", "class"} & set(each.attrib)
        assert not any(name.startswith("on") or "href" in name for name in each.attrib)
    ids = re.findall(r' id="([^"]+)"', svg)
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)
    assert len(ids) == len(set(ids))
    assert all(it.startswith("k-") for it in ids)
    if shape is not Shape.LINES:
        assert ids
    assert EVIL in texts(evil)
    assert "<script>&" not in page(evil)


def test_colours_are_the_pages_and_on_paper_the_light_ones() -> None:
    chart = a_chart(ONE, forecast=2)
    assert "var(--chart-1)" in chart_svg(chart)
    assert not re.search(r"#[0-9a-f]{3,8}\b", chart_svg(chart).replace("url(#", ""))
    on_paper = chart_svg(chart, "print")
    assert "var(" not in on_paper
    assert light()["chart-1"] in on_paper


def test_a_chart_is_drawn_the_same_each_time_and_by_any_thread() -> None:
    chart = a_chart(ONE, forecast=2)
    first = chart_svg(chart)
    chart_drawing.drawn.cache_clear()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(chart_svg(chart))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [first] * 4


def test_the_table_says_what_the_chart_draws() -> None:
    chart = a_chart(ONE, (None, 5, 10_000_000_000_00, -1_00), forecast=3, urls=("/1", "/2", "/3", "/4"))
    assert [(row.label, row.url, row.forecast, row.texts) for row in rows(chart)] == [
        ("Jan 26", "/1", False, ("1,200", "")),
        ("Feb 26", "/2", False, ("(300)", "0")),
        ("Mar 26", "/3", False, ("–", "10,000,000,000")),
        ("Apr 26", "/4", True, ("2,500", "(1)")),
    ]
    assert described(chart).points[3] == "Apr 26, forecast\nSeries 0  2,500\nSeries 1  (1)"


def test_a_page_has_the_drawing_the_option_and_the_table() -> None:
    text = page(a_chart(ONE))
    assert text.count("<svg") == 1
    data = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert json.loads(data.group(1)) == json.loads(described(a_chart(ONE)).text)
    assert "Show the table" in text
    assert ">1,200<" in text


def test_without_anything_to_draw_with_the_table_stands_open(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chart_drawing.drawn.cache_clear()
    monkeypatch.setattr(chart_drawing, "ECHARTS", tmp_path / "nowhere.js")
    text = page(a_chart(ONE))
    assert "<svg" not in text
    assert '<details class="figure__table" open>' in text
    chart_drawing.drawn.cache_clear()


def test_a_chart_of_zeros_says_so() -> None:
    assert "Nothing to draw yet" in page(a_chart((0, 0, 0, None)))


@pytest.mark.parametrize("wrong", [{"series": ()}, {"urls": ("/",)}, {"above": ("1",)}, {"labels": ("a",)}])
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match=r"series|labels"):
        Chart(**({"key": "a", "title": "t", "labels": LABELS, "series": (Series(name="n", values=ONE),)} | wrong))  # type: ignore[arg-type]


@given(st.lists(st.integers(-(10**16), 10**16), max_size=40), st.sampled_from([0, 2, 3]))
def test_a_scale_holds_all_values_in_few_even_steps(values: list[int], digits: int) -> None:
    scale = axis(values, digits)
    assert scale.low <= min([0, *values]) <= 0 <= max([0, *values]) <= scale.high
    assert scale.high - scale.low == scale.step * (len(scale.texts) - 1)
    assert 2 <= len(scale.texts) <= STEPS + 2
    assert len(set(scale.texts)) == len(scale.texts)
    assert scale.texts[-scale.low // scale.step] == "0"


@pytest.mark.parametrize(
    ("values", "digits", "texts_"),
    [
        ([], 2, ("0", "0.5")),
        ([3], 0, ("0", "1", "2", "3")),
        ([150_000_00], 2, ("0", "50k", "100k", "150k")),
        ([-1_500_000_00, 400_000_00], 2, ("(1.5m)", "(1m)", "(0.5m)", "0", "0.5m")),
        ([5 * 10**16], 2, ("0", "200tn", "400tn", "600tn")),
    ],
)
def test_steps_have_one_word_of_scale(values: list[int], digits: int, texts_: tuple[str, ...]) -> None:
    assert axis(values, digits).texts == texts_
