"""Row 7: pages that arrive several times, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, cast

import httpx2
import msgspec

from tieout.core.records import Checkpoint, EntryRecord, Gone, Part
from tieout.proofs import queries
from tieout.proofs.ground import HERE, Trial
from tieout.proofs.linking import linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well, must_equal_line_by_line
from tieout.providerkit.interface import Books, Past

Stretch = tuple[list[EntryRecord | Gone], Checkpoint]


class _Replaying:
    """Books whose pages are handed over one to five times, earlier ones among them, in any order."""

    def __init__(self, books: Books, dice: Random) -> None:
        self._books = books
        self._dice = dice
        self._seen: list[Stretch] = []
        self.replayed = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the rest is the books' own
        return getattr(self._books, name)

    def read(self, part: Part, *, past: Past | None = None) -> Iterator[EntryRecord | Gone | Checkpoint]:
        """Yield the part's pages again and again; the last one as it should be."""
        own = list(_stretches(self._books.read(part, past=past)))
        earlier = self._dice.sample(self._seen, min(len(self._seen), 3))
        again = [it for it in (*own, *earlier) for _ in range(self._dice.randint(1, 5))]
        self._dice.shuffle(again)
        self._seen += own
        self.replayed += len(again)
        for records, checkpoint in again:
            yield from records
            yield msgspec.structs.replace(checkpoint, resume=own[0][1].resume if len(own) > 1 else "", complete=False)
        for records, checkpoint in own:
            yield from records
            yield checkpoint


def _stretches(records: Iterator[EntryRecord | Gone | Checkpoint]) -> Iterator[Stretch]:
    waiting: list[EntryRecord | Gone] = []
    for record in records:
        if isinstance(record, Checkpoint):
            yield waiting, record
            waiting = []
        else:
            waiting.append(record)


def replayed(at: Trial) -> Measured:
    """Read books whose pages come again and again; the ledger must be what one reading of each gives."""
    key = at.ground.provider
    stand = small_books(at)
    opened: list[_Replaying] = []
    with linked(key, stand) as plainly:
        must_be_well(plainly.sync())
        expected = queries.content(plainly.book)
    provider = at.ground.platform.provider(HERE, httpx2.WSGITransport(app=stand.app), clock=plainly.clock)
    really = provider.open

    def replaying(*given: Any, **named: Any) -> Books:  # noqa: ANN401 - handed on as they are
        opened.append(_Replaying(really(*given, **named), at.dice))
        return cast("Books", opened[-1])

    provider.open = replaying  # type: ignore[method-assign]
    with linked(key, stand, clock=plainly.clock, provider=provider) as link:
        must_be_well(link.sync())
        must_equal_line_by_line(link)
        got = queries.content(link.book)
        must(got == expected, f"{len(got ^ expected)} entries are not those of a plain reading")
    return {"pages again": sum(it.replayed for it in opened)}
