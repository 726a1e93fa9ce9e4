"""The sheets of evidence: the lines behind each figure, and that they sum to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tieout.core.money import to_decimal
from tieout.core.month import Month
from tieout.kit.sheet_writing import (
    Cell,
    Day,
    Formula,
    Look,
    Number,
    Page,
    Text,
    amount_format,
    quoted,
    reference,
)
from tieout.reports.document import Column, ColumnKind, Row
from tieout.reports.evidence import MOST, Evidence, RowLine
from tieout.reports.heading import heading
from tieout.reports.making import Made
from tieout.reports.xlsx_layout import LABEL, Layout
from tieout.ui.figures import short_month

_HEAD = ("Row", "Month", "Date", "Type", "Number", "Party", "Item", "Description", "Account", "Dimensions", "Amount",
         "Lines", "Record", "Column", "Row key")  # fmt: skip
_WIDTHS = (28, 9, 11, 14, 12, 26, 20, 40, 26, 24, 15, 7, 22, 12, 18)
_MONTH, _AMOUNT, _COLUMN = _HEAD.index("Month"), _HEAD.index("Amount"), _HEAD.index("Column")
_NAME = Look(bold=True, below="single", fill=True)
_MONTH_LOOK = Look(number='0000"-"00')
_TOP = 3  # rows above the first line

EVERY = "all"  # columns, of the months that hold the line's

Blocks = Mapping[str, tuple[int, int]]
"""The first and the last row number of each row's lines, by its key."""


def write_lines(page: Page, made: Made, evidence: Evidence) -> Blocks:
    """Write the lines, those of a row together, and return where they stand."""
    page.widths(dict(enumerate(_WIDTHS)))
    page.freeze(_TOP, 1)
    page.for_paper(wide=True, foot=f"{made.at.company.name}: lines of {heading(made).title}")
    page.row({0: Text(f"Lines of {heading(made).title}", Look(bold=True, large=True))}, height=22)
    page.row({0: Text(told_of_lines(evidence), Look(tone="bad" if evidence.left_out else "grey"))})
    page.row({place: Text(name, _NAME) for place, name in enumerate(_HEAD)})
    blocks: dict[str, tuple[int, int]] = {}
    amount = Look(number=amount_format(made.at.book.digits))
    for row in made.document.lines:
        first = page.next
        for line in evidence.lines.get(row.key, ()):
            page.row(_line(made, row, line, amount))
        if page.next > first:
            blocks[row.key] = (first, page.next - 1)
    page.filter(_TOP - 1, page.next - 1, len(_HEAD) - 1)
    return blocks


def told_of_lines(evidence: Evidence) -> str:
    """Return what a reader must know of the lines: which are missing, and where to get them."""
    if not evidence.reaches:
        return "No figure of this report is the sum of lines."
    turned = "Amounts are in the sign in which the report shows them."
    if not evidence.left_out:
        return turned
    last = Month.from_key(evidence.left_out[-1])
    return (
        f"NOT ALL LINES: the months up to {short_month(last)} are left out, since a sheet holds {MOST:,} lines and "
        f"these figures have {evidence.count:,}. Open a figure on the page and save its lines as CSV, or ask for "
        f"fewer months. {turned}"
    )


def _line(made: Made, row: Row, found: RowLine, amount: Look) -> dict[int, Cell]:
    line = found.line
    digits = made.at.book.digits
    day = {} if line.hidden else {2: Day(line.date)}
    texts = {
        0: row.label, 3: line.type, 4: line.number, 5: line.party, 6: line.item, 7: line.text, 8: line.account,
        9: line.dimensions, 12: line.record, 13: found.column or EVERY, 14: row.key,
    }  # fmt: skip
    return {
        1: Number(Decimal(found.month), _MONTH_LOOK),
        _AMOUNT: Number(to_decimal(line.amount * row.sign, digits), amount),
        11: Number(Decimal(line.count), Look(number="0")),
        **day,
        **{place: Text(text) for place, text in texts.items() if text},
    }


def write_check(
    page: Page, made: Made, layout: Layout, names: tuple[str, str], found: tuple[Evidence, Blocks]
) -> Mapping[str, Formula]:
    """Write each figure's lines less the figure; return by column (key) the formula of the largest difference.

    ``names`` are those of the report's sheet and of that of the lines.
    """
    document = made.document
    figures = [it for it in document.columns if not it.derived and it.key not in layout.repeats]
    page.widths({0: 4, LABEL: 36} | {LABEL + 1 + place: 14 for place in range(len(figures))})
    page.freeze(_TOP, LABEL + 1)
    page.for_paper(wide=len(figures) > 5, foot=f"{made.at.company.name}: check of {heading(made).title}")
    page.row({0: Text("Check: each figure's lines less the figure", Look(bold=True, large=True))}, height=22)
    page.row({0: Text(_EXPLAINED, Look(tone="grey"))})
    heads = {LABEL + 1 + place: Text(it.label, replace(_NAME, right=True)) for place, it in enumerate(figures)}
    page.row({LABEL: Text(document.at.book.currency, _NAME), **heads})
    first = page.next
    worst = dict.fromkeys((it.key for it in figures), 0)
    for row in document.lines:
        cells: dict[int, Cell] = {LABEL: Text(row.label)}
        for place, column in enumerate(figures):
            cells[LABEL + 1 + place], rest = _check(layout, row, column, names, found)
            worst[column.key] = max(worst[column.key], abs(rest))
        page.row(cells)
    look = Look(number=_zero_format(document.at.book.digits), tone="grey")
    result: dict[str, Formula] = {}
    for place, (key, most) in enumerate(worst.items(), LABEL + 1):
        area = f"{quoted(page.name)}!{reference(first, place)}:{reference(max(page.next - 1, first), place)}"
        value = to_decimal(most, document.at.book.digits)
        result[key] = Formula(f"MAX(MAX({area}),-MIN({area}),0)", value, look)
    return result


_EXPLAINED = (
    "0.00 where the lines on sheet Lines sum to the figure, or to what of it is neither forecast nor typed. “plan” is "
    "a forecast or a budget; “no lines” is a figure that is worked out of others. Anything else is what a month was "
    "closed with beyond the lines of this sync."
)


def _check(
    layout: Layout, row: Row, column: Column, names: tuple[str, str], found: tuple[Evidence, Blocks]
) -> tuple[Cell, int]:
    """Return the cell that checks a figure, and by how much the lines miss it, minor units."""
    evidence, blocks = found
    document = layout.document
    digits = document.at.book.digits
    grey = Look(tone="grey", right=True)
    reach = evidence.reaches.get((row.key, column.key))
    if reach is None:
        words = "no lines" if column.posted else "books" if column.kind is ColumnKind.BOOKS else "plan"
        return Text(words if document.amount(row, column) else "", grey), 0
    if not evidence.whole(row.key, column.key):
        return Text("not all listed", Look(tone="bad", right=True)), 0
    ahead = document.ahead(row, column) + sum(it.amount for it in document.beyond(row, column))
    rest = (evidence.sum(row.key, column.key) + ahead - document.amount(row, column)) * row.sign
    figure = f"{quoted(names[0])}!{layout.name(row.key, column.key)}"
    if document.sign(row, column) != row.sign:  # the lines are in the row's sign
        figure = f"(-{figure})"
    if ahead:  # what is forecast of the figure has no lines yet, and what was typed over the books none at all
        figure = f"({figure}-({to_decimal(ahead * row.sign, digits):f}))"
    look = Look(number=_zero_format(digits), tone="bad" if rest else "")
    if row.key not in blocks:
        return Formula(f"ROUND(-{figure},{digits})", to_decimal(rest, digits), look), rest
    lines = quoted(names[1])
    amounts, months, columns = (
        f"{lines}!{reference(blocks[row.key][0], at, fixed=True)}:{reference(blocks[row.key][1], at, fixed=True)}"
        for at in (_AMOUNT, _MONTH, _COLUMN)
    )
    within = f'SUMIFS({amounts},{months},">={reach.first.key}",{months},"<={reach.last.key}"'
    held = evidence.lines[row.key]
    text = f"{within})"
    if any(it.column for it in held):
        text = f'{within},{columns},"{EVERY}")+SUMIFS({amounts},{columns},"{column.key}")'
    return Formula(f"ROUND({text}-{figure},{digits})", to_decimal(rest, digits), look), rest


def _zero_format(digits: int) -> str:
    figure = "#,##0" + (f".{'0' * digits}" if digits else "")
    return f"{figure}_);({figure});{figure}_)"
