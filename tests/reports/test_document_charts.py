"""Charts over reports: which rows they draw, and that a page shows one only if it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.planning import plans
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.reports.document import Column, Document, Row, RowKind
from tieout.reports.document_charts import charts_of
from tieout.reports.queries import ledger_at
from tieout.ui.charts import Shape

pytestmark = pytest.mark.django_db
MONTHS = [Month(2026, 1) + at for at in range(4)]
PAGE = "/reports/profit-and-loss/?from=2026-02&to=2026-04"


@pytest.fixture
def book(company: Company) -> Book:
    return plans.new_book(company)


def spend(book: Book, vendors: int) -> Document:
    """Return a report of vendors that cost 1.00, 2.00 … a month, the last one a refund."""
    lines = [
        Row(
            key=f"v{at}",
            label=f"Vendor {at}",
            amounts={str(month): (at + 1) * 100 * (-1 if at == vendors - 1 else 1) for month in MONTHS},
        )
        for at in range(vendors)
    ]
    total = Row(key="total", label="Total", kind=RowKind.TOTAL, parts=tuple(it.key for it in lines))
    columns = tuple(Column(key=str(month), label=str(month), first=month, last=month) for month in MONTHS)
    return Document(
        report="vendor-spend", title="Vendor spend", at=ledger_at(book.company), columns=columns,
        rows=(*lines, total), foot=("total",),
    )  # fmt: skip


def test_the_largest_vendors_and_all_others_are_the_whole(book: Book) -> None:
    (chart,) = charts_of(spend(book, 8))
    assert chart.shape is Shape.STACKED
    assert [it.name for it in chart.series] == [
        "Vendor 7",
        "Vendor 6",
        "Vendor 5",
        "Vendor 4",
        "Vendor 3",
        "All others",
    ]
    assert sum(it.values[0] or 0 for it in chart.series) == sum(range(1, 8)) * 100 - 800


def test_few_vendors_leave_no_others_and_few_months_no_chart(book: Book) -> None:
    (chart,) = charts_of(spend(book, 3))
    assert len(chart.series) == 3
    few = spend(book, 3)
    assert list(charts_of(replace(few, columns=few.columns[:2]))) == []


def test_a_report_is_drawn_if_it_is_asked_for(book: Book, client: Client, alice: User) -> None:
    client.force_login(alice)
    plain = client.get(f"/c/{book.company.slug}{PAGE}").content.decode()
    assert "chart=1" in plain
    assert "<figure" not in plain
    drawn = client.get(f"/c/{book.company.slug}{PAGE}&chart=1").content.decode()
    assert drawn.count("<figure") == 1
    assert 'name="chart" value="1"' in drawn
