"""Profit and loss by dimension: the columns are its values, and what has none, over the whole range.

A line carries at most one value of a dimension, so the columns add up to the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tieout.ledger.line_sums import line_sums
from tieout.ledger.models import ListKind
from tieout.ledger.names import ListedName, dimension_sets, listed_names
from tieout.reports.columns import TOTAL, comparison, share
from tieout.reports.document import Column, ColumnKind
from tieout.reports.narrowing import NO_SET
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Question

PREFIX = "dimension:"
NONE = "value:0"
Sets = Mapping[str, tuple[int, ...]]  # by column


def dimension_of(at: LedgerAt, view: str) -> ListedName | None:
    """Return the dimension that a view splits by, None for another view; raise NoReport for none of the books'."""
    if not view.startswith(PREFIX):
        return None
    found = {str(id_): it for id_, it in listed_names(at.book, ListKind.DIMENSION, at.version).items()}
    name = view.removeprefix(PREFIX)
    if name not in found:
        raise NoReport(f"sync {at.publication.number} knows no dimension {name!r}")
    return found[name]


def value_columns(
    at: LedgerAt, asked: Question, dimension: int, *, share_of: str = ""
) -> tuple[tuple[Column, ...], Sets]:
    """Return a column a value that occurs in the range, "(none)" and the total; and each column's dimension sets."""
    names = listed_names(at.book, ListKind.VALUE, at.version)
    by_value: defaultdict[int, list[int]] = defaultdict(list)
    for id_, held in dimension_sets(at.book).items():
        by_value[held.get(dimension, 0)].append(id_)
    by_value[0].append(0)  # lines without any dimension are in no set
    used = {
        it[3]
        for it in line_sums(at.book, at.known, first=asked.first, last=asked.last)
        if not at.accounts[it[0]].type.on_balance_sheet
    }
    shown = sorted(
        (value for value, sets in by_value.items() if value and used.intersection(sets)),
        key=lambda it: names[it].label.casefold() if it in names else "",
    )
    kind = ColumnKind.PARTIAL if asked.last > asked.through else ColumnKind.ACTUAL
    labels = [(f"value:{it}", names[it].label if it in names else f"Value {it}") for it in shown]
    whole = Column(key=TOTAL, label="Total", first=asked.first, last=asked.last, total=True, kind=kind)
    columns = [
        *(Column(key=key, label=label, first=asked.first, last=asked.last, kind=kind) for key, label in labels),
        Column(key=NONE, label="(none)", first=asked.first, last=asked.last, kind=kind),
        whole,
        *([share(whole, share_of)] if asked.share and share_of else []),
        *comparison(at, asked, whole, share_of=share_of),
    ]
    sets = {f"value:{it}": tuple(sorted(by_value[it])) or (NO_SET,) for it in (*shown, 0)}
    return tuple(columns), sets
