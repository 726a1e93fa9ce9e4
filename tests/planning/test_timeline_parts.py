"""A residual in the timeline: it is in the figure, the month ties, and both say how much of it no posting explains."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses.small_ledger import APRIL, ENTRIES, bill, expense, new_book, profit_and_loss, sync
from tests.expenses.test_pages import page, text
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.records import Balances, Statement
from tieout.expenses.periods import By, spans
from tieout.ledger.models import Book
from tieout.planning.timeline import timeline

pytestmark = pytest.mark.django_db
MARCH_END = Balances(
    statement=Statement.TRIAL_BALANCE,
    month=Month(2026, 3),
    amounts={"1000": -720_50, "5010": 620_00, "6200": 80_00, "6210": 20_50},
)
THEIRS = (MARCH_END, profit_and_loss(Month(2026, 3), a5010=620_00, a6200=80_00, a6210=20_50), APRIL)


@pytest.fixture
def book(company: Company) -> Book:
    made = new_book(company)
    sync(made, statements=THEIRS, itemises=False)
    return made


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_the_row_says_how_much_and_its_sums_too(book: Book) -> None:
    columns = spans(Month(2026, 3), Month(2026, 5), by=By.MONTH, first_month=4, through=Month(2026, 4))
    found = timeline(book.company, book, columns)
    hosting = next(row for row in found.rows if row.code == "5010")
    assert (hosting.amounts[0], dict(hosting.parts)) == (620_00, {0: 20_00, 1: 20_00})
    assert found.tied[0]
    top = next(row for row in found.rows if row.level == 1 and row.amounts[0] == 720_50)
    assert dict(top.parts) == {0: 20_00, 1: 20_00}  # March, and the fiscal year that ends with it
    assert found.parts.words(found.parts.within({Month(2026, 3)}), 2) == "20.00 not itemised"
    assert found.parts.words(found.parts.within({Month(2026, 4)}), 2) == ""


def test_the_page_says_it_beside_the_figure_and_below(owner: Client, book: Book) -> None:
    html = page(owner, book.company, "timeline/?from=2026-03&to=2026-04")
    assert '<td class="i" title="20.00 not itemised">620<span class="vh">. 20.00 not itemised</span></td>' in html
    assert (
        "Total expenses 721 721 9,600 9,600 Months without a double rule were not compared 20.00 not itemised"
        in text(html)
    )
    assert "not itemised" not in text(page(owner, book.company, "timeline/?from=2026-04&to=2026-04"))


def test_the_entries_list_it_without_a_link_and_say_so_at_the_head(owner: Client, book: Book) -> None:
    query = f"row=expense:{expense(book, '5010').pk}&month=2026-03"
    html = page(owner, book.company, f"entries/?{query}")
    seen = text(html)
    assert "ties to the books" in seen
    assert "20.00 not itemised" in seen
    assert "Not itemised" in seen
    assert "In the books’ balance, in no posting that they give out" in html
    assert (
        '<td class="entry__text entry__text--whole" colspan="2"' in html
    )  # it explains the figure: nothing of it is cut
    assert "The foot equals the cell" in seen


def test_what_was_undone_is_hidden_in_the_entries(owner: Client, book: Book) -> None:
    made = msgspec.structs.replace(bill("8", date(2026, 3, 20), ("5010", 33_00)), record="Bill:8")
    undone = msgspec.structs.replace(
        made, external_id="9", reverses=made.key,
        lines=tuple(msgspec.structs.replace(it, amount=-it.amount) for it in made.lines),
    )  # fmt: skip
    sync(book, [*ENTRIES, made, undone], statements=THEIRS, itemises=False)
    query = f"row=expense:{expense(book, '5010').pk}&month=2026-03"
    seen = text(page(owner, book.company, f"entries/?{query}"))
    assert "2 reversed postings hidden: they cancel out. Show them" in seen
    assert "33.00" not in seen
    assert "Sum of 2 entries 620.00" in seen
    html = page(owner, book.company, f"entries/?{query}&reversed=1", fragment=True)
    assert "Reversed postings are listed too: they cancel out. Hide them" in text(html)
    assert "(33.00)" in html
    assert "reversed=1" in html  # the way to the months before and after, and to the file, keeps it
