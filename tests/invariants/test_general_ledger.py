"""On any ledger: every account's opening balance and lines make the trial balance, and debits are credits."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tests.invariants.test_statements import TODAY, History, histories, live, on_any_history
from tieout.core.statements import month_ends
from tieout.expenses.placement import payroll_accounts
from tieout.reports.catalogue import report_named
from tieout.reports.general_ledger import GeneralLedger, general_ledger
from tieout.reports.general_ledger_files import to_csv
from tieout.reports.general_ledger_rows import every_part
from tieout.reports.general_ledger_views import GENERAL_LEDGER
from tieout.reports.profit_parts import NET_INCOME
from tieout.reports.queries import LedgerAt, account_sums
from tieout.reports.question import ask

pytestmark = pytest.mark.django_db


def trial_balance(at: LedgerAt, last: object) -> dict[int, int]:
    """Return each account's balance at a month end, worked out by the core alone."""
    natures = {id_: it.nature for id_, it in at.accounts.items()}
    first_month = at.publication.fiscal_year_first_month
    (end,) = month_ends(account_sums(at.movements), natures, [last], first_month=first_month)  # type: ignore[list-item]
    return dict(end.trial_balance)


@given(history=histories, span=st.tuples(st.integers(0, 12), st.integers(0, 12)), sees_pay=st.booleans())
@on_any_history
def test_lines_go_from_balance_to_balance(
    alice: User, history: History, span: tuple[int, int], sees_pay: bool
) -> None:  # fmt: skip
    books = live(alice, history)
    for sync in range(1, len(history.states) + 1):
        at, _ = ask(books.company, QueryDict(f"sync={sync}"), today=TODAY, defaults=GENERAL_LEDGER.defaults,
                    masked=lambda _: None)  # fmt: skip
        low, high = sorted(min(it, len(at.months) - 1) for it in span)
        query = QueryDict(f"sync={sync}&from={at.months[low]}&to={at.months[high]}")
        at, asked = ask(
            books.company, query, today=TODAY, defaults=GENERAL_LEDGER.defaults,
            masked=lambda it: None if sees_pay else payroll_accounts(books.company, it.book),
        )  # fmt: skip
        holds(general_ledger(at, asked))


def holds(found: GeneralLedger) -> None:
    at, asked = found.at, found.asked
    ends = {it.account.row: it.closing for it in found.accounts if it.closing}
    assert ends == trial_balance(at, asked.last)
    assert found.debit == found.credit
    year = at.fiscal_year_start(asked.first) == asked.first
    before = {it.account.row: it.opening for it in found.accounts if it.opening}
    assert sum(before.values()) == 0
    if not year and asked.first > at.earliest:
        assert before == trial_balance(at, asked.first - 1)
    for size in (2, 5_000):
        debit = credit = 0
        balance = 0
        for part in every_part(found, size):
            balance = part.ledger.opening if part.begins else balance
            assert part.before == balance
            for row in part.postings:
                balance += row.amount
                debit, credit = debit + row.debit, credit + row.credit
                assert row.balance == balance
                assert asked.first.start <= row.date < asked.last.end
            assert not part.ends or balance == part.ledger.closing
        assert (debit, credit) == (found.debit, found.credit)
    rows = list(csv.DictReader(io.StringIO("".join(to_csv(found, turn_signs=False)))))
    assert sum(Decimal(it["debit"] or 0) - Decimal(it["credit"] or 0) for it in rows) == 0


@given(history=histories, span=st.tuples(st.integers(0, 12), st.integers(0, 12)))
@on_any_history
def test_profit_is_what_equity_grew_by_without_what_was_paid_in(
    alice: User, history: History, span: tuple[int, int]
) -> None:  # fmt: skip
    """No plug: equity with the running year's profit moves by profit, and by what was posted on equity itself."""
    books = live(alice, history)
    at, _ = ask(books.company, QueryDict(""), today=TODAY, defaults=GENERAL_LEDGER.defaults, masked=lambda _: None)
    low, high = sorted(min(it, len(at.months) - 1) for it in span)
    first, last = at.months[low], at.months[high]
    posted = sum(
        amount
        for account, key, amount in account_sums(at.movements)
        if at.accounts[account].type.value == "equity" and first.key <= key <= last.key
    )
    profit = report_named("profit-and-loss")
    at, asked = ask(
        books.company,
        QueryDict(f"from={first}&to={last}"),
        today=TODAY,
        defaults=profit.defaults,
        masked=lambda _: None,
    )
    document = profit.make(at, asked)
    net = 0
    if document.rows:
        row, column = document.by_key[NET_INCOME], document.columns[-1]
        net = document.amount(row, column) - document.ahead(row, column)
    assert equity(at, last) - (equity(at, first - 1) if first > at.earliest else 0) == net + posted


def equity(at: LedgerAt, month: object) -> int:
    """Return equity at a month end as the balance sheet has it: all that is neither owned nor owed, debit positive."""
    kinds = {id_: it.type.value for id_, it in at.accounts.items()}
    return -sum(
        amount for id_, amount in trial_balance(at, month).items() if kinds.get(id_) in ("asset", "liability")
    )  # fmt: skip
