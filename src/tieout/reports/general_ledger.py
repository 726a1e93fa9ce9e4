"""The general ledger over a range: what each account began with, every line, what it ended with.

Each account's balance is that of the trial balance. Where a fiscal year ends within the range, its profit goes to
retained earnings on the new year's first day, in lines that no provider posts: so opening balance and lines make the
closing balance of income and expenses too. Amounts are minor units, debit positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.statements import DERIVED, retained_earnings_account
from tieout.ledger.account_lines import MonthLines, Taking, hidden_months, open_months
from tieout.reports.banners import Banner, banner
from tieout.reports.beside import Beside, State, overall
from tieout.reports.narrowing import sets_with
from tieout.reports.outline import AccountName, derived, name_of
from tieout.reports.queries import LedgerAt, NoReport, account_sums
from tieout.reports.question import Question
from tieout.reports.trial_balance import trial_balance

NAME = "general-ledger"
_NOTHING = MonthLines(0, 0, 0)
_PROFIT = (AccountType.INCOME, AccountType.EXPENSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An account's month: profit carried on its first day, pay as one sum, and single lines, in this order."""

    month: Month
    carried: int
    hidden: MonthLines  # lines that the reader sees as one sum
    shown: MonthLines  # lines that the reader sees one by one

    @property
    def amount(self) -> int:
        """What the month adds to the balance."""
        return self.carried + self.hidden.amount + self.shown.amount

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return bool(self.carried) + bool(self.hidden.count) + self.shown.count


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLedger:
    """An account over the range. ``figure`` is its closing balance beside the provider's."""

    account: AccountName
    opening: int
    blocks: tuple[Block, ...]
    figure: Beside

    @property
    def closing(self) -> int:
        """The opening balance and all rows."""
        return self.opening + sum(it.amount for it in self.blocks)

    @property
    def rows(self) -> int:
        """How many rows stand between opening and closing balance."""
        return sum(it.rows for it in self.blocks)

    @property
    def debit(self) -> int:
        """The sum of the rows' debits. Pay that is told as one sum counts on the side that it is on."""
        return sum(
            it.shown.debit + max(it.hidden.amount, 0) + max(it.carried, 0) for it in self.blocks
        )  # fmt: skip

    @property
    def credit(self) -> int:
        """The sum of the rows' credits, positive."""
        return self.debit - sum(it.amount for it in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralLedger:
    """All accounts that have a balance or a line, in the chart's order.

    Narrowed by a search or by dimension values it lists lines and no balances: ``whole`` is false.
    """

    at: LedgerAt
    asked: Question
    taking: Taking
    accounts: tuple[AccountLedger, ...]
    whole: bool
    compared: bool

    @property
    def rows(self) -> int:
        """How many rows all accounts have."""
        return sum(it.rows for it in self.accounts)

    @property
    def debit(self) -> int:
        """The sum of all debits."""
        return sum(it.debit for it in self.accounts)

    @property
    def credit(self) -> int:
        """The sum of all credits; of all accounts it is the debits'."""
        return sum(it.credit for it in self.accounts)

    @property
    def state(self) -> State:
        """How the closing balances stand against the provider's."""
        if not self.whole or not self.compared:
            return State.NOT_COMPARED
        return overall([State.TIES, *(it.figure.state for it in self.accounts)])

    @property
    def part(self) -> int:
        """How much of the closing balances is not itemised, up and down."""
        return sum(abs(it.figure.part) for it in self.accounts)

    def banner(self) -> Banner | None:
        """What stands above it where something is not as it should be."""
        if not self.whole:
            return None
        differing = [(it.account.name, it.figure) for it in self.accounts if it.figure.state is State.DIFFERS]
        return banner(self.at, self.asked.last, self.state, differing, len(self.accounts), self.part // 2)


def general_ledger(at: LedgerAt, asked: Question) -> GeneralLedger:
    """Return the general ledger as asked for; its lines are read page by page (`general_ledger_rows`)."""
    unknown = [id_ for id_ in asked.accounts if id_ not in at.accounts]
    if unknown:
        raise NoReport(f"sync {at.publication.number} knows no account {unknown[0]}")
    taking = Taking(
        book=at.book, version=at.version, first=asked.first, last=asked.last, payroll_accounts=asked.masked,
        search=asked.search, sets=sets_with(at.book, at.version, asked.values),
    )  # fmt: skip
    whole = not asked.search and taking.sets is None
    shown, hidden = open_months(taking), hidden_months(taking)
    frame = _frame(at, asked) if whole else _Frame({}, {})
    ends = trial_balance(at, asked.last)
    figures = {row.account.row: row.figure for row in ends.rows}
    blank = Beside(0, 0 if ends.compared else None)
    accounts = []
    for name in _names(at, asked):
        blocks = tuple(_blocks(asked, name.row, frame, shown, hidden))
        opening = frame.opening.get(name.row, 0)
        figure = figures.get(name.row, blank) if whole else Beside(0, None)
        if blocks or opening or figure.ours or figure.theirs:
            accounts.append(AccountLedger(account=name, opening=opening, blocks=blocks, figure=figure))
    return GeneralLedger(
        at=at, asked=asked, taking=taking, accounts=tuple(accounts), whole=whole, compared=ends.compared
    )  # fmt: skip


def _names(at: LedgerAt, asked: Question) -> Iterator[AccountName]:
    """Yield the accounts that may be shown; earlier years' profit behind equity where the chart has no place for it."""
    without = retained_earnings_account({id_: it.nature for id_, it in at.accounts.items()}) == DERIVED
    names = [name_of(it) for id_, it in at.accounts.items() if not asked.accounts or id_ in asked.accounts]
    if without and not asked.accounts:
        place = next((at_ for at_, it in enumerate(names) if it.type in _PROFIT), len(names))
        names.insert(place, derived("Retained earnings"))
    yield from names


def _blocks(
    asked: Question,
    account: int,
    frame: _Frame,
    shown: Mapping[tuple[int, int], MonthLines],
    hidden: Mapping[tuple[int, int], MonthLines],
) -> Iterator[Block]:
    for month in asked.first.until(asked.last + 1):
        block = Block(
            month=month,
            carried=frame.carried.get((account, month), 0),
            hidden=hidden.get((account, month.key), _NOTHING),
            shown=shown.get((account, month.key), _NOTHING),
        )
        if block.rows:
            yield block


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around the lines: balances at the range's beginning, and profit carried within it."""

    opening: Mapping[int, int]
    carried: Mapping[tuple[int, Month], int]


def _frame(at: LedgerAt, asked: Question) -> _Frame:
    """Return balances at the beginning of the range's first day, after the close of the year before, and each close."""
    first, year = asked.first, at.fiscal_year_start(asked.first)
    earnings = retained_earnings_account({id_: it.nature for id_, it in at.accounts.items()})
    opening: defaultdict[int, int] = defaultdict(int)
    carried: defaultdict[tuple[int, Month], int] = defaultdict(int)
    for account, key, amount in account_sums(at.movements):
        month = Month.from_key(key)
        profit = at.accounts[account].type in _PROFIT
        if month < first:
            opening[earnings if profit and month < year else account] += amount
        if profit and month >= year:
            close = at.fiscal_year_start(month) + 12
            if close <= asked.last:
                carried[account, close] -= amount
                carried[earnings, close] += amount
    return _Frame(opening, carried)
