"""Closing as a person does it: what the pages show, who decides, what is refused, and what stays on record."""

from __future__ import annotations

import itertools
from datetime import date
from http import HTTPStatus

import msgspec
import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.links import LISTS, VENDORS, make, rule
from tests.expenses.small_ledger import ENTRIES, NOW, bill, new_book, sync
from tests.planning.test_closed_timeline import act
from tests.planning.test_timeline_links import link
from tieout.budgets import queries as budget_queries
from tieout.budgets import services as budgets
from tieout.budgets import starting
from tieout.companies.models import AuditEvent, Company, Membership, Role
from tieout.companies.services import create_company
from tieout.connections.admission import admit
from tieout.core.month import Month
from tieout.ledger.closing import closed
from tieout.ledger.models import Book, CloseAct, MonthClose, Publication
from tieout.planning.closed_lines import changed_lines
from tieout.planning.closed_months import explained, month_rows

pytestmark = pytest.mark.django_db
MARCH, APRIL = Month(2026, 3), Month(2026, 4)
RESTATED = (bill("1", date(2026, 3, 2), ("5010", 700_00), memo="Committed use"), *ENTRIES[1:4], ENTRIES[5])
_number = itertools.count()


@pytest.fixture
def admitted(book: Book) -> Book:
    """March and April are admitted, and the history before them."""
    admit_through(book, APRIL)
    return book


def admit_through(book: Book, last: Month) -> None:
    newest = Publication.objects.filter(book=book).latest("number")
    admit(newest, Month.of(book.start).until(last + 1))


def get(client: Client, company: Company, path: str = "") -> str:
    answer = client.get(f"/c/{company.slug}/expenses/closed/{path}")
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def post(client: Client, company: Company, path: str, **fields: str) -> HttpResponse:
    return client.post(f"/c/{company.slug}/expenses/closed/{path}", fields)  # type: ignore[return-value]


def test_closing_a_month_closes_every_open_one_before_it(client: Client, alice: User, admitted: Book) -> None:
    client.force_login(alice)
    company = admitted.company
    asked = get(client, company, "close/?through=2026-03")
    assert "Close 12 months" in asked
    assert post(client, company, "close/", through="2026-03", sync="1", note="Q1").status_code == HTTPStatus.FOUND
    assert max(closed(admitted)) == MARCH
    assert len(closed(admitted)) == 12
    told = AuditEvent.objects.filter(company=company, what="closed a month").latest("pk")
    assert (told.person, told.after) == (alice, {"month": "2026-03", "sync": 1, "note": "Q1"})


@pytest.mark.parametrize("through", ["2026-05", "2026-03", "2019-01", "x"])
def test_only_open_admitted_months_are_closed(client: Client, alice: User, admitted: Book, through: str) -> None:
    act(admitted, CloseAct.CLOSED, MARCH)
    client.force_login(alice)
    answer = post(client, admitted.company, "close/", through=through, sync="1")
    if through == "x":  # no month at all asks for the latest
        assert APRIL in closed(admitted)
    else:
        assert (answer.status_code, list(closed(admitted))) == (HTTPStatus.CONFLICT, [MARCH])


def test_what_was_not_shown_is_not_closed(client: Client, alice: User, admitted: Book) -> None:
    client.force_login(alice)
    sync(admitted, RESTATED)
    answer = post(client, admitted.company, "close/", through="2026-04", sync="1")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "have changed since this was shown" in answer.content.decode()
    assert not closed(admitted)


def test_what_changed_is_listed_line_by_line_and_adds_up(client: Client, alice: User, admitted: Book) -> None:
    act(admitted, CloseAct.CLOSED, MARCH, APRIL)
    sync(admitted, RESTATED)
    client.force_login(alice)
    listed = get(client, admitted.company)
    assert "2 closed months are no longer what the books say" in listed
    march = get(client, admitted.company, "2026-03/")
    for text in ("700.50", "800.50", "100.00", "600.00", "700.00", "Bill N1", "Committed use", "Northgrid Cloud"):
        assert text in march, text
    april = get(client, admitted.company, "2026-04/")
    assert "Paycheck N5" in april
    assert "removed" in april


def test_a_record_that_got_another_number_shows_both_and_leads_to_the_change_log(
    client: Client, alice: User, admitted: Book
) -> None:
    act(admitted, CloseAct.CLOSED, MARCH)
    sync(admitted, (msgspec.structs.replace(ENTRIES[0], number="LATE-1"), *ENTRIES[1:]))
    client.force_login(alice)
    march = get(client, admitted.company, "2026-03/")
    assert "<b>Bill N1</b>" in march, "as it was"
    assert "<b>Bill LATE-1</b>" in march, "as it is"
    log = f"/c/{admitted.company.slug}/reports/change-log/?from=1&amp;to=2&amp;month=2026-03"
    assert log in march
    assert "LATE-1" in client.get(log.replace("&amp;", "&")).content.decode()


def test_the_books_are_accepted_kept_or_the_month_reopened(client: Client, alice: User, admitted: Book) -> None:
    act(admitted, CloseAct.CLOSED, MARCH, APRIL)
    sync(admitted, RESTATED)
    client.force_login(alice)
    company = admitted.company
    assert post(client, company, "2026-03/accept/", sync="2", note="Late bill").status_code == HTTPStatus.FOUND
    assert post(client, company, "2026-04/keep/", sync="2").status_code == HTTPStatus.FOUND
    rows = {row.month: row for row in month_rows(company, admitted)}
    assert (rows[MARCH].shown, rows[MARCH].differs) == (800_50, False)
    assert (rows[APRIL].shown, rows[APRIL].differs, rows[APRIL].waits) == (9_600_00, True, False)
    assert "Late bill" in get(client, company, "2026-03/")
    sync(admitted, (*RESTATED, bill("9", date(2026, 4, 9), ("5010", 1_00))))
    assert post(client, company, "2026-04/reopen/", sync="3", note="Wrong").status_code == HTTPStatus.FOUND
    assert list(closed(admitted)) == [MARCH]
    acts = list(AuditEvent.objects.filter(company=company, object_kind="monthclose").values_list("what", flat=True))
    assert sorted(acts) == [
        "accepted the books of a closed month", "kept the figures of a closed month", "reopened a closed month",
    ]  # fmt: skip


def test_a_decision_about_figures_that_moved_on_is_refused(client: Client, alice: User, admitted: Book) -> None:
    act(admitted, CloseAct.CLOSED, MARCH)
    sync(admitted, RESTATED)
    client.force_login(alice)
    for verb in ("accept", "keep", "reopen"):
        answer = post(client, admitted.company, f"2026-03/{verb}/", sync="1")
        assert answer.status_code == HTTPStatus.CONFLICT
    assert MonthClose.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.ADMIN, Role.OWNER])
def test_who_plans_or_looks_sees_it_and_only_who_maps_decides(
    client: Client, bob: User, admitted: Book, role: Role
) -> None:
    company, decides = admitted.company, role in (Role.ADMIN, Role.OWNER)
    Membership.objects.filter(company=company, person=bob).update(role=role)
    act(admitted, CloseAct.CLOSED, MARCH)
    sync(admitted, RESTATED)
    client.force_login(bob)
    assert ("Close months" in get(client, company)) is decides
    assert ("Accept the books" in get(client, company, "2026-03/")) is decides
    answer = post(client, company, "2026-03/accept/", sync="2")
    assert answer.status_code == (HTTPStatus.FOUND if decides else HTTPStatus.FORBIDDEN)


def test_a_stranger_finds_nothing(client: Client, charlie: User, admitted: Book) -> None:
    act(admitted, CloseAct.CLOSED, MARCH)
    client.force_login(charlie)
    for path in ("", "close/", "2026-03/", "2026-03/reopen/"):
        assert client.get(f"/c/{admitted.company.slug}/expenses/closed/{path}").status_code == HTTPStatus.NOT_FOUND


def test_pay_that_changed_is_a_sum_for_who_may_not_see_it(client: Client, bob: User, admitted: Book) -> None:
    act(admitted, CloseAct.CLOSED, APRIL)
    sync(admitted, RESTATED)
    client.force_login(bob)
    april = get(client, admitted.company, "2026-04/")
    assert "Ada Lovelace" not in april
    assert "April pay" not in april
    assert "payroll line" in april


def test_months_that_are_none_are_not_found(client: Client, alice: User, admitted: Book) -> None:
    client.force_login(alice)
    for text in ("2026-13", "march", "2031-01"):
        assert client.get(f"/c/{admitted.company.slug}/expenses/closed/{text}/").status_code == HTTPStatus.NOT_FOUND


def test_the_timeline_says_it_in_words_and_the_entries_sheet_too(client: Client, alice: User, admitted: Book) -> None:
    act(admitted, CloseAct.CLOSED, MARCH)
    sync(admitted, RESTATED)
    client.force_login(alice)
    base = f"/c/{admitted.company.slug}/expenses"
    grid = client.get(f"{base}/timeline/?from=2026-03&to=2026-04").content.decode()
    assert "Closed. Books differ by 100.00" in grid
    assert "Closed months: Mar 26: Books differ by 100.00" in grid
    sheet = client.get(f"{base}/entries/?row=total&month=2026-03").content.decode()
    assert "600.00" in sheet
    assert "books differ by 100.00" in sheet.lower()
    assert "ties to the books" not in sheet


def test_a_frozen_budget_stays_whatever_is_closed_or_restated(alice: User, admitted: Book) -> None:
    company = admitted.company
    act(admitted, CloseAct.CLOSED, MARCH)
    new = budgets.New(name="Last year again", first=MARCH, last=APRIL, currency="USD", digits=2)
    made = budgets.create(company, new, starting.actuals(company, admitted, MARCH, APRIL), person=alice)
    frozen = budgets.freeze(made, person=alice, now=NOW)
    before = budget_queries.lines(frozen)
    sync(admitted, RESTATED)
    act(admitted, CloseAct.ACCEPTED, MARCH)
    act(admitted, CloseAct.REOPENED, MARCH)
    assert (budget_queries.lines(frozen), budget_queries.verify(frozen)) == (before, True)
    assert sum(line.amounts.get(MARCH, 0) for line in before.values()) == 700_50


history = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=4)


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=history, linked=st.integers(0, 2))
def test_every_difference_is_the_sum_of_its_lines_and_of_what_was_remapped(
    alice: User, steps: list[tuple[int, bool]], linked: int
) -> None:
    company = create_company(name=f"Explained {next(_number)}", person=alice)
    book = new_book(company)
    sync(book, make(0, 15, start=date(2025, 9, 1))[0], LISTS, ())
    months = [Month(2025, 9) + at for at in range(4)]
    act(book, CloseAct.CLOSED, *months)
    link(book, alice, "Vendor", rule("vendor", "is", VENDORS[linked]))
    for seed, accept in steps:
        sync(book, make(seed, 15, start=date(2025, 9, 1))[0], LISTS, ())
        if accept:
            act(book, CloseAct.ACCEPTED, months[seed])
    rows = {row.month: row for row in month_rows(company, book)}
    for month, shut in closed(book).items():
        row, parts = rows[month], explained(company, book, month)
        assert row.shown + row.beside.sum == row.books
        assert sum(it.changed for it in parts.departments) == row.beside.changed
        assert sum(it.remapped for it in parts.departments) == row.beside.remapped
        expenses = [it for it in parts.accounts if it.group == "Expense"]
        assert sum(it.changed for it in expenses) == row.beside.changed
        lines = changed_lines(book, shut, payroll_accounts=None)
        assert sum(it.effect for it in lines.page) == lines.effect
        assert (sum(abs(it.changed) for it in parts.accounts) == 0) or lines.count
