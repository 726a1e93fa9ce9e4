"""A sale in journals, and what a ledger keeps of them: enough of a run to read by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from tieout.core.records import After, Checkpoint, EntryRecord, PartyKey, PartyKind
from tieout.providerkit.contract import of_records
from tieout.providerkit.interface import Books
from tieout.providers.xero.tests.handmade import (
    ACME,
    BAY_POWER,
    DEBTORS,
    GST,
    SALES,
    Json,
    Platform,
    journal,
    side,
    uuid,
)

DAY = date(2026, 1, 20)
CUSTOMER, VENDOR = PartyKey(PartyKind.CUSTOMER, ACME), PartyKey(PartyKind.VENDOR, BAY_POWER)
SALE = (side(DEBTORS, 115.0), side(GST, -15.0), side(SALES, -100.0, "Roses"))


def sale(number: int, document: int, *lines: Json, day: date = DAY, source: str = "ACCREC") -> Json:
    return journal(number, day, *(lines or SALE), source=source, source_id=uuid(document))


class Kept:
    """What a ledger holds after each checkpoint, as a run stores it. ``told`` is what the last run made it write."""

    def __init__(self) -> None:
        self.entries: dict[str, EntryRecord] = {}
        self.told: list[EntryRecord] = []
        self.cursor = ""
        self.points: list[Checkpoint] = []

    def past(self, records: Collection[str], *, parties: Collection[PartyKey] = ()) -> Sequence[EntryRecord]:
        return of_records(list(self.entries.values()), records, parties=parties)

    def run(self, books: Books, resume: str = "", *, stop_after: int = 0) -> Kept:
        waiting: list[EntryRecord] = []
        self.told, self.points = [], []
        for record in books.read(After(cursor=self.cursor, resume=resume), past=self.past):
            if isinstance(record, EntryRecord):
                waiting.append(record)
            elif isinstance(record, Checkpoint):
                self.told += [entry for entry in waiting if self.entries.get(entry.key) != entry]
                self.entries |= {entry.key: entry for entry in waiting}
                waiting = []
                self.points.append(record)
                if record.complete:
                    self.cursor = record.resume
                if stop_after and len(self.points) == stop_after:
                    break
        assert not waiting
        return self


def read(platform: Platform) -> list[EntryRecord]:
    return Kept().run(platform.books()).told


def only(entries: Iterable[EntryRecord]) -> EntryRecord:
    (entry,) = entries
    return entry
