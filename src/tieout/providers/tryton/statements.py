"""Tryton's own balances at a month's end: what its accounts report when they are asked up to a day.

Tryton adds up debit and credit of each account itself, of posted moves and without the accounts below. Balance-sheet
accounts are asked up to the day, income and expense from the fiscal year's first day. A year that was closed has moves
that bring income and expense to nothing on its last day: those are asked apart and taken out, so that the year's last
month shows what the year was. The result of earlier years is what the rest leaves, as it is in any balance sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from tieout.core.money import NotMoney, to_minor
from tieout.core.month import Month
from tieout.core.records import Balances, Statement
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.tryton import places, wire
from tieout.providers.tryton.company import CompanyReader
from tieout.providers.tryton.lists import Lists, Unknown

Sums = Mapping[int, int]


def trial_balance(company: CompanyReader, month: Month) -> Balances:
    """Return the trial balance at a month's end. Raise UnreadableBooks where it does not come to nothing."""
    last = month.end - timedelta(days=1)
    year = month.fiscal_year_start(company.organisation().fiscal_year_first_month).start
    stands = sums(company, None, last)
    if sum(stands.values()):
        raise UnreadableBooks("debit and credit of all accounts differ", where=f"balances at {last}")
    moved = dict(sums(company, year, last))
    for journal, period in company.closing:
        for account, amount in sums(company, year, last, journal=journal, periods=[period]).items():
            moved[account] = moved.get(account, 0) - amount
    try:
        amounts = _trial(stands, moved, company.lists())
    except Unknown:
        amounts = _trial(stands, moved, company.lists(anew=True))
    return Balances(statement=Statement.TRIAL_BALANCE, month=month, amounts=amounts)


def _trial(stands: Sums, moved: Sums, lists: Lists) -> dict[str, int]:
    found = {}
    for number in stands.keys() | moved.keys():
        amount = stands.get(number, 0) or moved.get(number, 0)
        if str(number) not in lists.accounts and not amount:
            continue  # a head of the chart
        account = lists.account(number)
        found[account.external_id] = (stands if account.type.on_balance_sheet else moved).get(number, 0)
    found.pop(lists.earnings, None)
    found[lists.earnings] = -sum(found.values())
    return {account: amount for account, amount in sorted(found.items()) if amount}


def sums(
    company: CompanyReader, start: date | None, last: date, *, journal: int = 0, periods: Sequence[int] = ()
) -> Sums:
    """Return by how much each account moved between two days, both included; from the beginning without a start."""
    context = {**company.context, "posted": True, "to_date": wire.day(last)}
    if start is not None:
        context["from_date"] = wire.day(start)
    if journal:
        context |= {"journal": journal, "periods": list(periods)}
    digits = company.organisation().digits
    return dict(
        _each(company.client.all(places.ACCOUNT, [company.mine], wire.Sums, ("debit", "credit"), context), digits)
    )


def _each(rows: Iterator[wire.Sums], digits: int) -> Iterator[tuple[int, int]]:
    for row in rows:
        try:
            yield row.id, to_minor(row.debit.amount() - row.credit.amount(), digits)
        except (NotMoney, ValueError) as error:
            raise UnreadableBooks(str(error), where=f"balance of account {row.id}") from error
