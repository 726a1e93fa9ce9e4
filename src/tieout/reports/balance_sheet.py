"""The balance sheet at a month end: assets on one side, liabilities and equity on the other, no plug."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import EntryKind, Statement
from tieout.core.sections import Group, Section, place_of
from tieout.core.statements import DERIVED, MonthEnd
from tieout.ledger.their_balances import their_balances
from tieout.ledger.tie_out import NET_INCOME, mismatches
from tieout.reports.beside import Beside, State, overall
from tieout.reports.outline import AccountName, derived, name_of, outline
from tieout.reports.queries import LedgerAt

NET_INCOME_NAME = "Net income, fiscal year to date"
SIDES = {AccountType.ASSET: "assets", AccountType.LIABILITY: "liabilities", AccountType.EQUITY: "equity"}
_EARNINGS_NAME = "Retained earnings"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One account (or derived row) with a figure a month. Minor units, debit positive."""

    account: AccountName
    depth: int
    figures: Mapping[Month, Beside]
    is_net_income: bool = False


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """The accounts of a group within a section, "" where the section has no groups."""

    word: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A section with its groups."""

    section: Section
    groups: tuple[SheetGroup, ...]

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """The sections at one or more month ends."""

    months: tuple[Month, ...]
    sections: tuple[SheetSection, ...]
    compared: frozenset[Month]

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    def total(self, month: Month, *sides: AccountType) -> Beside:
        """Return the sum of all rows of these sides of the sheet, debit positive."""
        return self.sum(month, [row for it in self.sections if it.section.side in sides for row in it.rows])

    def sum(self, month: Month, rows: Sequence[SheetRow]) -> Beside:
        """Return the sum of some rows, debit positive; no sub-total is ever among them."""
        figures = [row.figures[month] for row in rows]
        theirs = sum(it.theirs or 0 for it in figures) if month in self.compared else None
        return Beside(sum(it.ours for it in figures), theirs, sum(it.part for it in figures))

    def state(self, month: Month) -> State:
        """Return how a month stands: every single balance ties, or it differs."""
        if month not in self.compared:
            return State.NOT_COMPARED
        return overall([State.TIES, *(row.figures[month].state for row in self.rows)])

    def part(self, month: Month) -> int:
        """Return how much of a month's end the provider does not itemise: as much in debit as in credit."""
        return sum(abs(row.figures[month].part) for row in self.rows) // 2

    def differing(self, month: Month) -> tuple[SheetRow, ...]:
        """Return the rows that do not tie."""
        return tuple(row for row in self.rows if row.figures[month].state is State.DIFFERS)


def balance_sheet(at: LedgerAt, months: Sequence[Month]) -> BalanceSheet:
    """Return the balance sheet at the end of each of the months (ascending), as known at a sync.

    Retained earnings hold the profit of all fiscal years ended before; the running year's is a derived row.
    """
    ends = {end.month: end for end in at.month_ends(months)}
    theirs = _theirs(at, months)
    figures = _Figures(ends, theirs, _trial_balance_differences(at), at.explained_ends(months), at.explaining.kind)
    sections = tuple(
        SheetSection(section, groups) for section in Section if (groups := tuple(_groups(at, section, figures)))
    )
    return BalanceSheet(tuple(months), sections, frozenset(theirs))


def _theirs(at: LedgerAt, months: Sequence[Month]) -> Mapping[Month, Mapping[int, int]]:
    """Return the provider's balance sheets; a trial balance alone is one too, with the profit of its year."""
    sheets = dict(their_balances(at.book, at.version, Statement.BALANCE_SHEET, months))
    without = [month for month in months if month not in sheets]
    for month, balances in their_balances(at.book, at.version, Statement.TRIAL_BALANCE, without).items():
        own = {id_: amount for id_, amount in balances.items() if at.accounts[id_].type.on_balance_sheet}
        sheets[month] = {**own, NET_INCOME: sum(balances.values()) - sum(own.values())}
    return sheets


@dataclass(frozen=True, slots=True)
class _Figures:
    """Ours and theirs at every month end."""

    ours: Mapping[Month, MonthEnd]
    theirs: Mapping[Month, Mapping[int, int]]
    differing: Mapping[tuple[Month, int], int]  # ours less the trial balance's, where that is not zero
    parts: Mapping[Month, MonthEnd]  # what of ours is in entries that explain differences
    by: EntryKind

    @property
    def accounts(self) -> set[int]:
        """The accounts of the chart that have a balance, here or there."""
        found = {account for end in self.ours.values() for account in end.balance_sheet}
        return (found | {account for amounts in self.theirs.values() for account in amounts}) - {NET_INCOME}

    def of(self, account: int) -> dict[Month, Beside]:
        return {
            month: self._beside(month, end.balance_sheet.get(account, 0), account) for month, end in self.ours.items()
        }

    def net_income(self) -> dict[Month, Beside]:
        return {month: self._beside(month, end.net_income, NET_INCOME) for month, end in self.ours.items()}

    def derived_earnings(self) -> dict[Month, Beside]:
        """Return earlier years' profit where the chart has no account for it; no provider has such a row."""
        return {
            month: Beside(end.balance_sheet.get(DERIVED, 0), 0 if month in self.theirs else None)
            for month, end in self.ours.items()
        }

    def _beside(self, month: Month, ours: int, account: int) -> Beside:
        if month not in self.theirs:
            return Beside(ours, None)
        theirs = self.theirs[month].get(account, 0)
        # The provider's two statements may disagree. A balance that ties to one of them alone is not verified.
        theirs = ours - self.differing.get((month, account), 0) if ours == theirs else theirs
        return Beside(ours, theirs, self._part(month, account), self.by)

    def _part(self, month: Month, account: int) -> int:
        if month not in self.parts:
            return 0
        end = self.parts[month]
        return end.net_income if account == NET_INCOME else end.balance_sheet.get(account, 0)


def _trial_balance_differences(at: LedgerAt) -> dict[tuple[Month, int], int]:
    found = mismatches(at.book, at.version)
    return {(it.month, it.account): it.difference for it in found if it.statement is Statement.TRIAL_BALANCE}


def _groups(at: LedgerAt, section: Section, figures: _Figures) -> Iterator[SheetGroup]:
    places = {id_: place_of(account) for id_, account in at.accounts.items() if account.type.on_balance_sheet}
    with_balance = figures.accounts
    in_group: defaultdict[Group, set[int]] = defaultdict(set)
    for id_, place in places.items():
        if place[0] is section and id_ in with_balance:
            in_group[place[1]].update(_with_parents(id_, at, places))
    for group in Group:
        rows = [
            SheetRow(name_of(account), depth, figures.of(account.id))
            for account, depth in outline(at.accounts, in_group[group])
        ]
        if section is Section.EQUITY and group is Group.PLAIN:
            rows.extend(_derived_rows(figures))
        if rows:
            yield SheetGroup(group.value, tuple(rows))


def _with_parents(account: int, at: LedgerAt, places: Mapping[int, tuple[Section, Group]]) -> set[int]:
    """Return the account and those above it in the same group, so that a child stands under its parent's name."""
    found: set[int] = set()
    current: int | None = account
    while current is not None and current not in found and places.get(current) == places[account]:
        found.add(current)
        current = at.accounts[current].parent
    return found


def _derived_rows(figures: _Figures) -> Iterator[SheetRow]:
    earnings = figures.derived_earnings()
    if any(it.ours for it in earnings.values()):
        yield SheetRow(derived(_EARNINGS_NAME), 0, earnings)
    yield SheetRow(derived(NET_INCOME_NAME), 0, figures.net_income(), is_net_income=True)


def rolled_up(rows: Sequence[SheetRow]) -> Iterator[tuple[SheetRow, tuple[SheetRow, ...]]]:
    """Yield each row alone, with (), and after a parent's last child the parent again with all rows of its family.

    The family's sum is for the eye: no total is made of it.
    """
    parents: list[int] = []
    for place, row in enumerate(rows):
        while parents and rows[parents[-1]].depth >= row.depth:
            yield _family(rows, parents.pop(), place)
        yield row, ()
        if place + 1 < len(rows) and rows[place + 1].depth > row.depth:
            parents.append(place)
    while parents:
        yield _family(rows, parents.pop(), len(rows))


def _family(rows: Sequence[SheetRow], parent: int, end: int) -> tuple[SheetRow, tuple[SheetRow, ...]]:
    return rows[parent], tuple(rows[parent:end])
