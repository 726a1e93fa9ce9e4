"""On any ledger, whatever is synced, linked or moved: statements add up, and each figure is the sum of its lines."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expenses.links import rule
from tests.reports.small_books import CHART, Books
from tieout.companies.services import create_company
from tieout.core.month import Month
from tieout.core.records import DimensionRecord, DimensionValueRecord, EntryRecord, LineRecord
from tieout.departments import queries as departments
from tieout.expenses.models import ALWAYS, Expense, ExpenseDepartment, Link
from tieout.expenses.services import Draft, NewExpense, remove_link, save_link
from tieout.ledger.models import Listed
from tieout.ledger.queries import cell_sum
from tieout.reports.catalogue import report_named
from tieout.reports.document import Document
from tieout.reports.document_files import document_json
from tieout.reports.document_lines import figure_cell
from tieout.reports.evidence import evidence_of
from tieout.reports.profit_parts import NET_INCOME
from tieout.reports.queries import NoReport
from tieout.reports.question import ask

TODAY = date(2026, 8, 1)
ACCOUNTS = ("1000", "2000", "2700", "3900", "4000", "6000", "6010", "6100")
VALUES = ("east", "west", "north")
LISTS = (
    *CHART,
    DimensionRecord(external_id="region", name="Region"),
    DimensionRecord(external_id="fund", name="Fund"),
    *(DimensionValueRecord(dimension="region", external_id=it, name=it.title()) for it in VALUES),
    DimensionValueRecord(dimension="fund", external_id="seed", name="Seed"),
)
MONTHS = tuple(Month(2025, 7).until(Month(2026, 8)))
_number = itertools.count()


@dataclass(frozen=True, slots=True)
class History:
    """What is synced, one after the other, and what is done to the expenses in between."""

    states: tuple[tuple[EntryRecord, ...], ...]
    moves: tuple[tuple[str, int, int], ...]  # account, from the month at this place (-1: always), department's place
    linked: bool
    payroll: str  # the account marked as payroll, "" for none
    first_month: int


@st.composite
def entries(draw: st.DrawFn) -> EntryRecord:
    month = draw(st.sampled_from(MONTHS))
    amounts = draw(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=3))

    def line(amount: int) -> LineRecord:
        region, fund = draw(st.sampled_from(("", *VALUES))), draw(st.booleans())
        dimensions = (*((("region", region),) if region else ()), *((("fund", "seed"),) if fund else ()))
        return LineRecord(
            account=draw(st.sampled_from(ACCOUNTS)), amount=amount, memo=draw(st.sampled_from(("", "seats"))),
            dimensions=dimensions,
        )  # fmt: skip

    lines = tuple(line(amount) for amount in (*amounts, -sum(amounts)))
    day = date(month.year, month.number, draw(st.integers(1, 28)))
    return EntryRecord(type="Journal", external_id=str(draw(st.integers(1, 12))), date=day, lines=lines)


states = st.lists(entries(), min_size=1, max_size=10, unique_by=lambda it: it.external_id).map(tuple)
moves = st.tuples(st.sampled_from(("6000", "6010", "6100")), st.integers(-1, 12), st.integers(0, 15))
histories = st.builds(
    History,
    states=st.lists(states, min_size=1, max_size=3).map(tuple),
    moves=st.lists(moves, max_size=4).map(tuple),
    linked=st.booleans(),
    payroll=st.sampled_from(("", "6100")),
    first_month=st.integers(1, 12),
)
on_any_history = settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a history takes half a second: shrinking one, minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def live(alice: User, history: History) -> Books:
    """Return books after a history."""
    books = Books(create_company(name=f"Statements {next(_number)}", person=alice))
    books.book.fiscal_year_first_month = history.first_month
    books.book.save()
    books.sync(entries=history.states[0], statements=(), lists=LISTS)
    books.book.refresh_from_db()
    _map(books, alice, history)
    for state in history.states[1:]:
        books.sync(entries=state, statements=(), lists=LISTS)
    books.book.refresh_from_db()
    return books


def _map(books: Books, alice: User, history: History) -> None:
    company = books.company
    places = departments.departments(company)
    for number, at, place in history.moves:
        account = Listed.objects.get(organisation=books.book.organisation, kind="account", external_id=number)
        expense = Expense.objects.get(company=company, account_id=account.pk)
        ExpenseDepartment.objects.update_or_create(
            expense=expense,
            from_month=ALWAYS if at < 0 else MONTHS[at].key,
            defaults={"department": places[place]},
        )
    if history.payroll:
        account = Listed.objects.get(organisation=books.book.organisation, kind="account", external_id=history.payroll)
        Expense.objects.filter(company=company, account_id=account.pk).update(payroll=True)
    if history.linked:
        _carve(books, alice, "Seats")


def _carve(books: Books, alice: User, name: str) -> None:
    """Have the lines that say "seats" be an expense of its own."""
    places = departments.departments(books.company)
    save_link(
        company=books.company, person=alice, book=books.book,
        expense=NewExpense(name=name, department=places[3].pk),
        draft=Draft(rule=rule("text", "is", "seats"), although_nothing=True),
    )  # fmt: skip


def document(books: Books, query: str, report: str = "profit-and-loss") -> Document:
    """Return a report as an address asks for it."""
    found = report_named(report)
    at, asked = ask(
        books.company, QueryDict(query), today=TODAY, defaults=found.defaults, masked=lambda _: None
    )  # fmt: skip
    return found.make(at, asked)


def check_lines(made: Document) -> None:
    """Hold every figure against the lines that it opens."""
    for row in made.rows:
        for column in made.columns if row.has_figures else ():
            if column.posted:
                cells = made.cells(row, column)
                lines = sum(cell_sum(made.at.book, it, version=made.at.version) for it in cells)
                assert lines == made.amount(row, column) - made.ahead(row, column), (row.key, column.key, cells)


def posted(state: tuple[EntryRecord, ...], first: Month, last: Month, *, region: str | None = None) -> int:
    """Return the profit of some months, counted line by line, debit positive."""
    return sum(
        line.amount
        for it in state
        for line in it.lines
        if line.account >= "4000" and first <= Month.of(it.date) <= last
        and (region is None or dict(line.dimensions).get("region", "") == region)
    )  # fmt: skip


@on_any_history
@given(history=histories, by=st.sampled_from(("month", "quarter", "year")))
def test_profit_is_the_same_by_account_and_by_department_and_all_figures_are_their_lines(
    alice: User, history: History, by: str
) -> None:
    books = live(alice, history)
    query = f"from=2025-07&to=2026-07&by={by}&compare=before"
    by_account, by_department = (document(books, f"{query}&view={it}") for it in ("account", "department"))
    for made in (by_account, by_department):
        check_lines(made)
        for column in made.columns:
            if column.posted and made.rows and column.first and column.last:
                foot = made.by_key[NET_INCOME]
                profit = made.amount(foot, column) - made.ahead(foot, column)  # a quarter may go on with its forecast
                assert profit == posted(history.states[-1], column.first, column.last)


@on_any_history
@given(history=histories, by=st.sampled_from(("month", "quarter", "year")))
def test_the_balance_sheet_balances_with_no_plug_and_its_profit_is_the_statement_s(
    alice: User, history: History, by: str
) -> None:
    books = live(alice, history)
    made = document(books, f"preset=all&by={by}", "balance-sheet")
    check_lines(made)
    for column in made.columns if made.rows else ():
        assert sum(made.amount(row, column) for row in made.lines) == 0
        assert column.last
        year = column.last.fiscal_year_start(history.first_month)
        net = made.amount(made.by_key["net-income"], column)
        assert net == posted(history.states[-1], year, column.last)


@on_any_history
@given(history=histories, by=st.sampled_from(("month", "quarter", "year")))
def test_the_trial_balance_has_as_much_debit_as_credit_and_each_balance_is_its_lines(
    alice: User, history: History, by: str
) -> None:
    books = live(alice, history)
    made = document(books, f"preset=all&by={by}", "trial-balance")
    check_lines(made)
    for month in {it.last for it in made.columns} if made.rows else ():
        total = made.by_key["total"]
        debit, credit = (made.shown(total, made.by_column[f"{side}:{month}"]) for side in ("debit", "credit"))
        assert debit == credit >= 0


@on_any_history
@given(history=histories)
def test_a_dimension_s_values_and_what_has_none_are_the_whole(alice: User, history: History) -> None:
    books = live(alice, history)
    region = Listed.objects.get(organisation=books.book.organisation, kind="dimension", external_id="region")
    made = document(books, f"from=2025-07&to=2026-07&view=dimension:{region.pk}&compare=last-year")
    check_lines(made)
    for row in made.rows:
        own = [it for it in made.columns if it.key.startswith("value:")]
        assert sum(made.amount(row, it) for it in own) == made.amount(row, made.by_column["total"])
    for column in made.columns if made.rows else ():
        if column.key.startswith("value:"):
            name = "" if column.key == "value:0" else column.label.casefold()
            expected = posted(history.states[-1], Month(2025, 7), Month(2026, 7), region=name)
            assert made.amount(made.by_key[NET_INCOME], column) == expected


@on_any_history
@given(history=histories, values=st.sets(st.sampled_from((*VALUES, "seed")), min_size=1), payroll=st.booleans())
def test_what_is_narrowed_is_the_sum_of_its_lines_too(
    alice: User, history: History, values: set[str], payroll: bool
) -> None:
    books = live(alice, history)
    chosen = Listed.objects.filter(organisation=books.book.organisation, kind="value", external_id__in=values)
    query = "from=2025-07&to=2026-07&by=quarter" + "".join(f"&value={it.pk}" for it in chosen)
    places = departments.departments(books.company)
    sections = f"&department=unassigned&department=department:{places[3].pk}{'&department=payroll' * payroll}"
    for narrowed in (query, query + sections, "from=2025-07&to=2026-07" + sections):
        for view in ("account", "department"):
            made = document(books, f"{narrowed}&view={view}")
            check_lines(made)
    regions = values & set(VALUES)
    made = document(books, query)
    for column in made.columns if made.rows else ():
        expected = sum(
            line.amount
            for it in history.states[-1]
            for line in it.lines
            if line.account >= "4000" and column.first and column.last
            and column.first <= Month.of(it.date) <= column.last
            and (not regions or dict(line.dimensions).get("region") in regions)
            and ("seed" not in values or "fund" in dict(line.dimensions))
        )  # fmt: skip
        assert made.amount(made.by_key[NET_INCOME], column) == expected


@on_any_history
@given(history=histories, sync=st.integers(1, 3))
def test_by_the_mapping_of_the_time_each_figure_is_the_sum_of_its_lines_too(
    alice: User, history: History, sync: int
) -> None:
    """Seats are carved out, and taken back, after the syncs: at each of them their lines were elsewhere."""
    books = live(alice, history)
    _carve(books, alice, "Seats later")
    for link in Link.objects.filter(company=books.company):
        remove_link(company=books.company, person=alice, book=books.book, link=link)
    _carve(books, alice, "Seats at last")
    asked = f"from=2025-07&to=2026-07&view=department&mapping=then&sync={min(sync, len(history.states))}"
    with suppress(NoReport):  # the sync may not have read so far
        made = document(books, asked)
        found = evidence_of(made, None)
        for row in made.lines:
            for column in made.columns:
                amount = made.amount(row, column)
                opened = figure_cell(made, row, column).segments
                assert sum(cell_sum(books.book, it.cell, version=it.version) for it in opened) == amount, row.key
                assert not opened or found.sum(row.key, column.key) == amount, row.key


@on_any_history
@given(history=histories)
def test_a_statement_as_known_at_a_sync_stays_what_it_was(alice: User, history: History) -> None:
    books = Books(create_company(name=f"Statements {next(_number)}", person=alice))
    shown: dict[str, bytes] = {}
    for number, state in enumerate(history.states, 1):
        books.sync(entries=state, statements=(), lists=LISTS)
        for query in ("view=account", "view=account&by=year"):
            asked = f"from=2025-07&to=2026-06&{query}&sync={number}"
            with suppress(NoReport):  # the sync may not have read so far
                shown[asked] = document_json(document(books, asked), turn_signs=True)
        for asked, then in shown.items():
            assert document_json(document(books, asked), turn_signs=True) == then
