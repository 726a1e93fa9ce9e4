"""A document's grid with the column that draws each row's trend, behind the totals that stand first."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from tieout.reports.document import Document
from tieout.ui.grid import Band, Column, Foot, Grid, Row

_TREND = Column(label="12 months", hint="The last 12 months of the range, one bar a month", trend=True)


def with_trends(document: Document, grid: Grid) -> Grid:
    """Return the grid with the column, where any row of the document has a trend."""
    if not any(row.trend for row in document.rows):
        return grid
    place = len(list(takewhile(lambda it: it.total or it.derived, document.columns))) or len(document.columns)
    return replace(
        grid,
        columns=[*grid.columns[:place], _TREND, *grid.columns[place:]],
        rows=[_row(row, document.by_key[row.key].trend, place) for row in grid.rows],
        feet=[_foot(foot, document.by_key[foot.key].trend, place) for foot in grid.feet],
        bands=_bands(grid, place),
    )


def _row(row: Row, trend: tuple[int, ...], place: int) -> Row:
    return replace(
        row,
        amounts=[*row.amounts[:place], None, *row.amounts[place:]],
        trend=trend,
        signs={_moved(at, place): sign for at, sign in row.signs.items()},
        notes={_moved(at, place): note for at, note in row.notes.items()},
    )


def _foot(foot: Foot, trend: tuple[int, ...], place: int) -> Foot:
    return replace(
        foot,
        amounts=[*foot.amounts[:place], None, *foot.amounts[place:]],
        tied=[*foot.tied[:place], None, *foot.tied[place:]],
        trend=trend,
    )


def _moved(at: int, place: int) -> int:
    return at if at < place else at + 1


def _bands(grid: Grid, place: int) -> tuple[Band, ...]:
    """Return the captions with one more column below the one that ends, or stands, at the place."""
    ends, result = 0, []
    for band in grid.bands:
        ends += band.span
        result.append(replace(band, span=band.span + 1) if ends == place else band)
    return tuple(result)
