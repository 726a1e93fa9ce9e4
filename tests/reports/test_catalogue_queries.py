"""Every report asks the database as often of many accounts and lines as of few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.ledger.scribe import entry
from tests.reports.small_books import CHART, ENTRIES, STATEMENTS, Books
from tieout.core.records import AccountRecord
from tieout.reports.catalogue import REPORTS
from tieout.reports.making import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def asks(books: Books) -> dict[str, int]:
    """Return how many queries each report makes."""
    result = {}
    for it in REPORTS:
        with CaptureQueriesContext(connection) as found:
            make(books.company, it.name, QueryDict("from=2025-07&to=2026-07"), sees_pay=False)
        result[it.name] = len(found)
    return result


def test_the_number_of_queries_follows_neither_accounts_nor_lines(books: Books) -> None:
    books.sync(statements=STATEMENTS)
    few = asks(books)
    rent = next(it for it in CHART if isinstance(it, AccountRecord) and it.external_id == "6100")
    accounts = [
        msgspec.structs.replace(rent, external_id=f"7{at:03}", number=f"7{at:03}", name=f"Other {at}")
        for at in range(40)
    ]
    many = [
        entry(f"m{at}", date(2025, 7 + at % 6, 1 + at % 28), (f"7{at % 40:03}", 100 + at), ("2000", -100 - at))
        for at in range(300)
    ]
    books.sync(entries=(*ENTRIES, *many), statements=STATEMENTS, lists=(*CHART, *accounts))
    more = {name: (few[name], count) for name, count in asks(books).items() if count > few[name]}
    assert not more
