"""The grid's rows: what is hidden, what is escaped, and how fast."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from django.http import QueryDict

from tieout.ui.grid import Asked, Column, Foot, Grid, Row, Sign

MONTHS = (Column(label="Sep 26", month="2026-09"), Column(label="Oct 26", month="2026-10", forecast=True))


class Rows(HTMLParser):
    """Reads a table as a browser does: what is a tag, and what is text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.hidden: dict[str, bool] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        if tag == "tr" and found.get("data-row"):
            self.hidden[str(found["data-row"])] = "hidden" in found

    def handle_data(self, data: str) -> None:
        self.text += data


def row(key: str, level: int, *, expandable: bool = False, label: str = "x") -> Row:
    return Row(key=key, label=label, level=level, amounts=(1, 2), expandable=expandable)


TREE = (
    row("cost", 1, expandable=True),
    row("product", 2, expandable=True),
    row("5010", 3),
    row("support", 2, expandable=True),
    row("5110", 3),
    row("sales", 1),
)


def grid(*, rows: tuple[Row, ...] = TREE, asked: str = "", **more: object) -> Grid:
    return Grid(
        label="Expenses",
        columns=MONTHS,
        rows=rows,
        digits=2,
        asked=Asked.of(QueryDict(asked)),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["cost", "sales"]),
        ("open=cost", ["cost", "product", "support", "sales"]),
        ("open=product", ["cost", "sales"]),
        ("open=cost&open=support", ["cost", "product", "support", "5110", "sales"]),
        ("open=cost&open=support&shut=support", ["cost", "product", "support", "sales"]),
        ("open=all", ["cost", "product", "5010", "support", "5110", "sales"]),
    ],
)
def test_a_row_shows_while_all_rows_above_it_are_open(asked: str, shown: list[str]) -> None:
    hidden = Rows(grid(asked=asked).body_html).hidden
    assert [key for key, is_hidden in hidden.items() if not is_hidden] == shown


def test_every_text_of_a_row_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    bad = Row(
        key=evil, label=evil, level=1, amounts=(1, 2), code=evil, href=evil, icon=evil, badge=evil, expandable=True
    )
    built = grid(rows=(bad,), corner=evil, feet=(Foot(label=evil, amounts=(1, 2), key=evil),))
    html = built.head_html + built.body_html + built.foot_html
    assert "script" not in Rows(html).tags
    assert evil in Rows(html).text


def test_cells_are_bare_but_for_the_column_s_and_the_sign_s_class() -> None:
    typed = Row(key="a", label="A", level=1, amounts=(-123_456, 0), signs={1: Sign.TYPED})
    html = grid(rows=(typed, row("b", 1))).body_html
    assert '<td>(1,235)</td><td class="f t">–</td>' in html
    assert '<td>0</td><td class="f">0</td>' in html


def test_a_total_that_ties_earns_the_double_rule() -> None:
    foot = Foot(label="Total", amounts=(100_00, 200_00), tied=(True, False))
    html = grid(feet=(foot,)).foot_html
    assert '<span class="rule-tied">100</span>' in html
    assert "Unverified: </span>200</span>" in html


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        assert grid(rows=(Row(key="a", label="A", level=1, amounts=(1,)),)).body_html


def test_the_address_carries_the_rest_of_the_query() -> None:
    asked = Asked.of(QueryDict("from=2026-01&open=a&open=b&shut=b"))
    assert asked.carried == (("from", "2026-01"), ("open", "a"))


def test_a_large_grid_is_written_fast() -> None:
    columns = [Column(label=f"M{n}", month=f"2026-{n:02d}") for n in range(24)]
    rows = [Row(key=str(n), label=f"Row {n}", level=1, amounts=range(n * 1000, n * 1000 + 24)) for n in range(300)]

    def once() -> float:
        began = time.perf_counter()
        assert Grid(label="x", columns=columns, rows=rows, digits=2).body_html
        return time.perf_counter() - began

    assert min(once() for _ in range(5)) < 0.040
