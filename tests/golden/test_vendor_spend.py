"""Vendor spend and revenue and spend by axis, as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import QueryDict

from tests.golden.table import check
from tests.reports.party_books import party_books
from tieout.companies.models import Company
from tieout.reports.document_text import document_table
from tieout.reports.making import make
from tieout.reports.text_table import render

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "report", "query", "sees_pay"),
    [
        ("vendor-spend", "vendor-spend", "", True),
        ("vendor-spend-without-pay", "vendor-spend", "", False),
        ("vendor-spend-sought", "vendor-spend", "&find=adobe&compare=before", True),
        ("revenue-by-customer", "breakdown", "", True),
        ("spend-by-item", "breakdown", "&view=spend-item", True),
    ],
)
def test_who_got_what(company: Company, name: str, report: str, query: str, *, sees_pay: bool) -> None:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        party_books(company)
        made = make(company, report, QueryDict(f"from=2026-05&to=2026-07{query}"), sees_pay=sees_pay)
        check(name, render(document_table(made)))
