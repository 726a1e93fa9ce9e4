"""Closed months on planning pages: they stay, each figure is the sum of what is listed for it, open months go on."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.expenses.links import LISTS, VENDORS, make, rule
from tests.expenses.links import row as line_row
from tests.expenses.small_ledger import NOW, expense, new_book, sync
from tests.planning.test_timeline_links import link, of_account
from tieout.companies.models import Company
from tieout.companies.services import create_company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import AccountRecord
from tieout.departments import queries as departments
from tieout.expenses.amounts import held_in_books
from tieout.expenses.cells import cell
from tieout.expenses.entries import Asked, all_lines, entry_page
from tieout.expenses.organising import Choice, organise
from tieout.expenses.periods import By, Span, spans
from tieout.expenses.restated import Restated
from tieout.expenses.sections import plan
from tieout.ledger.closing import decide
from tieout.ledger.models import Book, CloseAct, Publication
from tieout.planning.timeline import Timeline, timeline
from tieout.ui.figures import short_month

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD, LAST = (Month(2025, 9) + at for at in range(4))
_number = itertools.count()


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, make(1)[0], LISTS, ())
    return made


def columns(by: By = By.MONTH) -> tuple[Span, ...]:
    return spans(FIRST, LAST, by=by, first_month=4, through=LAST)


def act(book: Book, what: CloseAct, *months: Month) -> None:
    book.refresh_from_db()
    newest = Publication.objects.get(book=book, version=book.published).number
    decide(book, months, what, sync=newest, by=None, at=NOW)


def months_of(found: Timeline) -> dict[str, dict[str, int]]:
    """Return each month's amounts by row, without those that are zero."""
    return {
        span.label: {row.key: amount for row in found.rows if (amount := row.amounts[at])}
        for at, span in enumerate(found.spans)
        if not span.total
    }


def leaves(found: Timeline) -> dict[str, dict[str, int]]:
    """Return each month's amounts by expense, wherever it stands: "expense:34"."""
    parents = {row.parent for row in found.rows}
    return {
        label: {key.partition("@")[0]: amount for key, amount in amounts.items() if key not in parents}
        for label, amounts in months_of(found).items()
    }


def every_figure_is_what_is_listed(book: Book, found: Timeline) -> None:
    for row in found.rows:
        for amount, span in zip(row.amounts, found.spans, strict=True):
            if amount is not None:
                figure = cell(book.company, book, row.key, span.first, span.last)
                asked = Asked(book=book, cell=figure, payroll_accounts=None)
                listed = sum(line.amount for line in all_lines(asked))
                assert (figure.amount, entry_page(asked).total, listed) == (amount, amount, amount), row.key


def test_a_link_made_later_takes_nothing_from_a_closed_month(book: Book, alice: User) -> None:
    before = leaves(timeline(book.company, book, columns()))
    act(book, CloseAct.CLOSED, FIRST, SECOND)
    linked = link(book, alice, "Northgrid", of_account(book, "6210", 0))
    found = timeline(book.company, book, columns())
    now = leaves(found)
    assert [now[label] == before[label] for label in before] == [True, True, False, False]
    assert any(f"expense:{linked.pk}" in amounts for amounts in now.values())
    every_figure_is_what_is_listed(book, found)


def test_the_books_stand_beside_a_closed_month_that_they_left(book: Book, alice: User) -> None:
    act(book, CloseAct.CLOSED, FIRST, SECOND, THIRD, LAST)
    entries, _ = make(1)
    gone = next(
        it for it in entries if FIRST <= Month.of(it.date) <= LAST and any(x.account == "6210" for x in it.lines)
    )
    at = FIRST.months_to(Month.of(gone.date))
    sync(book, [it for it in entries if it is not gone], LISTS, ())
    lost = Restated(changed=-sum(it.amount for it in gone.lines if it.account == "6210"))
    account, found = f"expense:{expense(book, '6210').pk}", timeline(book.company, book, columns())
    assert {row.key: row.restated[at] for row in found.rows if at in row.restated}[account] == lost
    assert found.restated[at].changed == found.restated[at].sum
    assert found.tied[at] is None
    every_figure_is_what_is_listed(book, found)  # the entry that is gone from the books too
    everything = link(book, alice, "All of it", rule("account", "is", line_row(book, "account", "6210")))
    found = timeline(book.company, book, columns())
    assert found.restated[at].changed == found.restated[at].sum
    rows = {row.key: row for row in found.rows}
    shown = next(row.amounts[at] or 0 for key, row in rows.items() if key == account)
    assert (rows[account].restated[at], rows[f"expense:{everything.pk}"].restated[at]) == (
        Restated(remapped=-shown), lost + Restated(remapped=shown),
    )  # fmt: skip


def test_what_was_remapped_is_listed_as_one_row(book: Book, alice: User) -> None:
    act(book, CloseAct.CLOSED, FIRST, SECOND, THIRD, LAST)
    account = expense(book, "6210")
    before = cell(book.company, book, f"expense:{account.pk}", FIRST, LAST)
    taken = sum(
        line.amount
        for line in all_lines(Asked(book=book, cell=before, payroll_accounts=None))
        if line.party == VENDORS[0]
    )
    link(book, alice, "Northgrid", of_account(book, "6210", 0))
    after = cell(book.company, book, f"expense:{account.pk}", FIRST, LAST)
    page = entry_page(Asked(book=book, cell=after, payroll_accounts=None))
    assert taken
    assert [(it.amount, it.sync) for it in page.remapped] == [(taken, 1)]
    assert page.total == after.amount == before.amount
    found = entry_page(Asked(book=book, cell=after, payroll_accounts=None, search="nothing of that name"))
    assert (found.total, found.remapped) == (0, ())


def test_an_account_that_is_no_expense_any_longer_stays_in_the_month_that_was_closed(book: Book) -> None:
    before = months_of(timeline(book.company, book, columns()))
    act(book, CloseAct.CLOSED, FIRST)
    turned = [
        msgspec.structs.replace(it, type=AccountType.ASSET)
        if isinstance(it, AccountRecord) and it.external_id == "6210" else it
        for it in LISTS
    ]  # fmt: skip
    sync(book, make(1)[0], turned, ())
    found = timeline(book.company, book, columns())
    assert months_of(found)["Sep 25"] == before["Sep 25"]
    assert f"expense:{expense(book, '6210').pk}" not in months_of(found)["Oct 25"]
    every_figure_is_what_is_listed(book, found)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("sync"), st.integers(0, 3)),
        st.tuples(st.sampled_from([CloseAct.CLOSED, CloseAct.ACCEPTED, CloseAct.REOPENED]), st.integers(0, 3)),
        st.tuples(st.just("link"), st.integers(0, 2)),
        st.tuples(st.just("move"), st.integers(0, 3)),
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps, by=st.sampled_from(list(By)))
def test_closed_months_stay_whatever_is_synced_linked_or_moved(
    alice: User, history: list[tuple[str, int]], by: By
) -> None:
    company = create_company(name=f"Closed {next(_number)}", person=alice)
    book = new_book(company)
    sync(book, make(0, 12, start=date(2025, 9, 1))[0], LISTS, ())
    kept: dict[Month, dict[str, int]] = {}
    for what, which in history:
        month = FIRST + which
        if what == "sync":
            sync(book, make(which, 12, start=date(2025, 9, 1))[0], LISTS, ())
        elif what == "link":
            link(book, alice, f"Link {next(_number)}", rule("vendor", "is", VENDORS[which]))
        elif what == "move":
            choice = Choice(
                expense=expense(book, "6210").pk, department=departments.system(company, "sales").pk, payroll=None
            )
            organise(company=company, person=alice, choices=[choice], since=month)
        elif (month in kept) is not (what == CloseAct.CLOSED):
            act(book, CloseAct(what), month)
            kept.pop(month, None)
            if what != CloseAct.REOPENED:
                kept[month] = in_books(book, month)
        whole = timeline(company, book, columns())
        _the_difference_adds_up(book, whole)
        found = leaves(whole)
        for closed, amounts in kept.items():
            assert found[short_month(closed)] == amounts
    every_figure_is_what_is_listed(book, timeline(company, book, columns(by)))


def _the_difference_adds_up(book: Book, found: Timeline) -> None:
    """Shown + what is told beside it = the books, in the total, in every top row together, and for each expense."""
    held = held_in_books(plan(book.company, book, book.published), book)
    own: defaultdict[tuple[str, int], int] = defaultdict(int)
    parents = {row.parent for row in found.rows}
    for at, span in enumerate(found.spans):
        books = sum(months.get(month, 0) for months in held.values() for month in span.months())
        beside = found.restated.get(at, Restated())
        assert found.total[at] + beside.sum == books
        assert sum(row.restated.get(at, Restated()).sum for row in found.rows if row.level == 1) == beside.sum
        for row in found.rows:
            if row.key not in parents:
                told = row.restated.get(at, Restated())
                own[row.key.partition("@")[0], at] += (row.amounts[at] or 0) + told.sum
        for member, months in held.items():
            assert own[member.key, at] == sum(months.get(month, 0) for month in span.months())


def in_books(book: Book, month: Month) -> dict[str, int]:
    """Return what each expense holds in the books, closed or not."""
    held = held_in_books(plan(book.company, book, book.published), book)
    return {member.key: amount for member, months in held.items() if (amount := months.get(month, 0))}
