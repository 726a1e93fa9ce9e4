"""Profit and loss by account: the chart's accounts under the parts of the statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tieout.expenses.sections import HIRING_LABEL, Member
from tieout.ledger.accounts import Account
from tieout.planning.timeline import HIRING
from tieout.reports.document import Row
from tieout.reports.families import family_rows, tops, with_parents
from tieout.reports.outline import name_of
from tieout.reports.profit_figures import Figures, Piece, added, ahead_of
from tieout.reports.profit_parts import Part, gross_profit, net_income, operating_income, part_of, part_sum

Pieces = Mapping[int, list[Piece]]  # by account


def account_rows(found: Figures) -> Iterator[Row]:
    """Yield the statement's rows; the last one is net income."""
    lines = AccountLines(found)
    parts: list[str] = []
    seen: set[Part] = set()
    for part in Part:
        if rows := lines.part(part):
            yield part_sum(part, tops(rows, 2))
            yield from rows
            parts.append(part.key)
            seen.add(part)
        if part is Part.COST and part in seen:
            yield gross_profit(parts)
        if part is Part.EXPENSES and part in seen:
            yield operating_income(parts)
    yield net_income(parts)


class AccountLines:
    """Writes accounts as rows."""

    def __init__(self, found: Figures) -> None:
        self._found = found
        self._pieces = _by_account(found.pieces)
        self._parts = _by_account(found.parts)

    def part(self, part: Part) -> list[Row]:
        """Return the accounts of a part that have anything to show, from level 2 on."""
        accounts = self._found.at.accounts
        own = {it for it in self._pieces if part_of(accounts[it]) is part}
        shown = with_parents(own, accounts, lambda above, below: part_of(above) is part_of(below))
        rows = family_rows(accounts, shown, own, level=2, line=lambda it: self._line(it, part))
        rows += [self._linked(it, part) for it in self._found.linked if self._part_of(it) is part]
        coming = self._found.to_come
        if part is Part.REVENUE and coming.adjustment:
            rows.append(_planned("adjustment", "Revenue beyond its streams", part, coming.adjustment))
        if part is Part.EXPENSES and coming.hiring:
            rows.append(_planned(HIRING, HIRING_LABEL, part, coming.hiring))
        return rows

    def _part_of(self, member: Member) -> Part:
        """Return where a linked expense or an added stream stands: where all its accounts do."""
        if member.income:
            return Part.REVENUE
        drawn = {part_of(self._found.at.accounts[it]) for it in self._found.drawn.get(member, ())}
        return (drawn.pop() if len(drawn) == 1 else None) or Part.EXPENSES

    def _linked(self, member: Member, part: Part) -> Row:
        amounts = added(self._found.linked[member])
        return Row(
            key=member.key, label=member.name, level=2, sign=part.sign, favourable=-1, amounts=amounts, ahead=amounts,
            expense=member.id, badge="planned", note="What is posted of it stands in its accounts",
        )  # fmt: skip

    def _line(self, account: Account, part: Part) -> Row:
        residuals = added(self._parts.get(account.id, ()))
        return Row(
            key=f"account:{account.id}",
            label=account.name,
            sign=part.sign,
            favourable=-1,
            amounts=added(self._pieces.get(account.id, ())),
            ahead=ahead_of(self._pieces.get(account.id, ())),
            account=name_of(account),
            cells=self._found.account_cells(account.id),
            states=self._found.states([account.id], residuals),
            residuals=residuals,
            badge="" if account.active else "inactive",
        )


def _planned(key: str, label: str, part: Part, amounts: Mapping[str, int]) -> Row:
    return Row(key=key, label=label, level=2, sign=part.sign, favourable=-1, amounts=amounts, ahead=amounts)


def _by_account(pieces: Iterable[Piece]) -> Pieces:
    result: defaultdict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        result[piece.account].append(piece)
    return dict(result)
