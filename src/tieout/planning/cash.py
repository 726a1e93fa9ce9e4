"""Cash by month: what was there, what came in and left, what is left. Minor units, money in positive.

Actual months are read from the bank accounts' own postings and always show the books, closed months too: beginning +
collections + payments + fundraise + transfers + unexplained = ending = Σ cash accounts, in every month. Forecast months
go on from there by payment and collection terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tieout.companies.models import Company
from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.expenses.streams import shown_plans
from tieout.ledger.accounts import Account, chart
from tieout.ledger.cash import CashBooks, cash_books
from tieout.ledger.models import Book
from tieout.planning.cash_accounts import CashAccounts, cash_accounts
from tieout.planning.cash_plan import planned_cash
from tieout.planning.forecast import Forecast

Months = Mapping[Month, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """What one counterpart account, or one part of the plan, brought (positive) or took (negative) month by month."""

    key: str  # "flow:12" for an account's row id, "plan:…" for a part of the plan
    flow: Flow
    label: str
    months: Months
    code: str = ""
    account: int = 0  # of the counterpart; 0: planned


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRow:
    """A cash account with what was in it at the end of each actual month."""

    account: Account
    ends: Months


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFlows:
    """Cash over a range of months. The months after ``after`` are forecast."""

    months: tuple[Month, ...]
    after: Month
    rows: tuple[FlowRow, ...]
    banks: tuple[BankRow, ...]
    begins: Months
    ends: Months
    unexplained: Months
    accounts: CashAccounts = field(default_factory=CashAccounts)

    def of(self, flow: Flow) -> tuple[FlowRow, ...]:
        """Return the rows of a flow."""
        return tuple(row for row in self.rows if row.flow is flow)

    def total(self, flow: Flow, month: Month) -> int:
        """Return what a flow came to in a month."""
        return sum(row.months.get(month, 0) for row in self.rows if row.flow is flow)

    def net(self, month: Month) -> int:
        """Return the change of cash in a month."""
        return self.ends[month] - self.begins[month]


def cash_flows(
    company: Company,
    book: Book,
    *,
    first: Month,
    last: Month,
    after: Month,
    forecast: Forecast | None = None,
    version: int | None = None,
) -> CashFlows:
    """Return cash from ``first`` to ``last``: actual up to ``after``, then forecast, which may be None for none.

    As known at ``version``, by default the published one. A handful of queries, however many lines there are. Months
    without a forecast leave cash as it is.
    """
    version = book.published if version is None else version
    accounts = chart(book, version)
    parts = cash_accounts(company, accounts)
    since = min(first, after + 1)
    found = cash_books(book, version, parts.cash, since, max(min(last, after), since - 1))
    months = tuple(since.until(last + 1))
    rows = [*_posted(found, accounts, parts), *_planned(company, book, forecast, after, last)]
    changes = _changes(rows, found.unexplained)
    begins, ends = _run(sum(found.before.values()), changes, months)
    wanted = months[since.months_to(first) :]
    return CashFlows(
        months=wanted,
        after=after,
        rows=tuple(row for row in rows if any(month >= first for month in row.months)),
        banks=tuple(_banks(found, accounts, parts)),
        begins={month: begins[month] for month in wanted},
        ends={month: ends[month] for month in wanted},
        unexplained={month: amount for month, amount in found.unexplained.items() if month >= first},
        accounts=parts,
    )


def _posted(found: CashBooks, accounts: Mapping[int, Account], parts: CashAccounts) -> Iterator[FlowRow]:
    """Yield the counterpart accounts that moved cash, in the order of flows and of the chart."""
    for flow in Flow:
        for id_, account in accounts.items():
            months = {month: amount for month, amount in found.flows.get(id_, {}).items() if amount}
            if months and parts.flows.get(id_) is flow:
                yield FlowRow(
                    key=f"flow:{id_}", flow=flow, label=account.name or account.number, months=months,
                    code=account.number if account.name else "", account=id_,
                )  # fmt: skip


def _planned(company: Company, book: Book, forecast: Forecast | None, after: Month, last: Month) -> Iterator[FlowRow]:
    """Yield what the plan says of the months after the last actual one."""
    if forecast is None or last <= after:
        return
    for part in planned_cash(*shown_plans(company, book, chart(book, book.published)), forecast, after, last):
        yield FlowRow(key=part.key, flow=part.flow, label=part.label, months=part.months, code=part.code)


def _changes(rows: Iterable[FlowRow], unexplained: Months) -> Months:
    changes: defaultdict[Month, int] = defaultdict(int, unexplained)
    for row in rows:
        for month, amount in row.months.items():
            changes[month] += amount
    return changes


def _run(opening: int, changes: Months, months: Iterable[Month]) -> tuple[dict[Month, int], dict[Month, int]]:
    """Return what each month begins and ends with."""
    begins: dict[Month, int] = {}
    ends: dict[Month, int] = {}
    balance = opening
    for month in months:
        begins[month] = balance
        balance += changes.get(month, 0)
        ends[month] = balance
    return begins, ends


def _banks(found: CashBooks, accounts: Mapping[int, Account], parts: CashAccounts) -> Iterator[BankRow]:
    """Yield the cash accounts that hold or held anything."""
    months = list(found.first.until(found.last + 1))
    for id_ in parts.cash:
        moved = found.moved.get(id_, {})
        _, ends = _run(found.before.get(id_, 0), moved, months)
        if any(moved.values()) or found.before.get(id_):
            yield BankRow(account=accounts[id_], ends=ends)
