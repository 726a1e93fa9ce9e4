"""The reading half of a run: lists, the opening entry, and the windows, each staged as soon as it is proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial

import msgspec
from django.db import transaction
from django.db.models import F

from tieout.connections.holding import Hold, Value
from tieout.connections.models import Phase, Reach
from tieout.connections.plan import month_window
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    Balances,
    Checkpoint,
    EntryKind,
    EntryRecord,
    Gone,
    ItemRecord,
    LineRecord,
    ListRecord,
    PartyRecord,
    Statement,
    Window,
)
from tieout.core.statements import opening
from tieout.expenses.placement import prepare
from tieout.ledger import touched
from tieout.ledger.accounts import chart
from tieout.ledger.listings import NotListed
from tieout.ledger.placing import Placement
from tieout.ledger.recall import lists_at
from tieout.ledger.staging import Stage
from tieout.providerkit.errors import BooksMoved, UnreadableBooks
from tieout.providerkit.interface import Books

REREADS = 3  # how often what seems to move while it is read is read again (spec §3)
LISTS, OPENING = "lists", "opening"  # what is staged besides windows and statements, as the run's row knows it


class Reader:
    """Reads the books into a stage, and says which expense each line is in."""

    def __init__(self, books: Books, stage: Stage, hold: Hold, check: Callable[[], None]) -> None:
        """``check`` raises when the worker is asked to stop."""
        self.books = books
        self.stage = stage
        self.hold = hold
        self.check = check
        self._placement: Placement | None = None
        self._moved: Counter[date] = Counter()  # how often what began on a day did not follow from what was read before

    @property
    def placement(self) -> Placement:
        """Where lines go, by the chart as it was read last."""
        if self._placement is None:
            self._placement = prepare(self.stage.book)
        return self._placement

    def staged(self, what: str) -> list[int] | None:
        """Return what is kept of a step of this version that is done, None of one that is not."""
        received: dict[str, list[int]] = self.hold.run.received
        return received.get(what)

    def keep(self, what: str, months: Sequence[int] = (), **changes: Value) -> None:
        """Note that a step is done, within the transaction that stores what it brought."""
        self.hold.progress(received={**self.hold.run.received, what: list(months)}, **changes)

    def lists(self) -> None:
        """Stage the provider's lists, or let the provider know them as they are staged already."""
        if self.staged(LISTS) is None:
            self.lists_anew()
        else:
            self.books.recall(lists_at(self.stage.book, self.stage.version))

    def lists_anew(self) -> None:
        """Stage the provider's lists. What has become inactive may be merged into another: its months are read."""
        self.hold.note(phase=Phase.LISTS, reading="chart of accounts, vendors, customers, items")
        records = list(self.books.lists())
        with transaction.atomic():
            changes = self.stage.lists(records)
            merged = [] if self._reads_everything else touched.months_of_inactive(self.stage.book, self.stage.version)
            parts = self._parts_with(map(month_window, sorted(merged)))
            self.keep(
                LISTS, rows_written=F("rows_written") + changes.rows_written, lists_note=_lists_note(records),
                parts=parts, windows_total=len(parts),
            )  # fmt: skip
        self._placement = None

    @property
    def _reads_everything(self) -> bool:
        return self.hold.run.reach == Reach.EVERYTHING

    def opening(self) -> None:
        """Stage the opening entry, or none where nothing was posted before the start of history."""
        if self.staged(OPENING) is not None:
            return
        day = self.stage.book.start - timedelta(days=1)
        self.hold.note(reading=f"balances before {self.stage.book.start:%-d %B %Y}")
        (trial_balance,) = self.books.balances(Statement.TRIAL_BALANCE, [Month.of(day)])
        entry = self._opening_entry(trial_balance, day) if trial_balance.amounts else None
        self._listed_once_more(lambda: self._store_opening([entry] if entry else []))

    def _store_opening(self, entries: Sequence[EntryRecord]) -> None:
        start = self.stage.book.start
        with transaction.atomic():
            changes = self.stage.entries(entries, Window(start=start - timedelta(days=1), end=start), self.placement)
            self.keep(OPENING, rows_written=F("rows_written") + changes.rows_written)

    def _opening_entry(self, trial_balance: Balances, day: date) -> EntryRecord:
        accounts = chart(self.stage.book, self.stage.version).values()
        earnings = next((it.external_id for it in accounts if it.role is AccountRole.RETAINED_EARNINGS), None)
        sheet = {it.external_id: it.type.on_balance_sheet for it in accounts}
        try:
            amounts = opening(trial_balance.amounts, sheet, earnings)
        except (KeyError, ValueError) as error:
            raise UnreadableBooks(str(error), where=f"opening balances at {day}") from error
        return EntryRecord(
            type="Opening balance",
            external_id="opening",
            kind=EntryKind.OPENING,
            date=day,
            memo="Balances before the start of history, from the provider's trial balance",
            lines=tuple(LineRecord(account=account, amount=amount) for account, amount in sorted(amounts.items())),
        )

    def windows(self) -> None:
        """Stage the run's windows after its checkpoint."""
        run = self.hold.run
        resume = run.resume
        while run.windows_done < len(run.parts):  # lists that are read meanwhile may add some
            window, index = self._part(run.windows_done), run.windows_done
            self.hold.note(reading=_in_words(window))
            try:
                self._window(msgspec.structs.replace(window, resume=resume), index)
            except BooksMoved as moved:
                self._go_back(window, moved)
            else:
                run.windows_done = max(run.windows_done, index + 1)
            resume = ""

    def _go_back(self, window: Window, moved: BooksMoved) -> None:
        """Let what was read right before be read anew, and then the window: somebody may have posted in between.

        If they did so in a still earlier month, that one does not lead to this one either, and so on back to it.
        Raise what was given where that has been tried, or nothing was read before.
        """
        self._moved[moved.start] += 1
        parts, done = self.hold.run.parts, self.hold.run.windows_done
        before = next((part for part in reversed(parts[:done]) if part[1] == window.start.isoformat()), None)
        if moved.start > window.start:  # in the window itself, which was read in stretches
            again: list[list[str]] = []
        elif before is not None:
            again = [before]
        else:
            raise moved
        if self._moved[moved.start] > REREADS:
            raise moved
        parts = [*parts[:done], *again, *parts[done:]]
        self.hold.progress(parts=parts, windows_total=len(parts), resume="")

    def more(self, months: Sequence[Month], **changes: Value) -> None:
        """Read months anew: they are added to the run's windows, so that a checkpoint counts for them too."""
        self.hold.note(reading=f"{_in_words(month_window(months[0]))} again", **changes)
        parts = [*self.hold.run.parts, *map(as_part, map(month_window, months))]
        self.hold.note(parts=parts, windows_total=len(parts))
        self.hold.run.parts = parts
        self.windows()

    def months_read(self) -> set[Month]:
        """Return the months that the run reads each by itself."""
        windows = [self._part(index) for index in range(len(self.hold.run.parts))]
        return {Month.of(it.start) for it in windows if it == month_window(Month.of(it.start))}

    def _part(self, index: int) -> Window:
        start, end = self.hold.run.parts[index]
        return Window(start=date.fromisoformat(start), end=date.fromisoformat(end))

    def _parts_with(self, windows: Iterable[Window]) -> list[list[str]]:
        """Return the run's windows with those that are not among the ones still to read."""
        run = self.hold.run
        start, waiting = self.stage.book.start.isoformat(), run.parts[run.windows_done :]
        more = [part for part in map(as_part, windows) if part not in waiting and part[0] >= start]
        return [*run.parts, *more]

    def _window(self, window: Window, index: int) -> None:
        """Read one window; each checkpoint stores what came before it and where to go on, in one transaction."""
        waiting: list[EntryRecord] = []
        for record in self.books.read(window):
            match record:
                case EntryRecord():
                    waiting.append(record)
                case Gone():
                    raise UnreadableBooks("a window told of a deletion", where=_in_words(window))
                case Checkpoint():
                    self._listed_once_more(partial(self._store, waiting, record, index))
                    waiting = []
                    self.check()
        if waiting:
            raise UnreadableBooks("the answer ended without its last checkpoint", where=_in_words(window))

    def _listed_once_more(self, store: Callable[[], None]) -> None:
        """Store something; where it names what the lists lack, somebody has just made it: list once more."""
        try:
            store()
        except NotListed:
            phase = self.hold.run.phase
            self.lists_anew()
            self.hold.note(phase=phase)
            store()

    def _store(self, entries: Sequence[EntryRecord], checkpoint: Checkpoint, index: int) -> None:
        """Store a stretch and where to go on, in one transaction."""
        place: dict[str, Value] = {"resume": checkpoint.resume}
        if checkpoint.complete:
            place = {"windows_done": index + 1, "resume": ""}
        placement = self.placement
        with transaction.atomic():
            changes = self.stage.entries(entries, checkpoint.covered, placement)
            self.hold.progress(
                lines_read=F("lines_read") + sum(len(entry.lines) for entry in entries),
                rows_written=F("rows_written") + changes.rows_written,
                **place,
            )


def as_part(window: Window) -> list[str]:
    """Return a window as the run's row keeps it."""
    return [window.start.isoformat(), window.end.isoformat()]


def _lists_note(records: Sequence[ListRecord]) -> str:
    accounts = [it for it in records if isinstance(it, AccountRecord)]
    expenses = sum(1 for it in accounts if it.type is AccountType.EXPENSE)
    parties = sum(1 for it in records if isinstance(it, PartyRecord))
    items = sum(1 for it in records if isinstance(it, ItemRecord))
    people = f"{parties} vendors, customers and employees"
    return f"{len(accounts)} accounts, {expenses} of them expenses; {people}; {items} items"


def _in_words(window: Window) -> str:
    first, last = Month.of(window.start), Month.of(window.end - timedelta(days=1))
    if first == last:
        return f"{window.start:%B %Y}"
    return f"{window.start:%B %Y} to {last.start:%B %Y}"
