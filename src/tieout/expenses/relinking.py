"""Moves lines to where changed rules put them: few at once, many as a job; each line is in one expense at any time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

from django.db import transaction

from tieout.companies.models import Company
from tieout.core.rules import Rule
from tieout.expenses import mapping
from tieout.expenses.books import books_of
from tieout.expenses.conditions import wanted
from tieout.expenses.models import Expense, Relinking
from tieout.expenses.placement import prepare
from tieout.expenses.rule_json import from_json, to_json
from tieout.expenses.rule_names import Names
from tieout.jobs.services import enqueue
from tieout.ledger import matching
from tieout.ledger.models import Book
from tieout.ledger.placing import place_lines_again

TASK = "expenses.relink"
AT_ONCE = 20_000  # lines that one request moves itself: well under half a second of SQLite's write lock
_STEP = 5_000
_DUE = datetime(2000, 1, 1, tzinfo=UTC)  # at once, whatever the clock says


def rules_changed(
    company: Company, *, expenses: Collection[int] = (), accounts: Collection[int] = (),
    rules: Sequence[Rule] = (), removes: int = 0,
) -> bool:  # fmt: skip
    """Place anew the lines of some expenses and accounts and those that rules match; return whether that is done.

    Within the transaction that changed the rules. Moves the rules' version, so that a sync under way follows. Where
    there are many lines the rest is a job's: until it ends some lines are still where they were, each in one expense.
    """
    mapping.move(company.pk)
    books = [(book, _lines(book, expenses, accounts, rules)) for book in books_of(company)]
    total = sum(len(lines) for _, lines in books)
    if total <= AT_ONCE and not pending(company):
        for book, lines in books:
            place_lines_again(book, prepare(book), lines, visible_at=book.published)
        _remove(removes)
        return True
    Relinking.objects.create(
        company=company,
        expenses=sorted(expenses),
        accounts=sorted(accounts),
        rules=[to_json(rule) for rule in rules],
        removes=removes,
        total=total,
    )
    enqueue(TASK, {"company": company.pk}, lock=_lock(company), run_at=_DUE)
    return False


def work_off(company: Company, check: Callable[[], None]) -> None:
    """Do what is waiting, oldest first, a few thousand lines a transaction; twice is as once."""
    for waiting in Relinking.objects.filter(company=company).order_by("pk"):
        rules = [from_json(rule) for rule in waiting.rules]
        done = 0
        for book in books_of(company):
            lines = _lines(book, waiting.expenses, waiting.accounts, rules)
            for start in range(0, len(lines), _STEP):
                check()
                done += len(lines[start : start + _STEP])
                with transaction.atomic():
                    mapping.lock(company.pk)  # the newest rules, whoever changed them since
                    book.refresh_from_db(fields=["published"])
                    place_lines_again(book, prepare(book), lines[start : start + _STEP], visible_at=book.published)
                    Relinking.objects.filter(pk=waiting.pk).update(done=done)
        with transaction.atomic():
            mapping.lock(company.pk)
            _remove(waiting.removes)
            Relinking.objects.filter(pk=waiting.pk).delete()


def pending(company: Company) -> list[Relinking]:
    """Return the changes whose lines are still being moved."""
    return list(Relinking.objects.filter(company=company).order_by("pk"))


def _lock(company: Company) -> str:
    return f"{TASK}:{company.pk}"


def _lines(book: Book, expenses: Collection[int], accounts: Collection[int], rules: Sequence[Rule]) -> list[int]:
    """Return the lines (row ids) that may belong elsewhere, in every version."""
    found = set(matching.ids_in_expenses(book, expenses)) if expenses else set()
    for account in accounts:
        found.update(matching.ids_in_account(book, account))
    names = Names(book)
    for rule in rules:
        found.update(matching.matched_ids(book, wanted([rule], names, income=None)))
    return sorted(found)


def _remove(expense: int) -> None:
    if expense:
        Expense.objects.filter(pk=expense).delete()
