"""Revenue and spend by customer, item or dimension value, as known at any sync.

The foot is what profit and loss calls so: revenue is without other income, such as interest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tieout.core.accounts import AccountType
from tieout.ledger.axis_sums import Axis as Kind
from tieout.ledger.models import ListKind
from tieout.ledger.names import listed_names
from tieout.ledger.slices import By, sets_by_value
from tieout.reports.by_axis import TOTAL, Axis, Words, axis_rows, axis_ties
from tieout.reports.columns import compared_columns
from tieout.reports.document import Document, Row
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Question
from tieout.reports.scope import Lines, scope_of
from tieout.reports.vendor_spend import share_columns

_SIDES = {"revenue": (AccountType.INCOME, -1, "Total revenue"), "spend": (AccountType.EXPENSE, 1, "Total expenses")}


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """A view: a side, and what it is split by."""

    key: str  # "revenue-customer", "spend-dimension:12"
    side: str
    by: By
    one: str
    list: ListKind

    @property
    def word(self) -> str:
        return f"{self.side.capitalize()} by {self.one}"


def breakdown_views(at: LedgerAt) -> list[tuple[str, str]]:
    """Return the views that these books have: one an axis and side."""
    return [(it.key, it.word) for it in _views(at)]


def _views(at: LedgerAt) -> list[_View]:
    taken = {"customer", "item"}  # a dimension of that name says what it is
    dimensions = sorted(listed_names(at.book, ListKind.DIMENSION, at.version).values(), key=lambda it: it.name)
    result = [
        _View(key="revenue-customer", side="revenue", by=By(Kind.PARTY), one="customer", list=ListKind.PARTY),
        *(
            _View(key=f"{side}-item", side=side, by=By(Kind.ITEM), one="item", list=ListKind.ITEM)
            for side in _SIDES
        ),
    ]  # fmt: skip
    result += [
        _View(
            key=f"{side}-dimension:{it.id}", side=side, by=By(Kind.DIMENSION, it.id),
            one=f"{it.name.lower()} dimension" if it.name.lower() in taken else it.name.lower(), list=ListKind.VALUE,
        )
        for it in dimensions
        for side in _SIDES
    ]  # fmt: skip
    return result


def breakdown(at: LedgerAt, asked: Question) -> Document:
    """Return the rows of a view, by default revenue by customer. Raise NoReport for a view that the books lack."""
    views = _views(at)
    view = next((it for it in views if it.key == (asked.view or views[0].key)), None)
    if view is None:
        raise NoReport(f"{asked.view!r} is none of {', '.join(it.key for it in views)}")
    side, sign, total = _SIDES[view.side]
    columns, whole = share_columns(at, asked)
    named = {id_: it.label for id_, it in listed_names(at.book, view.list, at.version).items()}
    axis = Axis(
        at=at, asked=asked, columns=columns, whole=whole, scope=scope_of(at, asked, side, other=sign > 0),
        by=view.by,
        words=Words(prefix="key", one=view.one, none=f"(no {view.one})", total=total, named=named),
        lines=_lines(at, view.by), sign=sign, ties=axis_ties(at),
    )  # fmt: skip
    is_party = view.by.axis is Kind.PARTY

    def decorate(_key: int, row: Row) -> Row:
        return replace(row, party=row.label) if is_party else row

    rows = axis_rows(axis, axis.scope.split(view.by), decorate)
    return Document(
        report="breakdown",
        title="Revenue and spend",
        at=at,
        columns=columns,
        rows=rows if len(rows) > 1 else (),
        view=f"{view.side} by {view.one}",
        foot=(TOTAL,) if len(rows) > 1 else (),
        compared=compared_columns(columns, axis.ties.compared),
        empty=f"There is no {view.side} in these months.",
    )


def _lines(at: LedgerAt, by: By) -> Callable[[int], Lines]:
    """Return which lines a row takes, by its key."""
    match by.axis:
        case Kind.PARTY:
            return lambda key: Lines(parties=(key,))
        case Kind.ITEM:
            return lambda key: Lines(items=(key,))
        case Kind.DIMENSION:
            sets: Mapping[int, tuple[int, ...]] = sets_by_value(at.book, by.dimension)
            return lambda key: Lines(sets=sets[key])
