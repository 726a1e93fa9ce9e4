"""Reads a window's moves by their dates, a page at a time, and tells each stretch of whole days at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tieout.core.records import Checkpoint, EntryRecord, Window
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.tryton import places, wire
from tieout.providers.tryton.company import CompanyReader
from tieout.providers.tryton.lists import Lists, Unknown
from tieout.providers.tryton.mapping import Mapping

PAGE = 500  # moves, with all their lines
_ONE_DAY = timedelta(days=1)
_MOVE = ("date", "number", "description", "origin", "journal.name", "journal.type", "period.type")
_LINE = (
    "move", "account", "debit", "credit", "party", "description", "second_currency.code", "amount_second_currency",
)  # fmt: skip
_SHARE = ("move_line", "account", "debit", "credit")


class WindowReader:
    """Reads the moves of one company."""

    def __init__(self, company: CompanyReader, *, page: int = PAGE) -> None:
        self._company = company
        self._page = page

    def read(self, part: Window) -> Iterator[EntryRecord | Checkpoint]:
        """Yield the entries of a window, with a checkpoint after each stretch of whole days."""
        at = date.fromisoformat(part.resume) if part.resume else part.start
        while at < part.end:
            moves, upto = self._stretch(at, part.end)
            yield from self._entries(moves)
            yield Checkpoint(resume=upto.isoformat(), complete=upto >= part.end, covered=Window(start=at, end=upto))
            at = upto
        if part.resume and date.fromisoformat(part.resume) >= part.end:
            yield Checkpoint(resume=part.resume, complete=True)

    def _stretch(self, start: date, end: date) -> tuple[list[wire.Move], date]:
        """Return the moves of so many whole days as a page holds, and the day after them; of one day at least."""
        page = self._moves(self._within(start, end), [("date", "ASC"), ("id", "ASC")])
        if len(page) < self._page:
            return page, end
        last = page[-1].date.date()
        if last > start:
            return [move for move in page if move.date.date() < last], last
        return self._day(start), start + _ONE_DAY

    def _day(self, day: date) -> list[wire.Move]:
        """Return all moves of a day that holds more than a page."""
        found: list[wire.Move] = []
        while True:
            after = found[-1].id if found else 0
            page = self._moves([*self._within(day, day + _ONE_DAY), ["id", ">", after]], [("id", "ASC")])
            found += page
            if len(page) < self._page:
                return found
            if page[-1].id <= after:
                raise UnreadableBooks(f"the page after {after} holds nothing new", where=f"moves of {day}")

    def _within(self, start: date, end: date) -> list[list[object]]:
        return [
            self._company.mine, ["state", "=", "posted"], ["date", ">=", wire.day(start)], ["date", "<", wire.day(end)],
        ]  # fmt: skip

    def _moves(self, domain: list[list[object]], order: Sequence[tuple[str, str]]) -> list[wire.Move]:
        """Return a page of moves with their lines: three questions, which Tryton answers faster than one that nests."""
        client, context = self._company.client, self._company.context
        page = client.some(places.MOVE, domain, wire.Move, _MOVE, context, order=order, limit=self._page)
        moves = {move.id: move for move in page}
        if not moves:
            return []
        lines = {it.id: it for it in client.all(places.LINE, [["move", "in", [*moves]]], wire.Line, _LINE, context)}
        if self._company.lists().roots:
            shared = [["move_line.move", "in", [*moves]]]
            for share in client.all(places.ANALYTIC_LINE, shared, wire.AnalyticLine, _SHARE, context):
                if share.move_line in lines:
                    lines[share.move_line].analytic.append(share)
        for line in lines.values():
            moves[line.move].lines.append(line)
        return page

    def _entries(self, moves: Sequence[wire.Move]) -> list[EntryRecord]:
        try:
            return list(self._mapping(self._company.lists()).entries(moves))
        except Unknown:  # somebody may have made it since the lists were read
            lists = self._company.lists(anew=True)
        try:
            return list(self._mapping(lists).entries(moves))
        except Unknown as unknown:
            raise UnreadableBooks(f"{unknown} is in no list", where="moves") from unknown

    def _mapping(self, lists: Lists) -> Mapping:
        it = self._company.organisation()
        return Mapping(lists=lists, currency=it.currency, digits=it.digits)
