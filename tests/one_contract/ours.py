"""What Tieout says of books, by names that all platforms share: from its reports and its kept sums."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal

from django.db import connection as database

from tests.one_contract.company import FIRST, LAST, Sums
from tieout.companies.models import Company
from tieout.core.money import to_minor
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book, ListedVersion
from tieout.reports.expense_report import expense_report
from tieout.reports.exports import expense_file, to_json, trial_balance_file
from tieout.reports.queries import ledger_at
from tieout.reports.trial_balance import trial_balances

MONTHS = tuple(FIRST.until(LAST + 1))


def balances(company: Company) -> Sums:
    """Return the trial balances, by account number."""
    at = ledger_at(company, None)
    return _cells(to_json(trial_balance_file(at, list(trial_balances(at, MONTHS))), turn_signs=False))


def expenses(company: Company) -> Sums:
    """Return the expense report, by account number."""
    at = ledger_at(company, None)
    return _cells(to_json(expense_file(at, expense_report(at, MONTHS)), turn_signs=False))


def vendors(book: Book) -> Sums:
    """Return what was spent on expense accounts with each vendor, by its name: from the kept sums."""
    spent = [id_ for id_, account in chart(book, book.published).items() if account.type.value == "expense"]
    names = {
        it.listed_id: it.name
        for it in ListedVersion.objects.filter(
            book=book, listed__kind="party", listed__scope="vendor", valid_from__lte=book.published,
            valid_to__gt=book.published,
        )
    }  # fmt: skip
    found: defaultdict[tuple[str, Month], int] = defaultdict(int)
    with database.cursor() as cursor:
        cursor.execute("SELECT party, account, month, amount FROM ledger_partysum WHERE book = %s", [book.pk])
        for party, account, month, amount in cursor.fetchall():
            if party in names and account in spent:
                found[names[party], Month.from_key(month)] += amount
    return {place: amount for place, amount in found.items() if amount}


def _cells(document: bytes) -> Sums:
    found: defaultdict[tuple[str, Month], int] = defaultdict(int)
    for row in json.loads(document)["rows"]:
        for month, amount in row["amounts"].items():
            found[row["account"]["number"], Month.parse(month)] += to_minor(Decimal(amount), 2)
    return {place: amount for place, amount in found.items() if amount}
