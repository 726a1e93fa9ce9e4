"""Which rows of the summary are folded away: an address says it, so that a reload and a bookmark agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from tieout.planning.summary import Summary, SummaryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """A row, and how it stands on the page."""

    row: SummaryRow
    expandable: bool
    open: bool
    hidden: bool


def open_rows(summary: Summary, query: QueryDict) -> Iterator[OpenRow]:
    """Yield the rows; what ``shut`` names is folded, unless ``open`` names it too: then it was just turned round."""
    shut = set(query.getlist("shut")) - set(query.getlist("open"))
    parents = {row.parent for row in summary.rows}
    shut_below = 99
    for row in summary.rows:
        hidden = row.level > shut_below
        if not hidden:
            shut_below = row.level if row.key in shut else 99
        yield OpenRow(row=row, expandable=row.key in parents, open=row.key not in shut, hidden=hidden)
