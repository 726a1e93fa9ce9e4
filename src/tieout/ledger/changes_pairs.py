"""Which line became which when an entry was written anew or undone: lines have no identity of their own."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple


class Place(NamedTuple):
    """The smallest cell: the sums are kept by it. ``month`` is a key such as 202601."""

    account: int
    expense: int
    month: int


class LineAt(NamedTuple):
    """A line with its entry's header as known at one of the two versions. Row ids; minor units, debit positive."""

    date: date
    type: str
    external_id: str
    number: str
    memo: str
    record: str
    account: int
    expense: int
    month: int
    amount: int
    party: int
    item: int
    dimension_set: int
    text: str
    currency: str
    currency_amount: int
    hidden: bool  # pay that the reader may see as sums only

    @property
    def place(self) -> Place:
        return Place(self.account, self.expense, self.month)

    @property
    def content(self) -> tuple[object, ...]:
        """What the books say: everything but where Tieout put it, and under which posting the platform keeps it."""
        return _CONTENT(self)

    @property
    def record_id(self) -> str:
        """What the platform knows its record by."""
        return self.record.partition(":")[2] or self.external_id

    @property
    def undone(self) -> LineAt:
        """The line that this one undoes."""
        return self._replace(amount=-self.amount, currency_amount=-self.currency_amount)


_NO_CONTENT = {"external_id", "record", "expense", "hidden"}
_CONTENT: Callable[[LineAt], tuple[object, ...]] = itemgetter(
    *(place for place, name in enumerate(LineAt._fields) if name not in _NO_CONTENT)
)


class Kind(StrEnum):
    """What happened to a line."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    REMAPPED = "re-mapped"


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line before and after; None where there was or is none, also in an entry that was changed."""

    kind: Kind
    before: LineAt | None
    after: LineAt | None

    @property
    def hidden(self) -> bool:
        """Whether the reader may see this as part of a sum only."""
        return any(line is not None and line.hidden for line in (self.before, self.after))

    @property
    def effects(self) -> dict[Place, int]:
        """What the change does to each cell that it touches: 0 where only what stands beside the amount changed."""
        result: defaultdict[Place, int] = defaultdict(int)
        if self.before is not None:
            result[self.before.place] -= self.before.amount
        if self.after is not None:
            result[self.after.place] += self.after.amount
        return dict(result)


_LIKENESS: Sequence[Callable[[LineAt], Hashable]] = (
    lambda line: line.content,
    lambda line: (line.account, line.amount, line.party, line.item, line.dimension_set, line.text),
    lambda line: (line.account, line.party, line.item, line.dimension_set, line.text),
    lambda line: (line.account, line.amount),
    lambda line: line.account,
    lambda line: line.amount,
)


class Moved(NamedTuple):
    """An entry's lines, on the side of what was there or of what is; what undoes is the other side's."""

    stands: bool
    lines: Sequence[LineAt]


def compared(entries: Sequence[Moved]) -> Iterator[LineChange]:
    """Yield how the lines of a record changed: the likest are paired first, what is like nothing stands alone.

    Lines that are the same in all respects are left out. The sums of a cell do not depend on who is paired with whom,
    only what is shown side by side does. A record that only came or only went is added or removed, not changed.
    """
    before = [line for entry in entries if not entry.stands for line in entry.lines]
    after = [line for entry in entries if entry.stands for line in entry.lines]
    kind = Kind.CHANGED if before and after else Kind.ADDED if after else Kind.REMOVED
    for was, now in _paired(before, after):
        if was is None or now is None or was.content != now.content:
            yield LineChange(kind, was, now)
        elif was.expense != now.expense:
            same = (was.type, was.external_id) == (now.type, now.external_id)
            yield LineChange(Kind.REMAPPED if same else kind, was, now)


def _paired(before: Sequence[LineAt], after: Sequence[LineAt]) -> Iterator[tuple[LineAt | None, LineAt | None]]:
    for like in _LIKENESS:
        if not before or not after:
            break
        waiting: defaultdict[Hashable, deque[LineAt]] = defaultdict(deque)
        for line in before:
            waiting[like(line)].append(line)
        rest = []
        for line in after:
            if partners := waiting.get(like(line)):
                yield partners.popleft(), line
            else:
                rest.append(line)
        before = [line for lines in waiting.values() for line in lines]
        after = rest
    yield from ((line, None) for line in before)
    yield from ((None, line) for line in after)
