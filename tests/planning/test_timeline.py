"""The timeline loses nothing: whatever is assigned and marked, its rows sum to the ledger, in every month."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.small_ledger import (
    CHART,
    MARCH,
    account_id,
    bill,
    expense,
    new_book,
    profit_and_loss,
    sync,
)
from tests.golden.table import check
from tests.ledger.scribe import unguarded
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord, Balances, Statement
from tieout.departments import queries as departments
from tieout.expenses.books import current
from tieout.expenses.cells import UnknownRow, cell
from tieout.expenses.entries import Asked, all_lines, entry_page
from tieout.expenses.organise_page import organise_page
from tieout.expenses.organising import Choice, organise
from tieout.expenses.periods import By, Span, spans
from tieout.expenses.queries import unassigned_count
from tieout.expenses.sections import Filter
from tieout.ledger import versions
from tieout.ledger.models import Book
from tieout.ledger.movements import movements
from tieout.ledger.staging import Stage
from tieout.planning.timeline import Timeline, timeline

pytestmark = pytest.mark.django_db
FIRST, LAST = Month(2026, 3), Month(2026, 5)
NUMBERS = ("5010", "6000", "6200", "6210", "6900")
_number = itertools.count()


def columns(by: By = By.MONTH) -> tuple[Span, ...]:
    return spans(FIRST, LAST, by=by, first_month=4, through=Month(2026, 4))


def give(book: Book, person: User, number: str, department: str, since: Month | None = None) -> None:
    key = departments.system(book.company, department).pk
    choice = Choice(expense=expense(book, number).pk, department=key)
    organise(company=book.company, person=person, choices=[choice], since=since)


def mark(book: Book, person: User, number: str) -> None:
    choice = Choice(expense=expense(book, number).pk, payroll=True)
    organise(company=book.company, person=person, choices=[choice])


def as_text(found: Timeline) -> str:
    rows = [("", *(span.label for span in found.spans))]
    for row in found.rows:
        name = f"{'  ' * (row.level - 1)}{row.code} {row.label}".replace("   ", "  ").rstrip()
        rows.append((name, *("" if it is None else f"{it / 100:,.2f}" for it in row.amounts)))
    rows.append(("Total", *(f"{it / 100:,.2f}" for it in found.total)))
    rows.append(("Tied", *(str(it) for it in found.tied)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = (
        f"{row[0]:<{widths[0]}}  {'  '.join(f'{it:>{w}}' for it, w in zip(row[1:], widths[1:], strict=True))}"
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def test_a_small_timeline(book: Book, alice: User) -> None:
    give(book, alice, "5010", "product_costs")
    give(book, alice, "6200", "marketing")
    mark(book, alice, "6000")
    check("timeline", as_text(timeline(book.company, book, columns())))


def test_before_organising_everything_is_unassigned(book: Book) -> None:
    found = timeline(book.company, book, columns())
    assert [row.key for row in found.rows if row.level == 1] == ["unassigned"]
    assert found.rows[0].amounts == found.total


def test_parents_never_double(book: Book) -> None:
    march = timeline(book.company, book, columns()[:1])
    by_code = {row.code: row.amounts[0] for row in march.rows if row.level == 3}
    assert by_code == {"5010": 600_00, "6200": 80_00, "6210": 20_50}
    assert march.total == (700_50,)


def test_a_sub_account_names_its_parent(book: Book) -> None:
    found = timeline(book.company, book, columns())
    assert {row.code: row.hint for row in found.rows if row.hint} == {"6210": "Advertising"}


def test_the_name_follows_the_books_unless_it_is_the_user_s_own(book: Book) -> None:
    renamed = [
        AccountRecord(
            external_id="6200", number="6250", name="Promotion", type=AccountType.EXPENSE, subtype="Expense"
        ) if isinstance(it, AccountRecord) and it.external_id == "6200" else it for it in CHART
    ]  # fmt: skip
    sync(book, lists=renamed)
    one = expense(book, "6900")
    one.own_name = "Card puzzles"
    one.save()
    names = {row.key: (row.code, row.label) for row in timeline(book.company, book, columns()).rows}
    assert names[f"expense:{expense(book, '6200').pk}"] == ("6250", "Promotion")
    assert names[f"expense:{one.pk}"] == ("6900", "Card puzzles")


def test_a_department_from_a_month_on_leaves_earlier_months(book: Book, alice: User) -> None:
    give(book, alice, "5010", "engineering")
    give(book, alice, "5010", "product_costs", since=Month(2026, 4))
    found = timeline(book.company, book, columns())
    engineering = departments.system(book.company, "engineering").pk
    key = f"expense:{expense(book, '5010').pk}@department:{engineering}"
    amounts = next(row.amounts for row in found.rows if row.key == key)
    assert amounts == (600_00, 600_00, None, None, None)  # March, FY 2026, then it is elsewhere


def test_a_filter_narrows_the_rows_and_not_the_total(book: Book, alice: User) -> None:
    give(book, alice, "6200", "marketing")
    everything = timeline(book.company, book, columns())
    only = Filter(sections=frozenset({f"department:{departments.system(book.company, 'marketing').pk}"}))
    narrowed = timeline(book.company, book, columns(), only=only)
    assert [row.label for row in narrowed.rows] == ["Sales & marketing", "Marketing", "Advertising"]
    assert narrowed.total == everything.total
    assert narrowed.shown[0] == 80_00
    assert [row.code for row in timeline(book.company, book, columns(), only=Filter(text="TRADE")).rows] == ["", "6210"]


def test_a_month_that_differs_is_told_and_the_others_tie(book: Book) -> None:
    sync(book, statements=(MARCH, profit_and_loss(Month(2026, 4), a5010=601_00, a6000=9_000_00)))
    found = timeline(book.company, book, columns())
    assert [(span.label, tied) for span, tied in zip(found.spans, found.tied, strict=True)] == [
        ("Mar 26", True), ("FY 2026", None), ("Apr 26", False), ("May 26", None), ("FY 2027 to May", False),
    ]  # fmt: skip
    assert {row.code: sorted(row.differing) for row in found.rows if row.level == 3 and row.differing} == {
        "5010": [2, 4]
    }


def test_a_trial_balance_s_difference_is_told_once_not_in_every_later_month(book: Book) -> None:
    april = {"1000": -9_701_00, "5010": 601_00, "6000": 9_000_00, "3000": 100_00}
    may = {**april, "1000": -9_713_00, "6900": 12_00}
    sync(
        book,
        statements=[
            Balances(statement=Statement.TRIAL_BALANCE, month=month, amounts=amounts)
            for month, amounts in ((Month(2026, 4), april), (Month(2026, 5), may))
        ],
        lists=[*CHART, AccountRecord(external_id="3000", name="Equity", type=AccountType.EQUITY, subtype="Equity")],
    )
    found = timeline(book.company, book, columns())
    assert found.tied[2:4] == (False, True)


@pytest.mark.parametrize("more", [0, 40])
def test_the_number_of_queries_does_not_depend_on_the_number_of_accounts(
    book: Book, more: int, django_assert_num_queries: object
) -> None:
    new = [
        AccountRecord(external_id=f"x{at}", name=f"More {at}", type=AccountType.EXPENSE, subtype="Expense")
        for at in range(more)
    ]
    sync(book, [bill(f"x{at}", date(2026, 3, 3), (f"x{at}", 1_00)) for at in range(more)], [*CHART, *new])
    departments.departments(book.company)
    with django_assert_num_queries(14):  # type: ignore[operator]
        timeline(book.company, book, columns())
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert unassigned_count(book.company) == 5 + more


def test_the_badge_counts_what_the_page_of_organise_shows(book: Book) -> None:
    old = [
        AccountRecord(external_id=name, name=name, type=AccountType.EXPENSE, subtype="Expense", active=False)
        for name in ("used", "unused")
    ]
    sync(book, [bill("x", date(2026, 3, 3), ("used", 1_00))], [*CHART, *old])
    shown = organise_page(book.company, book, last=Month(2026, 4)).rows
    assert unassigned_count(book.company) == sum(row.unassigned for row in shown) == 6


# --- partition, on anything -----------------------------------------------------------------------------------

days = st.sampled_from([date(2026, 3, 5), date(2026, 4, 5), date(2026, 5, 5)])
postings = st.lists(st.tuples(st.sampled_from(NUMBERS), days, st.integers(-500, 500)), max_size=8)
moves = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        st.sampled_from(["sales", "engineering", None]),
        st.sampled_from([None, Month(2026, 4), Month(2026, 5)]),
        st.booleans() | st.none(),
    ),
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=postings, moved=moves)
def test_the_rows_sum_to_the_ledger_and_the_lines_to_the_rows(
    alice: User, posted: list[tuple[str, date, int]], moved: list[tuple[str, str | None, Month | None, bool | None]]
) -> None:
    company = create_company(name=f"Books {next(_number)}", person=alice)
    book = new_book(company)
    sync(book, [bill(str(at), day, (number, amount)) for at, (number, day, amount) in enumerate(posted)])
    for number, department, since, payroll in moved:
        key = departments.system(company, department).pk if department else None
        choice = Choice(expense=expense(book, number).pk, department=key, payroll=payroll)
        organise(company=company, person=alice, choices=[choice], since=since)
    found = timeline(company, book, columns())
    _rows_sum_to_the_ledger(book, found)
    _lines_sum_to_the_rows(book, found)


def _rows_sum_to_the_ledger(book: Book, found: Timeline) -> None:
    spent = {account_id(book, number) for number in NUMBERS}
    ledger: defaultdict[int, int] = defaultdict(int)
    for account, _, month, amount in movements(book, book.published):
        ledger[month] += amount if account in spent else 0
    for at, span in enumerate(found.spans):
        total = sum(ledger[month.key] for month in span.months())
        assert found.total[at] == total
        for level in (1, 3):
            assert sum(row.amounts[at] or 0 for row in found.rows if row.level == level) == total


def _lines_sum_to_the_rows(book: Book, found: Timeline) -> None:
    for row in found.rows:
        for amount, span in zip(row.amounts, found.spans, strict=True):
            if amount is not None:
                assert _lines_of(book, row.key, span) == (amount, amount, amount)


def _lines_of(book: Book, key: str, span: Span) -> tuple[int, int, int]:
    """Return a figure, the foot of its entries, and the sum of their lines."""
    figure = cell(book.company, book, key, span.first, span.last)
    asked = Asked(book=book, cell=figure, payroll_accounts=None)
    return figure.amount, entry_page(asked).total, sum(line.amount for line in all_lines(asked))


def test_what_a_run_has_read_and_not_published_moves_nothing(book: Book) -> None:
    before = timeline(book.company, book, columns())
    turned = [
        msgspec.structs.replace(it, type=AccountType.ASSET, name="Half read")
        if isinstance(it, AccountRecord) and it.external_id == "5010" else it
        for it in CHART
    ]  # fmt: skip
    Stage(book, versions.take(book, unguarded), unguarded).lists(turned)
    assert timeline(book.company, book, columns()) == before


def test_lines_that_cancel_out_are_listed(book: Book) -> None:
    sync(book, [bill("1", date(2026, 3, 2), ("5010", 5_00)), bill("2", date(2026, 3, 3), ("5010", -5_00))])
    figure = cell(book.company, book, "total", FIRST, FIRST)
    page = entry_page(Asked(book=book, cell=figure, payroll_accounts=None))
    assert (page.count, page.total, figure.amount) == (2, 0, 0)


def test_hidden_pay_behind_a_full_page_is_listed_too(book: Book, alice: User) -> None:
    bills = [bill(str(at), date(2026, 3, 2), ("5010", 1_00)) for at in range(200)]
    pay = bill("p", date(2026, 4, 3), ("6000", 7_00), payroll=True)
    sync(book, [*bills, pay])
    give(book, alice, "5010", "engineering", since=Month(2026, 4))  # so that April holds other expenses than March
    figure = cell(book.company, book, "unassigned", FIRST, LAST)
    assert len(figure.segments) == 2
    page = entry_page(Asked(book=book, cell=figure, payroll_accounts=frozenset()))
    assert (len(page.lines), sum(line.amount for line in page.lines), page.pages) == (201, page.total, 1)


@pytest.mark.parametrize("key", ["", "nonsense", "expense:999999", "category:none", "department:999999", "total@x"])
def test_a_key_of_no_row_is_refused(book: Book, key: str) -> None:
    with pytest.raises(UnknownRow):
        cell(book.company, book, key, FIRST, LAST)


def test_another_company_s_rows_are_unknown(book: Book, charlie: User) -> None:
    theirs = new_book(create_company(name="Elsewhere", person=charlie))
    sync(theirs)
    with pytest.raises(UnknownRow):
        cell(book.company, book, f"expense:{expense(theirs, '5010').pk}", FIRST, LAST)


def test_the_trail_of_a_row(book: Book, alice: User) -> None:
    give(book, alice, "6200", "marketing")
    key = f"expense:{expense(book, '6200').pk}"
    assert cell(book.company, book, key, FIRST, LAST).trail == ("Sales & marketing", "Marketing", "6200 Advertising")


def test_the_current_book_is_the_one_published_last(company: Company) -> None:
    assert current(company) == "connection"
    book = new_book(company)
    assert current(company) == "first_sync"
    sync(book)
    found = current(company)
    assert not isinstance(found, str)
    assert (found.book.pk, found.sync) == (book.pk, 1)
