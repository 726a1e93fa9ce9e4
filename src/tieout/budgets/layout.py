"""The layout of a budget file: a heading row with account, department and months, and a row for each account. Pure.

Headings may stand below a title, in any order; totals and blank rows are recognised and left out, and that is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_decimal, parse_month

NUMBER, NAME, DEPARTMENT, ID, TYPE = "Number", "Name", "Department", "Expense id", "Type"  # as an export writes them
EXAMPLE = (
    (NUMBER, NAME, DEPARTMENT, "Jan 2027", "Feb 2027", "Mar 2027"),
    ("5010", "Hosting", "Engineering", "7,000.00", "7,000.00", "7,200.00"),
    ("6200", "Advertising", "Marketing", "1,500", "1,500", "(250)"),
    ("", "Travel", "Sales", "400", "", "400"),
)
_LOOKED_AT = 50  # rows in which the headings are looked for
_HEADINGS = {
    "number": ("number", "no", "no.", "nr", "nr.", "#", "code", "account number", "account no", "account no.",
               "account code", "account #", "gl code", "gl account"),
    "name": ("name", "expense", "account name", "expense name", "line item"),
    "account": ("account", "accounts"),
    "department": ("department", "departments", "dept", "dept.", "team"),
    "id": (ID.casefold(),),
    "type": ("type", "kind", "account type"),
}  # fmt: skip
_KINDS = {heading: kind for kind, headings in _HEADINGS.items() for heading in headings}
_TOTAL = re.compile(
    r"(?:grand |sub-?)?totals?\b.*|.*\btotals?|sum|ytd|year to date|full year|annual"
    r"|(?:fy|[qh][1-4]|year)\b.*|[0-9]{4}"
)
_TOTAL_ROW = re.compile(r"(?:grand |sub-?)?totals?\b.*|.* totals?|sum")
_EARNED = {"revenue", "revenues", "income", "other income", "sales", "revenue stream"}
_SPENT = {"expense", "expenses", "other expense", "cost", "costs", "cost of revenue", "cost of sales", "payroll"}
_NOTHING = {"", "-", "–", "—", "−"}


class NotALayout(ValueError):
    """The table cannot be read as a budget; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A cell that holds no amount. ``place`` is as a spreadsheet calls it: "F12"."""

    place: str
    month: Month
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of the file, with amounts as exact as it writes them, in major units."""

    place: int  # the row's number in the file
    number: str = ""
    name: str = ""
    account: str = ""  # number, name, or both
    department: str = ""
    id: str = ""
    type: str = ""  # "Revenue", "Expense", or whatever the file says
    cells: Mapping[Month, Decimal] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()

    @property
    def label(self) -> str:
        """What the file calls it."""
        return " ".join(filter(None, (self.account, self.number, self.name)))

    @property
    def income(self) -> bool | None:
        """Whether it says that it is income, or none; None where it says neither."""
        said = folded(self.type)
        return True if said in _EARNED else False if said in _SPENT else None

    @property
    def looks_like_total(self) -> bool:
        """Whether it repeats what other rows hold."""
        return bool(_TOTAL_ROW.fullmatch(folded(self.label)))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A budget file: its months in order, its rows that hold something, and what was not read, in words."""

    months: tuple[Month, ...]
    rows: tuple[FileRow, ...]
    heading: int  # the number of the heading row
    skipped: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Return a text as names are compared: NFKC, case folded, inner spaces collapsed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def read(rows: Sequence[Sequence[str]], *, digits: int, currency: str) -> File:
    """Return a table as a budget file. Raise NotALayout for one without months, or with a month twice."""
    heading = _heading(rows)
    columns, months, skipped = _columns(rows[heading])
    read_rows = []
    blank = 0
    for place, row in enumerate(rows[heading + 1 :], heading + 2):
        if not any(row):
            blank += 1
            continue
        made = _row(place, row, columns, months, digits=digits, currency=currency)
        if made.label or made.cells or made.wrong:
            read_rows.append(made)
    notes = [*skipped, *_unheaded(rows, heading)]
    if blank:
        notes.append(f"{blank} blank row{'' if blank == 1 else 's'}")
    return File(months=tuple(sorted(months.values())), rows=tuple(read_rows), heading=heading + 1, skipped=tuple(notes))


def column_name(column: int) -> str:
    """Return a column as a spreadsheet calls it: 0 is "A", 26 is "AA"."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _heading(rows: Sequence[Sequence[str]]) -> int:
    """Return which row names the months: one with a known heading before one without."""
    with_months = [at for at, row in enumerate(rows[:_LOOKED_AT]) if any(_month(cell) for cell in row)]
    if not with_months:
        raise NotALayout(
            "No row names months. Give the table a heading row: Number or Name of the account, Department, "
            "and a column for each month, such as Jan 2026."
        )
    known = [at for at in with_months if {"number", "name", "account"} & {_KINDS.get(folded(it)) for it in rows[at]}]
    return (known or with_months)[0]


def _columns(heading: Sequence[str]) -> tuple[dict[str, int], dict[int, Month], list[str]]:
    """Return where labels and months stand, and what is not read."""
    labels: dict[str, int] = {}
    months: dict[int, Month] = {}
    skipped = []
    for at, text in enumerate(heading):
        month, kind = _month(text), _KINDS.get(folded(text))
        if month is not None:
            if month in months.values():
                first = next(column for column, it in months.items() if it == month)
                raise NotALayout(
                    f"Columns {column_name(first)} and {column_name(at)} both say {month}. Keep the one to import."
                )
            months[at] = month
        elif kind and kind not in labels:
            labels[kind] = at
        elif text and _TOTAL.fullmatch(folded(text)):
            skipped.append(f"column {column_name(at)}, “{text}”, which holds totals")
        elif text and folded(text) != "category":
            skipped.append(f"column {column_name(at)}, “{text}”")
    if not {"number", "name", "account"} & labels.keys():
        before = [at for at in range(min(months)) if at not in labels.values()]
        if not before:
            raise NotALayout("No column names the accounts. Head one with Number, Name or Account, before the months.")
        labels["account"] = before[0]
        skipped = [note for note in skipped if not note.startswith(f"column {column_name(before[0])},")]
    return labels, months, skipped


def _row(
    place: int,
    row: Sequence[str],
    columns: Mapping[str, int],
    months: Mapping[int, Month],
    *,
    digits: int,
    currency: str,
) -> FileRow:
    cells: dict[Month, Decimal] = {}
    wrong = []
    for at, month in months.items():
        text = row[at] if at < len(row) else ""
        if text in _NOTHING:
            continue
        try:
            cells[month] = parse_decimal(text, digits, currency=currency)
        except NotTyped as error:
            wrong.append(Wrong(place=f"{column_name(at)}{place}", month=month, says=str(error)))
    texts = {kind: row[at] if at < len(row) else "" for kind, at in columns.items()}
    return FileRow(place=place, cells=cells, wrong=tuple(wrong), **texts)


def _unheaded(rows: Sequence[Sequence[str]], heading: int) -> Iterator[str]:
    """Name columns without a heading that hold something below it."""
    width = max(len(row) for row in rows[heading:])
    for at in range(width):
        headed = at < len(rows[heading]) and rows[heading][at]
        if not headed and at and any(at < len(row) and row[at] for row in rows[heading + 1 :]):
            yield f"column {column_name(at)}, which has no heading"


def _month(text: str) -> Month | None:
    try:
        return parse_month(text) if text else None
    except NotTyped:
        return None
