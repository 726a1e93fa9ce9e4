"""The reading half of a run: lists, the opening entry, and the parts, each staged as soon as it is proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import partial

import msgspec
from django.db import transaction
from django.db.models import F

from tieout.connections import parts
from tieout.connections.holding import Hold, Value
from tieout.connections.models import Phase, Reach
from tieout.connections.plan import month_window
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    After,
    Balances,
    Checkpoint,
    EntryKind,
    EntryRecord,
    Gone,
    ItemRecord,
    LineRecord,
    ListRecord,
    Part,
    PartyKey,
    PartyRecord,
    Statement,
    Window,
)
from tieout.core.statements import opening
from tieout.expenses.placement import prepare
from tieout.ledger import touched
from tieout.ledger.accounts import chart
from tieout.ledger.explaining import Explanation, entries
from tieout.ledger.listings import NotListed
from tieout.ledger.past import entries_of_records
from tieout.ledger.placing import Placement
from tieout.ledger.recall import lists_at
from tieout.ledger.staging import Stage
from tieout.providerkit.errors import BooksMoved, UnreadableBooks
from tieout.providerkit.interface import Books

REREADS = 3  # how often what seems to move while it is read is read again (spec §3)
# What is done besides parts and statements, as the run's row knows it.
AFRESH, LISTS, OPENING = "afresh", "lists", "opening"


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

    def afresh(self) -> None:
        """Close all that the book holds, where everything is read from another source or from the beginning."""
        if self.staged(AFRESH) is not None:
            return
        while written := self.stage.close_some():
            self.check()
            self.hold.note(rows_written=F("rows_written") + written)
        self.keep(AFRESH)

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
            merged = [] if self._reads_all_months else touched.months_of_inactive(self.stage.book, self.stage.version)
            kept = self._parts_with(map(month_window, sorted(merged)))
            self.keep(
                LISTS, rows_written=F("rows_written") + changes.rows_written, lists_note=_lists_note(records),
                parts=kept, windows_total=len(kept),
            )  # fmt: skip
        self._placement = None

    @property
    def _reads_all_months(self) -> bool:
        return self.hold.run.reach == Reach.EVERYTHING or self.books.capabilities.numbered

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

    def explain(self, found: Explanation) -> None:
        """Stage the entries that explain what was found of differences, in place of those of earlier versions."""
        records = entries(found, chart(self.stage.book, self.stage.version))
        with transaction.atomic():
            changes = self.stage.explaining(records, self.placement)
            self.hold.note(rows_written=F("rows_written") + changes.rows_written)

    def read(self) -> None:
        """Stage the run's parts after its checkpoint."""
        run = self.hold.run
        resume = run.resume
        while run.windows_done < len(run.parts):  # lists that are read meanwhile may add some
            part, index = parts.part_of(run.parts[run.windows_done]), run.windows_done
            self.hold.note(reading=parts.in_words(part))
            try:
                self._part(msgspec.structs.replace(part, resume=resume), index)
            except BooksMoved as moved:
                if not isinstance(part, Window):
                    raise
                self._go_back(part, moved)
            else:
                run.windows_done = max(run.windows_done, index + 1)
            resume = ""

    def _go_back(self, window: Window, moved: BooksMoved) -> None:
        """Let what was read right before be read anew, and then the window: somebody may have posted in between.

        If they did so in a still earlier month, that one does not lead to this one either, and so on back to it.
        Raise what was given where that has been tried, or nothing was read before.
        """
        self._moved[moved.start] += 1
        kept, done = self.hold.run.parts, self.hold.run.windows_done
        before = next((part for part in reversed(kept[:done]) if part[1] == window.start.isoformat()), None)
        if moved.start > window.start:  # in the window itself, which was read in stretches
            again: list[parts.Stored] = []
        elif before is not None:
            again = [before]
        else:
            raise moved
        if self._moved[moved.start] > REREADS:
            raise moved
        kept = [*kept[:done], *again, *kept[done:]]
        self.hold.progress(parts=kept, windows_total=len(kept), resume="")

    def more(self, months: Sequence[Month], **changes: Value) -> None:
        """Read months anew: they are added to the run's parts, so that a checkpoint counts for them too.

        A numbered feed has no months. It is read on from where it ended; once from its beginning, if the run began
        there: what was misread on the way is put right by that.
        """
        again: list[Part] = list(map(month_window, months))
        if self.books.capabilities.numbered:
            once = self.hold.run.parts.count(parts.stored(After())) == 1
            again = [After(cursor="" if once else self.hold.run.cursor)]
        self.hold.note(reading=f"{parts.in_words(again[0])} again", **changes)
        kept = [*self.hold.run.parts, *map(parts.stored, again)]
        self.hold.note(parts=kept, windows_total=len(kept))
        self.hold.run.parts = kept
        self.read()

    def months_read(self) -> set[Month]:
        """Return the months that the run reads whole, up to the running one."""
        plan = self.hold.run.plan
        return parts.months_of(self.hold.run.parts, through=plan.day) if plan else set()

    def _parts_with(self, windows: Iterable[Window]) -> list[parts.Stored]:
        """Return the run's parts with those windows that are not among the ones still to read."""
        run = self.hold.run
        start, waiting = self.stage.book.start.isoformat(), run.parts[run.windows_done :]
        more = [part for part in map(parts.stored, windows) if part not in waiting and part[0] >= start]
        return [*run.parts, *more]

    def _part(self, part: Part, index: int) -> None:
        """Read one part; each checkpoint stores what came before it and where to go on, in one transaction."""
        waiting: list[EntryRecord] = []
        for record in self.books.read(part, past=self._past if isinstance(part, After) else None):
            match record:
                case EntryRecord():
                    waiting.append(record)
                case Gone():
                    raise UnreadableBooks("it told of a deletion", where=parts.in_words(part))
                case Checkpoint():
                    self._listed_once_more(partial(self._store, waiting, record, index))
                    waiting = []
                    self.check()
        if waiting:
            raise UnreadableBooks("the answer ended without its last checkpoint", where=parts.in_words(part))

    def _past(self, records: Collection[str], *, parties: Collection[PartyKey] = ()) -> list[EntryRecord]:
        return entries_of_records(self.stage.book, records, parties)

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
        if self.books.capabilities.numbered:
            place["reading"] = parts.in_words(After(cursor=checkpoint.resume))
            place |= {"cursor": checkpoint.resume} if checkpoint.complete else {}
        placement = self.placement
        with transaction.atomic():
            changes = self.stage.entries(entries, checkpoint.covered, placement)
            self.hold.progress(
                lines_read=F("lines_read") + sum(len(entry.lines) for entry in entries),
                rows_written=F("rows_written") + changes.rows_written,
                **place,
            )


def _lists_note(records: Sequence[ListRecord]) -> str:
    accounts = [it for it in records if isinstance(it, AccountRecord)]
    expenses = sum(1 for it in accounts if it.type is AccountType.EXPENSE)
    parties = sum(1 for it in records if isinstance(it, PartyRecord))
    items = sum(1 for it in records if isinstance(it, ItemRecord))
    people = f"{parties} vendors, customers and employees"
    return f"{len(accounts)} accounts, {expenses} of them expenses; {people}; {items} items"
