"""A document as what paper shows of it: its columns in parts that fit the width, and each figure as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tieout.reports.beside import State
from tieout.reports.document import PERCENTS, Column, ColumnKind, Document
from tieout.reports.heading import KIND_WORDS, column_state_words, remark_on, row_state_words
from tieout.reports.statement import Printed, statement
from tieout.ui.figures import exact, percent, whole

AHEAD = frozenset({ColumnKind.FORECAST, ColumnKind.MIXED})
_EXACT_COLUMNS = 8  # with more of them, figures are in whole units unless all decimals were asked for
_LABEL = 165  # points that the rows' names need
_EM = 0.5  # of a digit's height: how wide it is
_GAP = 8  # points between columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A size of paper and of type, points: ``across`` is what the margins leave."""

    wide: bool
    across: int
    size: float


SHEETS = (
    Sheet(wide=False, across=505, size=9),
    Sheet(wide=True, across=750, size=8.5),
    Sheet(wide=True, across=750, size=7.5),
)
"""From the one that reads best to the one that holds most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a document is set: on which sheet, its columns in parts, and with how many decimals."""

    sheet: Sheet
    parts: tuple[tuple[Column, ...], ...]
    widths: Mapping[str, float]  # of each column (key), points
    exact: bool


def setting(document: Document, *, exact_figures: bool) -> Setting:
    """Return the sheet that holds all columns, or the widest one and the columns in parts."""
    decimals = exact_figures or len(document.columns) <= _EXACT_COLUMNS
    letters = {it.key: _letters(document, it, decimals=decimals) for it in document.columns}
    own = [it.key for it in document.columns if not it.derived and not it.total]
    letters |= dict.fromkeys(own, max([0, *(letters[key] for key in own)]))  # neighbours are of one width
    for sheet in SHEETS:
        widths = {key: _points(it, sheet) for key, it in letters.items()}
        parts = tuple(_parts(document.columns, widths, sheet))
        if len(parts) == 1:
            break
    return Setting(sheet=sheet, parts=parts, widths=widths, exact=decimals)


def _parts(columns: Sequence[Column], widths: Mapping[str, float], sheet: Sheet) -> Iterator[tuple[Column, ...]]:
    held: list[Column] = []
    room = float(sheet.across - _LABEL)
    for column in columns:
        needed = widths[column.key]
        if held and needed > room:
            yield tuple(held)
            held, room = [], float(sheet.across - _LABEL)
        held.append(column)
        room -= needed
    yield tuple(held)


def _points(letters: int, sheet: Sheet) -> float:
    return letters * _EM * sheet.size + _GAP


def _letters(document: Document, column: Column, *, decimals: bool) -> int:
    """Return how many letters the widest text of a column has."""
    figures = (len(figure(document, it, column, decimals=decimals)) + 2 for it in statement(document) if not it.heading)
    words = max((len(it) * 6 // 7 for it in column_state_words(document, column).split()), default=0)  # set smaller
    return max([len(column.label) + 1, words, *figures])


def figure(document: Document, printed: Printed, column: Column, *, decimals: bool) -> str:
    """Return a figure as it is set, in the sign in which it is shown."""
    shown, digits = document.shown(printed.row, column), document.at.book.digits
    if column.kind in PERCENTS:
        return percent(shown)
    return exact(shown, digits) if decimals else whole(shown, digits)


def part_of(document: Document, columns: Sequence[Column], how: Setting, caption: str) -> dict[str, object]:
    """Return some columns of a document as the template takes them."""
    book = document.at.book
    starts = {
        after.key for before, after in pairwise(document.columns) if after.kind in AHEAD and before.kind not in AHEAD
    }
    last = document.foot[-1] if document.foot else ""
    top = min((it.level for it in document.rows), default=1)
    return {
        "caption": caption,
        "unit": book.currency if how.exact or not book.digits else f"{book.currency}, whole units",
        "columns": [
            {
                "label": it.label,
                "width": how.widths[it.key],
                "kind": KIND_WORDS[it.kind] if _tells_kinds(document) else "",
                "ahead": it.kind in AHEAD,
                "starts": it.key in starts,
                "state": column_state_words(document, it),
            }
            for it in columns
        ],
        "rows": [_row(document, it, columns, how, last=last, top=top) for it in statement(document)],
    }


def _tells_kinds(document: Document) -> bool:
    return any(it.kind is not ColumnKind.ACTUAL for it in document.columns if not it.derived)


def _row(
    document: Document, printed: Printed, columns: Sequence[Column], how: Setting, *, last: str, top: int
) -> dict[str, object]:
    row = printed.row
    words = "" if printed.heading else row_state_words(document, row)
    marked = words.split(":")[0] if words.startswith("UNVERIFIED") else ""
    return {
        "label": printed.label,
        "number": row.account.number if row.account and not printed.total else "",
        "note": ", ".join(filter(None, (row.badge, marked))),
        "level": printed.level - top,
        "heading": printed.heading,
        "total": printed.total,
        "last": not printed.heading and row.key == last,
        "cells": [] if printed.heading else [_cell(document, printed, it, how) for it in columns],
    }


def _cell(document: Document, printed: Printed, column: Column, how: Setting) -> dict[str, object]:
    state = document.state(printed.row, column)
    remark = remark_on(document, printed.row, column)
    return {
        "text": figure(document, printed, column, decimals=how.exact),
        "state": "differs" if state is State.DIFFERS else "ties" if state.ties else "",
        "ahead": column.kind in AHEAD,
        "counts": not column.derived,
        "remark": str(remark.number) if remark else "",
    }
