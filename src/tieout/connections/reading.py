"""The reading half of a run: lists, the opening entry, and the windows, each staged as soon as it is proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
from django.db import transaction
from django.db.models import F

from tieout.connections.holding import Hold
from tieout.connections.models import Phase
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
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
from tieout.ledger.listings import NotListed
from tieout.ledger.placing import Placement
from tieout.ledger.staging import Stage
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.interface import Books


class Reader:
    """Reads the books into a stage, and says which expense each line is in."""

    def __init__(self, books: Books, stage: Stage, hold: Hold, check: Callable[[], None]) -> None:
        """``check`` raises when the worker is asked to stop."""
        self.books = books
        self.stage = stage
        self.hold = hold
        self.check = check
        self._accounts: list[AccountRecord] = []
        self._placement: Placement | None = None

    @property
    def placement(self) -> Placement:
        """Where lines go, by the chart as it was read last."""
        if self._placement is None:
            self._placement = prepare(self.stage.book)
        return self._placement

    def lists(self) -> None:
        """Stage the provider's lists."""
        self.hold.note(phase=Phase.LISTS, reading="chart of accounts, vendors, customers, items")
        records = list(self.books.lists())
        changes = self.stage.lists(records)
        self._accounts = [record for record in records if isinstance(record, AccountRecord)]
        self._placement = None
        self.hold.note(rows_written=F("rows_written") + changes.rows_written, lists_note=_lists_note(records))

    def opening(self) -> None:
        """Stage the opening entry, or none where nothing was posted before the start of history."""
        start = self.stage.book.start
        earliest = self.books.capabilities.earliest
        entries = []
        if earliest is not None and earliest.start < start:
            self.hold.note(reading=f"balances before {start:%-d %B %Y}")
            entries = [self._opening_entry()]
        day_before = Window(start=start - timedelta(days=1), end=start)
        with transaction.atomic():
            changes = self.stage.entries(entries, day_before, self.placement)
            self.hold.note(rows_written=F("rows_written") + changes.rows_written)

    def _opening_entry(self) -> EntryRecord:
        day = self.stage.book.start - timedelta(days=1)
        trial_balance = next(
            it for it in self.books.balances([Month.of(day)]) if it.statement is Statement.TRIAL_BALANCE
        )
        earnings = next((it.external_id for it in self._accounts if it.role is AccountRole.RETAINED_EARNINGS), None)
        sheet = {it.external_id: AccountType(it.type).on_balance_sheet for it in self._accounts}
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

    def windows(self, windows: Sequence[Window]) -> None:
        """Stage the windows after the run's checkpoint."""
        run = self.hold.run
        self.hold.note(phase=Phase.LINES, windows_total=len(windows))
        resume = run.resume
        for index in range(run.windows_done, len(windows)):
            window = windows[index]
            self.hold.note(reading=_in_words(window))
            self._window(msgspec.structs.replace(window, resume=resume), index)
            resume = ""

    def again(self, window: Window) -> None:
        """Read a window anew, outside the checkpoint."""
        self.hold.note(reading=f"{_in_words(window)} again")
        self._window(window, None)

    def _window(self, window: Window, index: int | None) -> None:
        """Read one window; each checkpoint stores what came before it and where to go on, in one transaction."""
        waiting: list[EntryRecord] = []
        for record in self.books.read(window):
            match record:
                case EntryRecord():
                    waiting.append(record)
                case Gone():
                    raise UnreadableBooks("a window told of a deletion", where=_in_words(window))
                case Checkpoint():
                    self._store_or_list_again(waiting, record, index)
                    waiting = []
                    self.check()
        if waiting:
            raise UnreadableBooks("the answer ended without its last checkpoint", where=_in_words(window))

    def _store_or_list_again(self, entries: Sequence[EntryRecord], checkpoint: Checkpoint, index: int | None) -> None:
        """Store a stretch; where it names what the lists lack, somebody has just made it: list once more."""
        try:
            self._store(entries, checkpoint, index)
        except NotListed:
            phase = self.hold.run.phase
            self.lists()
            self.hold.note(phase=Phase.LINES if index is not None else phase)
            self._store(entries, checkpoint, index)

    def _store(self, entries: Sequence[EntryRecord], checkpoint: Checkpoint, index: int | None) -> None:
        """Store a stretch and where to go on, in one transaction."""
        place: dict[str, int | str] = {}
        if index is not None:
            place = {"windows_done": index + 1, "resume": ""} if checkpoint.complete else {"resume": checkpoint.resume}
        placement = self.placement
        with transaction.atomic():
            changes = self.stage.entries(entries, checkpoint.covered, placement)
            self.hold.note(
                lines_read=F("lines_read") + sum(len(entry.lines) for entry in entries),
                rows_written=F("rows_written") + changes.rows_written,
                attempts=0,  # the platform is well again
                **place,
            )
        self.hold.run.attempts = 0


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
