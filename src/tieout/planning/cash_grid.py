"""Cash as a grid: beginning, what came and went by counterpart account, ending, and each account's balance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.expenses.periods import Span
from tieout.ledger.balance_ties import BalanceTies
from tieout.ledger.models import Book
from tieout.planning.cash import BankRow, CashFlows, FlowRow
from tieout.planning.cash_cells import BEGINS, ENDS, LABELS, NET, UNEXPLAINED, UNEXPLAINED_MEANS, bank_key
from tieout.planning.grids import bands, columns
from tieout.planning.timeline import Timeline
from tieout.ui.figures import exact
from tieout.ui.grid import Asked, Grid, Row, Sign

Amounts = tuple[int | None, ...]
_INSIDE = 3  # the level of rows below a sum, as of an expense on the timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class CashTable:
    """The rows of the cash page over its columns. ``tied`` says of each column whether its ending balances tie."""

    spans: tuple[Span, ...]
    rows: tuple[Row, ...]
    tied: tuple[bool | None, ...]


def cash_table(found: CashFlows, spans: Sequence[Span], ties: BalanceTies, digits: int) -> CashTable:
    """Return the rows of the page. ``found`` holds all months of the spans."""
    writer = _Writer(found, tuple(spans), ties, digits)
    return CashTable(spans=tuple(spans), rows=tuple(writer.rows()), tied=writer.tied)


def cash_grid(
    table: CashTable, found: CashFlows, book: Book, *, asked: Asked, entries_url: str, admitted: Month
) -> Grid:
    """Return the grid. What is posted in months after the ``admitted`` one is told to be partial."""
    heads = Timeline(
        spans=table.spans, rows=(), total=(0,) * len(table.spans), tied=table.tied, after=found.after
    )  # fmt: skip
    return Grid(
        label="Cash by month",
        corner=f"{book.currency}, whole units",
        bands=tuple(bands(heads, admitted)),
        columns=columns(heads, book.digits, admitted=admitted),
        rows=table.rows,
        digits=book.digits,
        asked=asked,
        entries_url=entries_url,
    )


class _Writer:
    def __init__(self, found: CashFlows, spans: tuple[Span, ...], ties: BalanceTies, digits: int) -> None:
        self._found = found
        self._spans = spans
        self._ties = ties
        self._digits = digits

    @property
    def tied(self) -> tuple[bool | None, ...]:
        return tuple(self._state(self._found.accounts.cash, span) for span in self._spans)

    def rows(self) -> Iterator[Row]:
        found = self._found
        yield Row(key=BEGINS, label=LABELS[BEGINS], level=1, amounts=[found.begins[it.first] for it in self._spans])
        for flow in Flow:
            if inside := found.of(flow):
                yield self._flow(flow, inside)
                yield from map(self._counterpart, inside)
            elif flow is not Flow.TRANSFERS:
                yield Row(key=flow.value, label=flow.label, level=1, amounts=self._posted({}), entries=False)
        if found.unexplained:
            yield self._unexplained()
        yield Row(
            key=NET, label=LABELS[NET], level=1, total=True,
            amounts=[found.ends[it.last] - found.begins[it.first] for it in self._spans],
        )  # fmt: skip
        yield Row(
            key=ENDS, label=LABELS[ENDS], level=1, expandable=bool(found.banks), tied=self.tied,
            amounts=[found.ends[it.last] for it in self._spans],
        )  # fmt: skip
        yield from map(self._bank, found.banks)

    def _flow(self, flow: Flow, inside: Sequence[FlowRow]) -> Row:
        by_column = zip(*(self._counterpart(row).amounts for row in inside), strict=True)
        amounts = [None if all(it is None for it in some) else sum(it or 0 for it in some) for some in by_column]
        return Row(key=flow.value, label=flow.label, level=1, expandable=True, amounts=amounts)

    def _counterpart(self, row: FlowRow) -> Row:
        amounts = self._posted(row.months) if row.account else self._planned(row.months)
        return Row(
            key=row.key, label=row.label, level=_INSIDE, code=row.code, amounts=amounts, entries=bool(row.account),
            badge="" if row.account else "plan",
        )  # fmt: skip

    def _unexplained(self) -> Row:
        amounts = self._posted(self._found.unexplained)
        at = [place for place, amount in enumerate(amounts) if amount]
        return Row(
            key=UNEXPLAINED, label=LABELS[UNEXPLAINED], level=1, amounts=amounts, hint=UNEXPLAINED_MEANS,
            signs=dict.fromkeys(at, Sign.PART),
            notes={place: f"{exact(amounts[place], self._digits)} not itemised" for place in at},
        )  # fmt: skip

    def _bank(self, row: BankRow) -> Row:
        differing = [
            place for place, span in enumerate(self._spans) if self._state([row.account.id], span) is False
        ]  # fmt: skip
        return Row(
            key=bank_key(row.account.id), label=row.account.name, level=_INSIDE, code=row.account.number,
            amounts=[None if it.last > self._found.after else row.ends[it.last] for it in self._spans],
            signs=dict.fromkeys(differing, Sign.UNVERIFIED),
            notes=dict.fromkeys(differing, "Unverified: the books say something else"),
        )  # fmt: skip

    def _state(self, accounts: Sequence[int], span: Span) -> bool | None:
        """Return how balances at a column's end tie; those of months to come have nothing to tie to."""
        return self._ties.state(accounts, span.last) if span.last <= self._found.after else None

    def _posted(self, months: Mapping[Month, int]) -> Amounts:
        """Return sums by column, None where a column holds no actual month."""
        return tuple(
            None if span.first > self._found.after else sum(months.get(month, 0) for month in span.months())
            for span in self._spans
        )

    def _planned(self, months: Mapping[Month, int]) -> Amounts:
        """Return sums by column, None where a column holds no month to come."""
        return tuple(
            None if span.last <= self._found.after else sum(months.get(month, 0) for month in span.months())
            for span in self._spans
        )
