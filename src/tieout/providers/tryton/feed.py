"""What changed since a moment of the server's own clock: moves, their lines, and the lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from tieout.core.records import Hints
from tieout.providers.tryton import places, wire
from tieout.providers.tryton.company import CompanyReader

R = TypeVar("R", bound=wire.Row)

# A change is dated when it begins and can be seen when it ends: what took longer than this is found by the balances.
OVERLAP = timedelta(minutes=10)
MOST = 20_000  # changed moves, beyond which reading every month is cheaper
_LISTS = (places.ACCOUNT, places.TYPE, places.PARTY, places.ANALYTIC)


class Cursor(msgspec.Struct):
    """Where the next question goes on: the server's last change, and what the lists were."""

    at: datetime | None
    lists: tuple[tuple[int, str], ...]


class Feed:
    """Tells what changed in one company."""

    def __init__(self, company: CompanyReader, *, most: int = MOST) -> None:
        self._company = company
        self._most = most

    def hints(self, since: str | None) -> Hints:
        """Return what changed since a cursor; a cursor alone without one."""
        now = Cursor(self._last_change(), self._fingerprints())  # first: what changes from here on is told next time
        cursor = msgspec.json.encode(now).decode()
        if since is None:
            return Hints(complete=False, cursor=cursor)
        before = msgspec.json.decode(since, type=Cursor)
        moves = self._changed(None if before.at is None else before.at - OVERLAP)
        lists = before.lists != now.lists
        if moves is None:
            because = f"more than {self._most:,} moves changed since the last sync"
            return Hints(complete=False, cursor=cursor, because=because, lists=lists)
        return Hints(
            complete=True,
            cursor=cursor,
            records=tuple(str(number) for number in sorted(moves)),
            dates=tuple(sorted(set(moves.values()))),
            lists=lists,
        )

    # --- moves ---

    def _changed(self, since: datetime | None) -> dict[int, date] | None:
        """Return the posted moves that changed with their dates, None if they are too many."""
        found: dict[int, date] = {}
        for number, day in self._each_changed(since):
            found[number] = day
            if len(found) > self._most:
                return None
        return found

    def _each_changed(self, since: datetime | None) -> Iterator[tuple[int, date]]:
        mine, client, context = self._company.company, self._company.client, self._company.context
        own = [["company", "=", mine], ["state", "=", "posted"], *_since(since)]
        for move in client.all(places.MOVE, own, wire.Dated, ("date",), context):
            yield move.id, move.date.date()
        # Tryton writes a line anew whenever one of its analytic lines is made, changed or removed, long after posting.
        of_move = [["move.company", "=", mine], ["move.state", "=", "posted"], *_since(since)]
        for line in client.all(places.LINE, of_move, wire.OfMove, ("move.date",), context):
            yield line.move.id, line.move.date.date()

    # --- clocks ---

    def _last_change(self) -> datetime | None:
        mine = self._company.company
        models = ((places.MOVE, "company"), (places.LINE, "move.company"))
        found = (self._last(model, [[owner, "=", mine]]) for model, owner in models)
        return max((it for it in found if it is not None), default=None)

    def _last(self, model: str, domain: list[list[object]]) -> datetime | None:
        fields, newest = ("create_date", "write_date"), []
        for name in fields:
            rows = self._company.client.some(
                model, [*domain, [name, "!=", None]], wire.Written, fields, self._company.context,
                order=[(name, "DESC")], limit=1,
            )  # fmt: skip
            newest += [it.moment() for row in rows for it in (row.create_date, row.write_date) if it is not None]
        return max(newest, default=None)

    def _fingerprints(self) -> tuple[tuple[int, str], ...]:
        """Return how many rows each list has and when it last changed."""
        kept = []
        for model in _LISTS:
            if model == places.ANALYTIC and not self._company.has_analytic:
                continue
            domain = [] if model == places.PARTY else [self._company.mine]
            number = self._company.client.count(model, domain, self._company.context)
            last = self._last(model, domain)
            kept.append((number, last.isoformat() if last else ""))
        return tuple(kept)


def _since(moment: datetime | None) -> list[list[object]]:
    if moment is None:
        return []
    at = wire.moment(moment)
    return [["OR", ["create_date", ">=", at], ["write_date", ">=", at]]]
