"""One word is one figure: a month's revenue, expenses, profit and cash are the same on every page that names them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from tests.expenses import small_ledger
from tests.planning import plans
from tests.reports.test_dashboard import BANK, budgeted
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.ledger.closing import decide
from tieout.ledger.models import Book, CloseAct, Publication

pytestmark = pytest.mark.django_db

PAGES = (
    "dashboard/?month=2026-04",
    "revenue/?from=2026-04&to=2026-04",
    "expenses/timeline/?from=2026-04&to=2026-04",
    "actuals/?from=2026-04&to=2026-04",
    "actuals/?from=2026-04&to=2026-04&view=revenue",
    "actuals/?from=2026-04&to=2026-04&tab=cash",
    "cash/?from=2026-04&to=2026-04",
    "reports/profit-and-loss/?from=2026-04&to=2026-04",
    "reports/profit-and-loss/?from=2026-04&to=2026-04&view=department",
    "reports/cash-flow/?from=2026-04&to=2026-04",
    "reports/budget-vs-actuals/?from=2026-04&to=2026-04",
    "reports/vendor-spend/?from=2026-04&to=2026-04",
    "reports/breakdown/?from=2026-04&to=2026-04",
    "reports/breakdown/?from=2026-04&to=2026-04&view=spend-item",
)
SAME = {
    "Total revenue": "Revenue",
    "Total other income": "Other income",
    "Total income": "Income",
    "Expenses": "Total expenses",
    "Cash at the beginning": "Beginning cash",
    "Cash at the end": "Ending cash",
}
"""What is said in two ways: in a heading and in a foot, or by a statement whose words are fixed."""
WORDS = {
    "Revenue", "Other income", "Income", "Total expenses", "Net income",
    "Beginning cash", "Ending cash", "Net change in cash", "Runway",
}  # fmt: skip
ON = {
    "Revenue": 8, "Other income": 7, "Income": 3, "Total expenses": 5, "Net income": 6,
    "Beginning cash": 3, "Ending cash": 3, "Net change in cash": 3, "Runway": 2,
}  # fmt: skip
"""On how many pages a word is, at the least."""


class Rows(HTMLParser):
    """Reads a page's rows as lists of texts, and its figures with what they are called."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.stats: list[list[str]] = []
        self._into: list[str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row, a cell or a figure; what is only read aloud is left out."""
        classes = (dict(attrs).get("class") or "").split()
        if self._hidden or "vh" in classes:
            self._hidden += tag in {"span", "b"}
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self._into = self.rows[-1]
        elif "stat" in classes:
            self.stats.append([])
        elif {"stat__label", "stat__value"} & set(classes) and self.stats:
            self.stats[-1].append("")
            self._into = self.stats[-1]

    def handle_endtag(self, tag: str) -> None:
        """End what is only read aloud, or a cell."""
        if self._hidden and tag in {"span", "b"}:
            self._hidden -= 1
        elif tag in {"td", "th"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._into and not self._hidden:
            self._into[-1] += data


def told(html: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a page with their figures of April."""
    page = Rows()
    page.feed(html)
    for stat in page.stats:
        if len(stat) >= 2:
            yield stat[0].strip(), stat[1].split("\n")[0].strip()
    at = None
    for row in page.rows:
        cells = [it.strip() for it in row]
        heads = [at for at, it in enumerate(cells) if it in {"Apr 26", "Actual", "Total"}]
        if heads and not any(re.fullmatch(r"\(?[\d,.]+\)?", it) for it in cells):
            at = heads[0]
        elif at is not None and len(cells) > at:
            yield cells[0], cells[at]


@pytest.fixture
def books(company: Company) -> Iterator[Company]:
    """Has revenue, interest, costs and a budget in April 2026, and an expense without a department."""
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False):
        book = small_ledger.new_book(company)
        lists = (*(it for it in plans.SELLING if it is not small_ledger.BANK), BANK)
        small_ledger.sync(book, entries=(*small_ledger.ENTRIES, *plans.SALES), lists=lists)
        book.refresh_from_db()
        budgeted(book, {"5010": 900_00, "4000": -14_100_00})
        yield company


def test_a_word_has_one_figure_on_every_page(books: Company, client: Client, alice: User) -> None:
    client.force_login(alice)
    figures: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for page in PAGES:
        answer = client.get(f"/c/{books.slug}/{page}")
        assert answer.status_code == 200, page
        for label, figure in told(answer.content.decode()):
            word = SAME.get(label, label)
            if word in WORDS and figure:
                assert figures[word].setdefault(page, figure) == figure, (word, page)
    assert [(word, on) for word, on in figures.items() if len(set(on.values())) > 1] == []
    assert figures["Revenue"]["dashboard/?month=2026-04"] == "14,000"
    assert [word for word, least in ON.items() if len(figures[word]) < least] == []


def test_a_closed_month_that_the_books_changed_is_told_wherever_it_stands(
    books: Company, client: Client, alice: User
) -> None:
    book = Book.objects.get(company=books)
    newest = Publication.objects.get(book=book)
    decide(book, [Month(2026, 4)], CloseAct.CLOSED, sync=newest.number, by=alice, at=small_ledger.NOW)
    late = small_ledger.bill("late", date(2026, 4, 9), ("5010", 250_00))
    lists = (*(it for it in plans.SELLING if it is not small_ledger.BANK), BANK)
    small_ledger.sync(book, entries=(*small_ledger.ENTRIES, *plans.SALES, late), lists=lists)
    client.force_login(alice)

    def page(name: str) -> str:
        return client.get(f"/c/{books.slug}/{name}").content.decode()

    for planning in ("dashboard/?month=2026-04", "actuals/?from=2026-04&to=2026-04", PAGES[2]):
        assert "ooks differ by 250.00" in page(planning), planning
        assert dict(told(page(planning)))["Expenses" if "dashboard" in planning else "Total expenses"] == "9,600"
    assert "Books differ by (250.00)" in page("actuals/?from=2026-04&to=2026-04")  # net income
    statement = page("reports/profit-and-loss/?from=2026-04&to=2026-04")
    assert "The books changed 1 closed month: net income here is (250.00) beside what planning pages keep" in statement
    assert dict(told(statement))["Net income"] == "4,220"
