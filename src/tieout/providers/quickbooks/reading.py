"""Reading a window of the general ledger whole: in one answer, or in halves where QuickBooks cuts it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from tieout.core.accounts import AccountRole
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.records import AccountRecord, Checkpoint, EntryRecord, Window
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.quickbooks.mapping import LedgerPage, entries
from tieout.providers.quickbooks.reports import CutOff, Doubt, Moved

_ACCOUNTS = 100  # asked for at once: their ids stand in the address, which must not grow too long


class Fetch(Protocol):
    """Fetches one proved answer for some days and, where given, only some accounts. Raises CutOff."""

    def __call__(
        self, start: date, end: date, accounts: Sequence[str], check: Callable[[LedgerPage], None]
    ) -> LedgerPage: ...


@dataclass(slots=True)
class WindowReader:
    """Reads the stretches of one window in order, and remembers at what each one ended."""

    fetch: Fetch
    accounts: Callable[[], dict[str, AccountRecord]]
    endings: dict[date, dict[str, int]] = field(default_factory=dict)  # at the first day after: what accounts stood at

    def read(self, window: Window) -> Iterator[EntryRecord | Checkpoint]:
        """Yield the window's entries, with a checkpoint after each stretch that was fetched whole."""
        start = date.fromisoformat(window.resume) if window.resume else window.start
        if not window.start <= start <= window.end:
            raise ValueError(f"{window.resume} lies outside of the window {window.start} to {window.end}")
        if start == window.end:
            yield self._done(start, start, window)
            return
        waiting = [(start, window.end)]
        while waiting:
            first, end = waiting.pop()
            try:
                found = self._stretch(first, end)
            except CutOff:
                half = middle(first, end)
                waiting += [(half, end), (first, half)]
                continue
            yield from found
            yield self._done(first, end, window)

    def _done(self, first: date, end: date, window: Window) -> Checkpoint:
        return Checkpoint(resume=end.isoformat(), complete=end == window.end, covered=Window(start=first, end=end))

    def _stretch(self, first: date, end: date) -> list[EntryRecord]:
        found: list[EntryRecord] = []

        def whole(page: LedgerPage) -> None:
            self._check_opening(page)
            found[:] = entries(page.drafts, page.ask)

        try:
            page = self.fetch(first, end, (), whole)
        except CutOff:
            if end - first > timedelta(days=1):
                raise
            page = self._day_by_accounts(first, end)
            found = self._proved(page)
        self._keep_ending(page)
        return found

    def _day_by_accounts(self, first: date, end: date) -> LedgerPage:
        """Return one day out of several answers, each for some accounts: its entries are whole only together."""
        pages: list[LedgerPage] = []
        accounts = sorted(self.accounts())
        size = min(_ACCOUNTS, (len(accounts) + 1) // 2)
        waiting = [accounts[at : at + size] for at in reversed(range(0, len(accounts), size))]
        while waiting:
            some = waiting.pop()
            try:
                pages.append(self.fetch(first, end, some, lambda _page: None))
            except CutOff as cut:
                if len(some) < 2:
                    raise UnreadableBooks(
                        "QuickBooks cuts off the report of a single account on a single day",
                        where=f"GeneralLedger {first}, account {some[0]}",
                    ) from cut
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
        return _merged(pages)

    def _proved(self, page: LedgerPage) -> list[EntryRecord]:
        try:
            return entries(page.drafts, page.ask)
        except Doubt as doubt:
            raise UnreadableBooks(doubt.doubt, where=doubt.where) from doubt

    def _check_opening(self, page: LedgerPage) -> None:
        """Raise Moved where a balance brought forward is not the one that the stretch right before ended with."""
        accounts, before = self.accounts(), self.endings.get(page.ask.start, {})
        for external_id, opening in page.opening.items():
            account = accounts[external_id]
            if not account.type.on_balance_sheet or account.role is AccountRole.RETAINED_EARNINGS:
                continue  # QuickBooks may show the automatic year-end roll there: it is computed, never believed
            ended = before.get(external_id, opening)
            if ended != opening:
                raise Moved(
                    f"the account {account.name!r} ({external_id}) begins at {to_text(opening, page.ask.digits)}, but "
                    f"ended at {to_text(ended, page.ask.digits)} on {page.ask.start - timedelta(days=1)}",
                    str(page.ask),
                )

    def _keep_ending(self, page: LedgerPage) -> None:
        ending = {**self.endings.get(page.ask.start, {}), **page.opening}
        for external_id, movement in page.movement.items():
            if external_id in ending:
                ending[external_id] += movement
        self.endings[page.ask.end] = ending


def _merged(pages: Sequence[LedgerPage]) -> LedgerPage:
    whole = LedgerPage(pages[0].ask)
    for page in pages:
        whole.opening.update(page.opening)
        whole.movement.update(page.movement)
        whole.without_money += page.without_money
        for key, draft in page.drafts.items():
            if (known := whole.drafts.setdefault(key, draft)) is not draft:
                known.postings += draft.postings
    return whole


def middle(first: date, end: date) -> date:
    """Return where to halve a range: at a month's start while there are several months, else at a day."""
    months = list(Month.of(first).until(Month.of(end - timedelta(days=1)) + 1))
    if len(months) > 1:
        return months[len(months) // 2].start
    return first + (end - first) // 2
