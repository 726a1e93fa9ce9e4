"""What the page of cash accounts shows: which accounts are cash, and what the others' money counts as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.cash import Flow, default_flow, is_cash, may_be_cash
from tieout.core.month import Month
from tieout.ledger.accounts import Account, chart
from tieout.ledger.cash import cash_books
from tieout.ledger.models import Book
from tieout.planning.cash_accounts import NO_CHOICE, Choice, by_choice, choices

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CashAccountRow:
    """An account that is cash, or could be. ``balance`` is at the end of the last month; minor units."""

    account: Account
    cash: bool
    balance: int
    said: bool  # whether a person says otherwise than the books


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterpartRow:
    """An account whose money came or went in the last months: ``amount``, money in positive."""

    account: Account
    flow: Flow
    by_books: Flow
    amount: int

    @property
    def said(self) -> bool:
        """Whether a person says otherwise than the books."""
        return self.flow is not self.by_books


@dataclass(frozen=True, slots=True, kw_only=True)
class CashAccountsPage:
    """The page's rows. ``others`` could be counted as cash too."""

    cash: tuple[CashAccountRow, ...]
    others: tuple[Account, ...]
    counterparts: tuple[CounterpartRow, ...]
    first: Month
    last: Month


def cash_accounts_page(company: Company, book: Book, last: Month) -> CashAccountsPage:
    """Return the rows; amounts are of the twelve months up to ``last``."""
    accounts, said = chart(book, book.published), choices(company)
    parts = by_choice(accounts, said)
    listed = {id_ for id_, it in accounts.items() if is_cash(it)} | set(parts.cash)
    first = last - (MONTHS - 1)
    balances = cash_books(book, book.published, listed, first, last)
    moved = cash_books(book, book.published, parts.cash, first, last).flows
    return CashAccountsPage(
        cash=tuple(
            CashAccountRow(
                account=it,
                cash=id_ in parts.cash,
                balance=balances.before.get(id_, 0) + sum(balances.moved.get(id_, {}).values()),
                said=said.get(id_, NO_CHOICE).cash is not None,
            )
            for id_, it in accounts.items()
            if id_ in listed
        ),
        others=tuple(it for id_, it in accounts.items() if id_ not in listed and may_be_cash(it) and it.active),
        counterparts=_counterparts(accounts, parts.flows, moved),
        first=first,
        last=last,
    )


def _counterparts(
    accounts: Mapping[int, Account], flows: Mapping[int, Flow], moved: Mapping[int, Mapping[Month, int]]
) -> tuple[CounterpartRow, ...]:
    """Return the accounts that moved cash, or of which a person says something, by flow."""
    rows = [
        CounterpartRow(account=it, flow=flows[id_], by_books=default_flow(it), amount=sum(moved.get(id_, {}).values()))
        for id_, it in accounts.items()
        if id_ in flows and (moved.get(id_) or flows[id_] is not default_flow(it))
    ]
    order = list(Flow)
    return tuple(sorted(rows, key=lambda row: order.index(row.flow)))


def asked(data: Mapping[str, str], shown: Sequence[str]) -> dict[int, Choice]:
    """Return what a form says of the accounts that it ``shown``, where that is something else than it showed.

    Raise ValueError for a form that the page did not make.
    """
    result: dict[int, Choice] = {}
    for text in shown:
        account, was_cash, was_flow = text.split(":")
        cash = data.get(f"cash-{account}") == "1" if was_cash else None
        flow = Flow(data[f"flow-{account}"]) if was_flow else None
        if (cash is not None and cash != (was_cash == "1")) or (flow is not None and flow != was_flow):
            result[int(account)] = Choice(cash, flow)
    return result
