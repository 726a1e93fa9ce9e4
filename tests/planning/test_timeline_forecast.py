"""The timeline after the last admitted month: forecast beside actuals, and no month that mixes both."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.small_ledger import CHART, bill, expense, new_book, sync
from tests.golden.table import check
from tests.planning.test_timeline import NUMBERS, as_text, give, mark
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord
from tieout.departments import queries as departments
from tieout.expenses.organising import Choice, organise
from tieout.expenses.periods import By, Span, spans
from tieout.expenses.sections import Filter
from tieout.ledger.models import Book
from tieout.planning.ahead import Ahead
from tieout.planning.forecast import Forecast
from tieout.planning.timeline import HIRING, Kind, Timeline, timeline

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY, JUNE, JULY = (Month(2026, number) for number in range(3, 8))
_number = itertools.count()


def columns(last: Month = JUNE, by: By = By.MONTH) -> tuple[Span, ...]:
    return spans(MARCH, last, by=by, first_month=4, through=APRIL)


def ahead(book: Book, after: Month = APRIL, *, cash: bool = False, **more: object) -> Ahead:
    """Hosting costs 700 a month, June is typed; the cash of both leaves in June; somebody is hired in June."""
    hosting = expense(book, "5010").pk
    planned = Forecast(
        amounts={hosting: {MAY: 700_00, JUNE: 650_00, JULY: 700_00}},
        cash={hosting: {MAY: 0, JUNE: 1_350_00}},
        typed=frozenset({(hosting, JUNE)}),
        people={None: {JUNE: 4_000_00}, 1: {JUNE: 1_000_00}},
        people_cash={None: {JUNE: 3_000_00}},
        planned=frozenset({hosting}),
        **more,  # type: ignore[arg-type]
    )
    return Ahead(forecast=planned, after=after, cash=cash)


def row(found: Timeline, label: str) -> tuple[int | None, ...]:
    return next(it.amounts for it in found.rows if it.label == label)


def test_a_timeline_that_goes_on_with_a_forecast(book: Book, alice: User) -> None:
    give(book, alice, "5010", "product_costs")
    give(book, alice, "6200", "marketing")
    mark(book, alice, "6000")
    check("timeline_forecast", as_text(timeline(book.company, book, columns(), ahead=ahead(book))))


def test_a_column_says_what_it_holds(book: Book) -> None:
    found = timeline(book.company, book, columns(), ahead=ahead(book))
    assert [(span.label, found.kind(span)) for span in found.spans] == [
        ("Mar 26", Kind.ACTUAL), ("FY 2026", Kind.ACTUAL), ("Apr 26", Kind.ACTUAL), ("May 26", Kind.FORECAST),
        ("Jun 26", Kind.FORECAST), ("FY 2027 to Jun", Kind.MIXED),
    ]  # fmt: skip
    assert found.tied == (True, None, True, None, None, None)  # a forecast does not tie


def test_quarters_and_years_hold_actual_and_forecast(book: Book) -> None:
    quarters = timeline(book.company, book, columns(by=By.QUARTER), ahead=ahead(book))
    assert row(quarters, "Hosting") == (600_00, 600_00, 600_00 + 700_00 + 650_00, 1_950_00)
    years = timeline(book.company, book, columns(by=By.YEAR), ahead=ahead(book))
    assert [(span.label, years.kind(span)) for span in years.spans][-1] == ("FY 2027 to Jun", Kind.MIXED)
    assert row(years, "Hosting") == (600_00, 1_950_00)


def test_what_is_posted_in_a_forecast_month_is_left_out_until_it_is_asked_for(book: Book) -> None:
    forecast = timeline(book.company, book, columns(), ahead=ahead(book))
    assert "Ask my accountant" not in [it.label for it in forecast.rows]  # 12.00, posted in May
    posted = timeline(book.company, book, columns(), ahead=ahead(book, after=MAY))
    assert row(posted, "Ask my accountant") == (0, 0, 0, 12_00, None, 12_00)
    assert row(posted, "Hosting")[3:5] == (0, 650_00)  # nothing was posted yet: no forecast fills in
    assert posted.kind(posted.spans[3]) is Kind.PARTIAL


def test_a_month_without_a_forecast_is_empty_and_not_zero(book: Book) -> None:
    found = timeline(book.company, book, columns(), ahead=ahead(book))
    assert row(found, "Advertising") == (80_00, 80_00, 0, None, None, 0)


def test_cash_is_shown_instead_of_the_expense_and_is_not_typed(book: Book) -> None:
    found = timeline(book.company, book, columns(), ahead=ahead(book, cash=True))
    assert row(found, "Hosting") == (600_00, 600_00, 600_00, 0, 1_350_00, 1_950_00)
    assert found.total[3:5] == (0, 4_350_00)
    assert not any(it.typed for it in found.rows)


def test_typed_months_are_marked_where_they_stand_alone(book: Book) -> None:
    found = timeline(book.company, book, columns(), ahead=ahead(book))
    assert {it.label: sorted(it.typed) for it in found.rows if it.typed} == {"Hosting": [4]}
    quarters = timeline(book.company, book, columns(by=By.QUARTER), ahead=ahead(book))
    assert not any(it.typed for it in quarters.rows)


def test_the_hiring_plan_is_one_row_whoever_is_hired(book: Book) -> None:
    found = timeline(book.company, book, columns(), ahead=ahead(book))
    hiring = next(it for it in found.rows if it.key == HIRING)
    assert (hiring.amounts, hiring.posted, hiring.expense) == ((0, 0, 0, None, 5_000_00, 5_000_00), False, 0)
    assert row(found, "Employees & contractors") == hiring.amounts
    sections = frozenset({f"department:{departments.system(book.company, 'marketing').pk}"})
    narrowed = timeline(book.company, book, columns(), ahead=ahead(book), only=Filter(sections=sections))
    assert HIRING not in [it.key for it in narrowed.rows]


def test_an_expense_that_cannot_be_computed_says_so_and_is_in_no_total(book: Book) -> None:
    late = expense(book, "6900").pk
    broken = ahead(book, errors={late: "Headcount.Totl is unknown, at 1."})
    found = timeline(book.company, book, columns(), ahead=broken)
    fault = next(it for it in found.rows if it.fault)
    assert (fault.label, fault.fault) == ("Ask my accountant", "Headcount.Totl is unknown, at 1.")
    assert fault.amounts[3:5] == (None, None)
    assert (found.faults, found.total) == (1, timeline(book.company, book, columns(), ahead=ahead(book)).total)


def test_posts_that_cannot_be_computed_are_counted_and_told_on_the_hiring_plan(book: Book) -> None:
    hosting = expense(book, "5010").pk
    wrong = ahead(book, errors={hosting: "Broken."}, post_errors={7: "Seller in May 26: divided by zero.", 8: "Lost."})
    found = timeline(book.company, book, columns(), ahead=wrong)
    assert (found.faults, found.post_faults, found.failing) == (1, 2, "1 expense and 2 posts")
    assert next(it.fault for it in found.rows if it.key == HIRING) == "Seller in May 26: divided by zero."
    alone = Forecast(people={None: {MAY: 0}}, post_errors={7: "Divided by zero."})
    found = timeline(book.company, book, columns(), ahead=Ahead(forecast=alone, after=APRIL))
    assert next(it.fault for it in found.rows if it.key == HIRING) == "Divided by zero."
    assert found.failing == "1 post"


def test_an_expense_that_was_never_posted_stands_in_its_place_once_it_is_planned(book: Book, alice: User) -> None:
    new = AccountRecord(external_id="5005", number="5005", name="Licences", type=AccountType.EXPENSE, subtype="Expense")
    sync(book, lists=[*CHART[:2], new, *CHART[2:]])
    for number in ("5005", "5010"):
        give(book, alice, number, "product_costs")
    pk = expense(book, "5005").pk
    planned = Ahead(forecast=Forecast(amounts={pk: {MAY: 0}}, planned=frozenset({pk})), after=APRIL)
    found = timeline(book.company, book, columns(), ahead=planned)
    inside = [
        it.label
        for it in found.rows
        if it.parent == f"department:{departments.system(book.company, 'product_costs').pk}"
    ]
    assert inside == ["Licences", "Hosting"]


def test_the_forecast_costs_no_query_an_expense(book: Book, django_assert_num_queries: object) -> None:
    departments.departments(book.company)
    with django_assert_num_queries(14):  # type: ignore[operator]
        timeline(book.company, book, columns(), ahead=ahead_of(book))


def ahead_of(book: Book) -> Ahead:
    return Ahead(forecast=Forecast(amounts={1: {MAY: 1}, 2: {MAY: 2}}, planned=frozenset({1, 2})), after=APRIL)


# --- partition, on anything -----------------------------------------------------------------------------------

months = st.sampled_from([APRIL, MAY, JUNE, JULY])
money = st.integers(-500, 500)
plans = st.fixed_dictionaries({
    "amounts": st.dictionaries(st.sampled_from(NUMBERS), st.dictionaries(months, money, max_size=4)),
    "people": st.dictionaries(st.sampled_from([None, 1]), st.dictionaries(months, money)),
    "errors": st.dictionaries(st.sampled_from(NUMBERS), st.just("wrong"), max_size=1),
})  # fmt: skip
postings = st.lists(
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from([date(2026, 4, 5), date(2026, 5, 5)]), money), max_size=6
)
moves = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS), st.sampled_from(["sales", "engineering", None]), st.sampled_from([None, MAY, JUNE]),
        st.booleans() | st.none(),
    ),
    max_size=5,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    posted=postings, moved=moves, planned=plans, after=st.sampled_from([APRIL, MAY]), by=st.sampled_from(By),
    cash=st.booleans(),
)  # fmt: skip
def test_the_rows_sum_to_the_total_in_every_column(
    alice: User, posted: list[tuple[str, date, int]], moved: list[tuple[str, str | None, Month | None, bool | None]],
    planned: dict[str, dict[str, dict[Month, int]]], after: Month, by: By, cash: bool,
) -> None:  # fmt: skip
    company = create_company(name=f"Plans {next(_number)}", person=alice)
    book = new_book(company)
    sync(book, [bill(str(at), day, (number, amount)) for at, (number, day, amount) in enumerate(posted)])
    for number, department, since, payroll in moved:
        key = departments.system(company, department).pk if department else None
        choice = Choice(expense=expense(book, number).pk, department=key, payroll=payroll)
        organise(company=company, person=alice, choices=[choice], since=since)
    amounts = {expense(book, number).pk: by_month for number, by_month in planned["amounts"].items()}
    people = planned["people"]
    made = Forecast(
        amounts={} if cash else amounts, cash=amounts if cash else {},
        people={} if cash else people, people_cash=people if cash else {},  # type: ignore[arg-type]
        errors={expense(book, number).pk: "wrong" for number in planned["errors"]},
        planned=frozenset(amounts),
    )  # fmt: skip
    found = timeline(company, book, columns(JULY, by), ahead=Ahead(forecast=made, after=after, cash=cash))
    everything = [*posted_by_month(posted, after), *forecast_by_month(amounts, people, after)]
    for at, span in enumerate(found.spans):
        expected = sum(amount for month, amount in everything if span.first <= month <= span.last)
        assert found.total[at] == found.shown[at] == expected
        leaves = [it for it in found.rows if it.level == 3 or it.key == HIRING]
        assert sum(it.amounts[at] or 0 for it in leaves) == expected


def posted_by_month(posted: list[tuple[str, date, int]], after: Month) -> list[tuple[Month, int]]:
    return [(Month.of(day), amount) for _, day, amount in posted if Month.of(day) <= after]


def forecast_by_month(amounts: dict[int, dict[Month, int]], people: object, after: Month) -> list[tuple[Month, int]]:
    rows = [*amounts.values(), *people.values()]  # type: ignore[attr-defined]
    return [(month, amount) for by_month in rows for month, amount in by_month.items() if month > after]
