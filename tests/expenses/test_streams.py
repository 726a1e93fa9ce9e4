"""Streams divide income as expenses divide costs: each line in exactly one, and no cost among it."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.links import INCOMES, LISTS, NUMBERS, make, rule
from tests.expenses.small_ledger import NOW, account_id, expense, new_book, sync
from tests.expenses.test_links import EXAMPLES, Plain, link, rules, sums_are_kept, with_ids
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, ListRecord
from tieout.expenses.amounts import Months, held
from tieout.expenses.cells import RowCell, cell
from tieout.expenses.models import Expense
from tieout.expenses.organising import Choice, UnknownChoice, organise
from tieout.expenses.placement import prepare
from tieout.expenses.queries import link_rows, unassigned
from tieout.expenses.sections import OTHER_INCOME, REVENUE, TOTAL, plan
from tieout.expenses.streams import INCOME, stream_plan
from tieout.ledger import closing
from tieout.ledger.models import Book, CloseAct, ClosedSum, Line, MonthSum, PartySum, Publication, Remapping
from tieout.ledger.queries import cell_lines

pytestmark = pytest.mark.django_db
MAY = Month(2025, 5)
ALL = (*NUMBERS, *INCOMES)
FIRST, LAST = Month(2025, 4), Month(2026, 6)


@pytest.fixture
def book(company: Company) -> Book:
    """Alice's company with random lines of costs and income; 4100 is other income."""
    made = new_book(company)
    sync(made, make(1, numbers=ALL)[0], turned({"4100": {"role": AccountRole.OTHER_INCOME}}), ())
    return made


def turned(changed: dict[str, dict[str, object]]) -> tuple[ListRecord, ...]:
    """Return the lists with some accounts as something else."""
    return tuple(
        msgspec.structs.replace(it, **changed[it.external_id])
        if isinstance(it, AccountRecord) and it.external_id in changed else it
        for it in LISTS
    )  # fmt: skip


def by_month(book: Book, numbers: tuple[str, ...]) -> dict[Month, int]:
    """Return the sums of the lines of some accounts, asked of the lines themselves."""
    result: defaultdict[Month, int] = defaultdict(int)
    shown = Line.objects.filter(book=book.pk, valid_from__lte=book.published, valid_to__gt=book.published)
    accounts = [account_id(book, it) for it in numbers]
    for month, amount in shown.filter(account__in=accounts).values_list("month", "amount"):
        result[Month.from_key(month)] += amount
    return {month: amount for month, amount in result.items() if amount}


def of_streams(book: Book) -> dict[Month, int]:
    """Return what all streams hold together."""
    return summed(held_by_streams(book))


def held_by_streams(book: Book) -> dict[int, Months]:
    """Return what each stream (id) holds by month."""
    return {it.id: months for it, months in held(stream_plan(book.company, book), book).items()}


def summed(parts: Mapping[Any, Months]) -> dict[Month, int]:
    """Return the sum of all by month."""
    result: defaultdict[Month, int] = defaultdict(int)
    for months in parts.values():
        for month, amount in months.items():
            result[month] += amount
    return {month: amount for month, amount in result.items() if amount}


@pytest.mark.slow
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), made=st.lists(st.tuples(st.booleans(), rules()), max_size=4), closes=st.booleans())
def test_streams_sum_to_income_and_expenses_to_costs_in_every_month(
    alice: User, seed: int, made: list[tuple[bool, list[Plain]]], closes: bool
) -> None:
    company = create_company(name=f"Books {seed}", person=alice)
    book = new_book(company, f"org-{company.pk}")
    sync(book, make(seed, numbers=ALL)[0], LISTS, ())
    income, costs = by_month(book, INCOMES), by_month(book, NUMBERS)
    if closes:
        shut(book, alice, MAY)
    for at, (side, each) in enumerate(made):
        link(book, alice, f"Linked {at}", with_ids(book, each), income=side)
        assert of_streams(book) == income
        assert summed(held(plan(company, book, book.published), book)) == costs
    assert not Line.objects.filter(expense=0, account__in=[account_id(book, it) for it in ALL]).exists()
    sums_are_kept(book)


def shut(book: Book, person: User, month: Month) -> None:
    """Close a month."""
    sync_number = Publication.objects.get(book=book, version=book.published).number
    closing.decide(book, [month], CloseAct.CLOSED, sync=sync_number, by=person, at=NOW)


def test_a_stream_s_link_takes_income_only_and_an_expense_s_link_none(book: Book, alice: User) -> None:
    everything = rule("vendor", "is_not", "nobody at all")
    stream = link(book, alice, "Everyone", everything, income=True).expense
    cost = link(book, alice, "Every cost", everything).expense
    income, costs = ({account_id(book, it) for it in numbers} for numbers in (INCOMES, NUMBERS))
    lines = Line.objects.filter(book=book.pk)
    assert set(lines.filter(expense=stream.pk).values_list("account", flat=True)) == income
    assert set(lines.filter(expense=cost.pk).values_list("account", flat=True)) == costs
    company = book.company
    assert [it.name for it in link_rows(company, book)] == ["Every cost"]
    (row,) = link_rows(company, book, income=True)
    assert (row.name, row.lines) == ("Everyone", lines.filter(account__in=income).count())


def test_nothing_of_the_expense_side_knows_a_stream(book: Book, alice: User) -> None:
    stream = link(book, alice, "Grid sales", rule("vendor", "contains", "grid"), income=True).expense
    assert stream.pk not in {it.id for it in plan(book.company, book, book.published).members}
    assert {it.number for it in unassigned(book.company)} == set(NUMBERS)
    for row in (stream, expense(book, "4000")):
        with pytest.raises(UnknownChoice):
            organise(company=book.company, person=alice, choices=[Choice(expense=row.pk, payroll=True)])


def test_every_row_of_the_streams_opens_its_lines(book: Book, alice: User) -> None:
    stream = link(book, alice, "Grid sales", rule("vendor", "contains", "grid"), income=True).expense
    months = held_by_streams(book)
    for key, label in ((REVENUE, "Revenue"), (OTHER_INCOME, "Other income"), (INCOME, "Total income")):
        found = cell(book.company, book, key, FIRST, LAST)
        assert (found.title, found.sign) == (label, -1)
        wanted = [it for it in stream_plan(book.company, book).members if key in (INCOME, it.section(FIRST))]
        assert found.amount == sum(sum(months.get(it.id, {}).values()) for it in wanted)
        assert found.amount == lines_of(book, found)
    one = cell(book.company, book, f"expense:{stream.pk}", FIRST, LAST)
    assert one.trail == ("Revenue", "Grid sales")
    assert one.amount == lines_of(book, one) != 0
    interest = cell(book.company, book, f"expense:{expense(book, '4100').pk}", FIRST, LAST)
    assert (interest.trail[0], interest.sign) == ("Other income", -1)
    costs = cell(book.company, book, TOTAL, FIRST, LAST)
    assert (costs.sign, costs.amount) == (1, sum(by_month(book, NUMBERS).values()))


def lines_of(book: Book, found: RowCell) -> int:
    """Return the sum of a figure's lines."""
    return sum(cell_lines(book, it.cell, version=it.version, payroll_accounts=None).total for it in found.segments)


def test_an_account_that_turns_into_income_takes_its_lines_and_its_links_along(book: Book, alice: User) -> None:
    """Its row stays; what its link had taken from costs falls back, and what the link matches of income comes."""
    row = expense(book, "6900")
    link(book, alice, "Grid", rule("vendor", "contains", "grid"), income=True)
    made = link(book, alice, "Seats", rule("text", "contains", "seats"))
    made.expense = row  # a link that was added to an account's own expense
    made.save()
    sync(book, make(1, numbers=ALL)[0], turned({"6900": {"type": AccountType.INCOME}}), ())
    row.refresh_from_db()
    assert row.income
    placed = defaultdict(set)
    for account, into in Line.objects.filter(book=book.pk, valid_to__gt=book.published).values_list(
        "account", "expense"
    ):
        placed[into].add(account)
    streams = set(Expense.objects.filter(income=True).values_list("pk", flat=True))
    income = {account_id(book, it) for it in (*INCOMES, "6900")}
    for into, accounts in placed.items():
        assert accounts <= income if into in streams else not accounts & income
    assert len(placed[row.pk]) > 1
    assert of_streams(book) == by_month(book, (*INCOMES, "6900"))
    sums_are_kept(book)


def test_an_installation_from_before_comes_along_and_logs_nothing(book: Book, alice: User) -> None:
    """Rows, lines, kept sums and copies of closed months are as if the accounts had always been streams."""
    shut(book, alice, MAY)
    before = everything()
    rows = Expense.objects.filter(income=True)
    ids = list(rows.values_list("pk", flat=True))
    for table in (Line, MonthSum, PartySum, ClosedSum):
        assert table.objects.filter(expense__in=ids).update(expense=0)
    rows.delete()
    moves = Remapping.objects.count()
    migration = importlib.import_module("tieout.expenses.migrations.0004_streams")
    migration._fill(apps, SimpleNamespace(connection=connection))
    assert everything() == before
    assert Remapping.objects.count() == moves
    assert prepare(book).version == 1  # nothing is missing
    assert of_streams(book) == by_month(book, INCOMES)
    sums_are_kept(book)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return what the tables hold, streams by their account."""
    own = {it.pk: it.account_id for it in Expense.objects.filter(account__isnull=False)}
    columns = {
        Line: ("id", "account", "amount"),
        MonthSum: ("account", "month", "amount"),
        PartySum: ("party", "account", "month", "amount"),
        ClosedSum: ("close_id", "account", "type", "amount"),
    }
    result: dict[str, list[tuple[object, ...]]] = {
        table.__name__: sorted((*row[:-1], own.get(row[-1], 0)) for row in table.objects.values_list(*names, "expense"))  # type: ignore[attr-defined]
        for table, names in columns.items()
    }
    found = Expense.objects.values_list("account_id", "kind", "own_name", "payroll", "income")
    result["rows"] = sorted(found, key=str)
    return result
