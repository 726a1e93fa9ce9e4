"""One company of a Tryton, opened to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tieout.core.month import Month
from tieout.core.records import (
    Balances,
    Checkpoint,
    EntryRecord,
    Gone,
    Hints,
    ListRecord,
    Organisation,
    Part,
    Statement,
    Window,
)
from tieout.providerkit.interface import Capabilities, Past
from tieout.providers.tryton import places, wire
from tieout.providers.tryton.company import CompanyReader
from tieout.providers.tryton.feed import MOST, Feed
from tieout.providers.tryton.reading import PAGE, WindowReader
from tieout.providers.tryton.statements import trial_balance

CAPABILITIES = Capabilities(
    feed=True,
    itemises_everything=True,
    reports_balances=True,
    sees_deletions=True,  # a window is read whole; Tryton itself removes no posted move
    future_months=24,  # a fiscal year may be open ahead
    window_months=12,
)


class TrytonBooks:
    """The books of one company. Reads as it is consumed; keeps a page in memory."""

    def __init__(self, company: CompanyReader, *, page: int = PAGE, feed_most: int = MOST) -> None:
        self._company = company
        self._window = WindowReader(company, page=page)
        self._feed = Feed(company, most=feed_most)

    @property
    def capabilities(self) -> Capabilities:
        """What this grant allows."""
        return CAPABILITIES

    def organisation(self) -> Organisation:
        """Return who the books belong to, which proves that the connection can read."""
        return self._company.organisation()

    def lists(self) -> Iterator[ListRecord]:
        """Yield all lists, read anew, inactive entries too; parents before children."""
        yield from self._company.handed_out().records

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists as read before. Where a move names what they lack, they are read anew by themselves."""
        self._company.recall(records)

    def hints(self, since: str | None) -> Hints:
        """Return what changed, by the times that Tryton keeps of each record."""
        return self._feed.hints(since)

    def earliest(self) -> Month | None:
        """Return the first month with a posted move."""
        posted = [self._company.mine, ["state", "=", "posted"]]
        found = self._company.client.some(
            places.MOVE, posted, wire.Dated, ("date",), self._company.context, order=[("date", "ASC")], limit=1
        )
        return Month.of(found[0].date.date()) if found else None

    def read(self, part: Part, *, past: Past | None = None) -> Iterator[EntryRecord | Gone | Checkpoint]:  # noqa: ARG002 - for numbered feeds
        """Yield the posted moves of a window. Only windows can be read here: TypeError for the other parts."""
        if not isinstance(part, Window):
            raise TypeError(f"Tryton is read by windows, not by {type(part).__name__}")
        yield from self._window.read(part)

    def balances(self, statement: Statement, months: Sequence[Month]) -> Iterator[Balances]:
        """Yield the trial balance at each month's end: two calls each. Tryton is asked for no other statement."""
        if statement is not Statement.TRIAL_BALANCE:
            raise ValueError(f"Tryton is not asked for {statement}")
        for month in months:
            yield trial_balance(self._company, month)
