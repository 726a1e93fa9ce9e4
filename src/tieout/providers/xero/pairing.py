"""Which journals undo which: Xero appends a negation where people edit, void or delete, and never changes a journal.

Of 174 reversals of a real organisation all were exact negations, line by line, on the day of the journal that they undo
and with its source. What is undone belongs to an earlier version of its document, so a negation has what the undone
journal has (party, number, items), and not what the document says today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from tieout.core.records import EntryRecord, LineRecord

_Side = tuple[str, int, tuple[tuple[str, str], ...]]


class Pairing:
    """The postings of records: which there are, and which of them nothing has undone."""

    def __init__(self) -> None:
        self._standing: defaultdict[str, list[EntryRecord]] = defaultdict(list)  # by record, the latest at the end
        self._held: dict[str, EntryRecord] = {}  # by key

    def __len__(self) -> int:
        return len(self._held)

    def know(self, entries: Iterable[EntryRecord]) -> None:
        """Take entries that the ledger holds: those of a record are given together."""
        found = list(entries)
        undone = {entry.reverses for entry in found if entry.reverses}
        for entry in found:
            if entry.key in self._held:
                continue
            self._held[entry.key] = entry
            if not entry.reverses and entry.key not in undone:
                self._standing[entry.record].append(entry)

    def held(self, key: str) -> EntryRecord | None:
        """Return the entry with this key, if it is known."""
        return self._held.get(key)

    def forget(self, key: str) -> None:
        """Give up an entry that is not what it was taken for."""
        entry = self._held.pop(key)
        self._standing[entry.record] = [it for it in self._standing[entry.record] if it.key != key]

    def standing(self, record: str) -> list[EntryRecord]:
        """Return a record's entries that nothing has undone."""
        return list(self._standing.get(record, ()))

    def undoing(self, entry: EntryRecord) -> EntryRecord | None:
        """Return the entry as the negation of one that stands, which then stands no more; None if it undoes none.

        A negation is itself never undone: what is posted after it, even if it is the same as what was, is new.
        """
        wanted = _sides(entry, -1)
        standing = self._standing.get(entry.record, [])
        for place in reversed(range(len(standing))):
            undone = standing[place]
            if (undone.date, undone.type) == (entry.date, entry.type) and _sides(undone, 1) == wanted:
                del standing[place]
                negation = _as_of(undone, entry)
                self._held[entry.key] = negation
                return negation
        return None

    def add(self, entry: EntryRecord) -> None:
        """Take an entry that undoes none: it stands from now on."""
        self._held[entry.key] = entry
        self._standing[entry.record].append(entry)


def _sides(entry: EntryRecord, sign: int) -> list[_Side]:
    return sorted((line.account, sign * line.amount, line.dimensions) for line in entry.lines)


def _as_of(undone: EntryRecord, entry: EntryRecord) -> EntryRecord:
    """Return a negation with what is known of the lines that it undoes: those of the same text first."""
    left = list(undone.lines)
    found: dict[int, LineRecord] = {}
    for same_text in (True, False):
        for place, line in enumerate(entry.lines):
            if place not in found and (match := _opposite(line, left, same_text=same_text)) is not None:
                left.remove(match)
                found[place] = msgspec.structs.replace(
                    line, party=match.party, item=match.item, currency=match.currency,
                    currency_amount=-match.currency_amount,
                )  # fmt: skip
    return msgspec.structs.replace(
        entry, reverses=undone.key, party=undone.party, number=undone.number, memo=undone.memo,
        lines=tuple(found[place] for place in range(len(entry.lines))),
    )  # fmt: skip


def _opposite(line: LineRecord, lines: Iterable[LineRecord], *, same_text: bool) -> LineRecord | None:
    side = (line.account, -line.amount, line.dimensions)
    return next(
        (
            it
            for it in lines
            if (it.account, it.amount, it.dimensions) == side and (not same_text or it.memo == line.memo)
        ),
        None,
    )
