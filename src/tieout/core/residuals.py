"""What a platform reports of its books and does not itemise, as one balanced movement a month. Pure.

The platform's trial balance less ours, month end by month end, is turned into movements that explain it: ours and the
explained together are theirs. Amounts are minor units, debit positive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.core.statements import DERIVED, Nature, retained_earnings_account

Differences = Mapping[Month, Mapping[int, int]]
"""Theirs less ours at each compared month's end: account to amount. A month end without any ties."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What a month's lines lack: account to amount, none of them zero, together zero."""

    month: Month
    amounts: Mapping[int, int]


def not_itemised(differences: Differences, accounts: Mapping[int, Nature], *, first_month: int) -> list[Explained]:
    """Return the movements that explain every difference of books whose platform does not itemise everything.

    A month whose end was not compared is explained with the next one that was. ``first_month`` is the fiscal year's.
    A difference in what the chart has no account for stays one, with all others of its month end. Raise ValueError
    where a month end's differences do not sum to zero: one of the two sides is no trial balance.
    """
    so_far = _SoFar(accounts, first_month)
    found: list[Explained] = []
    for month in sorted(differences):
        so_far.come_to(month)
        moved = so_far.moved(differences[month])
        if sum(moved.values()):
            raise ValueError(f"what is not itemised at {month} does not balance")
        if DERIVED not in moved:
            so_far.explain(moved)
            found += [Explained(month, moved)] if moved else []
    return found


def revalued(
    differences: Differences,
    accounts: Mapping[int, Nature],
    *,
    gains: Collection[int],
    revaluable: Collection[int],
    first_month: int,
) -> list[Explained]:
    """Return the movements of foreign balances by the rate that the platform computes when it reports, in no posting.

    ``gains`` take what ``revaluable`` accounts gain or lose; retained earnings hold what ended years did. Of a month
    end only the differences of these accounts are looked at, and they are explained only if they balance among
    themselves and a gain or loss is among what moved: anything else is a difference that stays.
    """
    so_far = _SoFar(accounts, first_month)
    others = {id_ for id_, it in accounts.items() if not it.type.on_balance_sheet} - {*gains}
    found: list[Explained] = []
    rolled, before = 0, dict[int, int]()  # other differences of ended years, which retained earnings carry on
    for month in sorted(differences):
        balances = differences[month]
        if so_far.come_to(month):
            rolled += sum(before.get(account, 0) for account in others)
        before = dict(balances)
        may_move = {*gains, *revaluable, *((so_far.earnings,) if so_far.missed_a_years_end else ())}
        within = {id_: amount for id_, amount in balances.items() if id_ in {*gains, *revaluable}}
        moved = so_far.moved(within | {so_far.earnings: balances.get(so_far.earnings, 0) - rolled})
        if sum(moved.values()) or not moved.keys() <= may_move:
            continue
        if not moved:
            so_far.explain(moved)
        elif moved.keys() & {*gains, so_far.earnings}:
            so_far.explain(moved)
            found.append(Explained(month, moved))
    return found


@dataclass(slots=True)
class _SoFar:
    """What has been explained of the balances up to a month's end, as a trial balance has it."""

    accounts: Mapping[int, Nature]
    first_month: int
    month: Month | None = None
    explained_through: Month | None = None
    _balances: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def earnings(self) -> int:
        return retained_earnings_account(self.accounts)

    def come_to(self, month: Month) -> bool:
        """Go on to a month's end; return whether a fiscal year has ended before it: its profit is carried on."""
        earlier, self.month = self.month or month - 1, month
        self.explained_through = self.explained_through or earlier
        if month.fiscal_year_start(self.first_month) <= earlier:
            return False
        self._roll()
        return True

    @property
    def missed_a_years_end(self) -> bool:
        """Whether a fiscal year has ended at a month end that is not explained."""
        if self.month is None or self.explained_through is None:
            return False
        return self.month.fiscal_year_start(self.first_month) > self.explained_through + 1

    def _roll(self) -> None:
        ended = [id_ for id_ in self._balances if id_ in self.accounts and not self.accounts[id_].type.on_balance_sheet]
        for account in ended:
            self._balances[self.earnings] += self._balances.pop(account)

    def moved(self, balances: Mapping[int, int]) -> dict[int, int]:
        """Return what leads from what is explained to these balances."""
        moved = {id_: balances.get(id_, 0) - self._balances.get(id_, 0) for id_ in balances.keys() | self._balances}
        return {account: amount for account, amount in sorted(moved.items()) if amount}

    def explain(self, moved: Mapping[int, int]) -> None:
        """Take a month's movement in."""
        for account, amount in moved.items():
            self._balances[account] += amount
        self.explained_through = self.month


# --- how much of the books is itemised ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what moved is itemised: sums of absolute movements, account by account."""

    not_itemised: int
    moved: int

    @property
    def per_mille(self) -> int:
        """Thousandths of the movement that single postings explain, rounded down: 1000 is all of it."""
        if not self.moved:
            return 0 if self.not_itemised else 1000
        return max(0, 1000 - -(-1000 * self.not_itemised // self.moved))

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.not_itemised + other.not_itemised, self.moved + other.moved)


NOTHING_MOVED = Coverage(0, 0)


def coverage_by_month(
    ours: Iterable[tuple[int, int, int]], explained: Collection[Explained], months: Collection[Month]
) -> Iterator[tuple[Month, Coverage]]:
    """Yield how much is itemised of each compared month's movement, since the compared month end before it.

    ``ours`` are (account, month key, amount) of what was itemised.
    """
    ends = sorted(months)
    by_end: dict[Month, defaultdict[int, int]] = {end: defaultdict(int) for end in ends}
    keys = [end.key for end in ends]
    for account, key, amount in ours:
        place = bisect_left(keys, key)
        if place < len(ends):
            by_end[ends[place]][account] += amount
    residual: defaultdict[Month, int] = defaultdict(int)
    for it in explained:
        residual[it.month] += sum(map(abs, it.amounts.values()))
        for account, amount in it.amounts.items():
            by_end[it.month][account] += amount
    for end in ends:
        yield end, Coverage(residual[end], sum(map(abs, by_end[end].values())))
