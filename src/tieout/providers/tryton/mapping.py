"""A posted move as an entry: whole, balanced, in minor units. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from tieout.core.accounts import AccountRole
from tieout.core.money import NotMoney, currency_digits, to_minor
from tieout.core.records import EntryRecord, LineRecord, PartyKey, PartyKind
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.tryton.lists import Lists
from tieout.providers.tryton.splitting import Share, split
from tieout.providers.tryton.wire import Line, Move, Typed

CLOSING_JOURNAL, CLOSING_PERIOD = "situation", "adjustment"


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the moves of one company are understood."""

    lists: Lists
    currency: str
    digits: int

    def entries(self, moves: Sequence[Move]) -> Iterator[EntryRecord]:
        """Yield the entries of all moves of some days. Raise Unknown, UnreadableBooks."""
        made = {move.id: entry for move in moves if (entry := self._entry(move)) is not None}
        undone: set[str] = set()
        for move in moves:
            entry = made.get(move.id)
            if entry is None:
                continue
            before = made.get(_cancelled(move))
            if before is not None and before.key not in undone and not before.reverses and _undoes(entry, before):
                undone.add(before.key)
                entry = msgspec.structs.replace(entry, reverses=before.key, record=before.record)
                made[move.id] = entry
            yield entry

    def _entry(self, move: Move) -> EntryRecord | None:
        """Return a move as an entry; None for one without amounts."""
        where = f"move {move.number or move.id}"
        try:
            lines = [piece for line in move.lines for piece in self._lines(line)]
            day = move.date.date()
        except (NotMoney, ValueError) as error:
            raise UnreadableBooks(str(error), where=where) from error
        if sum(line.amount for line in lines):
            # Seen on SQLite, where Tryton's own check compares a number with a text: such a move can be posted.
            raise UnreadableBooks("debit and credit of the move differ", where=f"{where} of {day}")
        if closes_a_year(move):
            lines = self._closing(lines)
        if not lines:
            return None
        return EntryRecord(
            type=move.journal.name or "Move",
            external_id=str(move.id),
            date=day,
            lines=tuple(lines),
            number=move.number or "",
            memo=move.description or "",
            party=_party(lines),
            record=f"Move:{move.id}",
        )

    def _lines(self, line: Line) -> list[LineRecord]:
        account = self.lists.account(line.account)
        amount = self._amount(line.debit, line.credit)
        if not amount:
            return []
        party = None if line.party is None else self.lists.party(line.party, account)
        shares: defaultdict[str, list[Share]] = defaultdict(list)
        for it in line.analytic:
            shares[self.lists.root(it.account)].append(Share(self._amount(it.debit, it.credit), str(it.account)))
        pieces = split(amount, shares)
        foreign = _foreign(line, self.currency)
        parts = _in_proportion(foreign[1], [piece.amount for piece in pieces])
        return [
            LineRecord(
                account=account.external_id,
                amount=piece.amount,
                party=party,
                dimensions=tuple(sorted(piece.values)),
                memo=line.description or "",
                currency=foreign[0],
                currency_amount=part,
                external_id=str(line.id) if len(pieces) == 1 else f"{line.id}.{place}",
            )
            for place, (piece, part) in enumerate(zip(pieces, parts, strict=True), start=1)
        ]

    def _amount(self, debit: Typed, credit: Typed) -> int:
        return to_minor(debit.amount() - credit.amount(), self.digits)

    def _closing(self, lines: Iterable[LineRecord]) -> list[LineRecord]:
        """Return a closing move as what it comes to: the year's result goes where it sends it.

        Income and expense keep what they are: the year is not over again for whoever looks at its last month.
        """
        kept, carried = [], 0
        for line in lines:
            account = self.lists.accounts[line.account]
            if account.type.on_balance_sheet and account.role is not AccountRole.RETAINED_EARNINGS:
                kept.append(line)
            else:
                carried += line.amount
        if carried:
            kept.append(LineRecord(account=self.lists.earnings, amount=carried, memo="The year's result"))
        return kept


def closes_a_year(move: Move) -> bool:
    """Whether a move balances income and expense at the end of a year, by what Tryton's own wizard asks for."""
    return move.journal.type == CLOSING_JOURNAL and move.period.type == CLOSING_PERIOD


def _cancelled(move: Move) -> int:
    """Return the id of the move that a move says to come from, 0 for none."""
    model, _, number = (move.origin or "").partition(",")
    return int(number) if model == "account.move" and number.isdigit() else 0


def _undoes(entry: EntryRecord, before: EntryRecord) -> bool:
    turned = [
        msgspec.structs.replace(line, amount=-line.amount, currency_amount=-line.currency_amount, external_id="")
        for line in entry.lines
    ]
    bare = [msgspec.structs.replace(line, external_id="") for line in before.lines]
    return entry.date == before.date and sorted(map(repr, turned)) == sorted(map(repr, bare))


def _party(lines: Iterable[LineRecord]) -> PartyKey | None:
    """Return whose a move is: its one vendor, else its one employee, else its one customer. Other lines name nobody."""
    found = {line.party for line in lines if line.party is not None}
    for kind in (PartyKind.VENDOR, PartyKind.EMPLOYEE, PartyKind.CUSTOMER):
        some = [it for it in found if it.kind is kind]
        if some:
            return some[0] if len(some) == 1 else None
    return None


def _foreign(line: Line, own: str) -> tuple[str, int]:
    """Return a line's second currency with its amount, ("", 0) where there is none."""
    second = line.second_currency
    if second is None or line.amount_second_currency is None or not second.code or second.code == own:
        return "", 0
    return second.code, to_minor(line.amount_second_currency.amount(), currency_digits(second.code))


def _in_proportion(whole: int, parts: Sequence[int]) -> list[int]:
    """Return a whole shared out like other amounts, to the last unit."""
    total, given, result, passed = sum(parts), 0, [], 0
    for part in parts:
        passed += part
        upto = whole * passed // total if total else 0
        result.append(upto - given)
        given = upto
    return result
