"""Whatever was posted: each figure of each report's workbook is the sum of its lines, and each total of its parts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.http import QueryDict

from tests.ledger.scribe import entry
from tests.reports.sheet_arithmetic import Recalculated
from tests.reports.small_books import OPENING, Books
from tieout.core.records import EntryRecord
from tieout.reports.catalogue import REPORTS
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ACCOUNTS = ("1000", "1001", "1200", "1500", "2000", "2100", "2700", "3000", "4000", "6000", "6010", "6100")


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def postings(chance: random.Random) -> Iterator[EntryRecord]:
    yield OPENING
    yield entry("last", date(2026, 7, 9), ("6100", 1), ("1000", -1))
    for number in range(chance.randrange(5, 60)):
        month = chance.randrange(13)
        day = date(2025 + (6 + month) // 12, (6 + month) % 12 + 1, chance.randrange(1, 28))
        amount = chance.choice((1, -1)) * chance.randrange(1, 10 ** chance.randrange(1, 11))
        one, other, third = chance.sample(ACCOUNTS, 3)
        part = chance.randrange(-10_000, 10_000)
        yield entry(f"r{number}", day, (one, amount), (other, part - amount), (third, -part))


@pytest.mark.parametrize("seed", range(12))
def test_the_workbook_adds_up(books: Books, seed: int) -> None:
    books.sync(entries=tuple(postings(random.Random(seed))), statements=())
    for report in REPORTS:
        months = ("from=2025-07&to=2026-07", "from=2026-02&to=2026-07&compare=before")[seed % 2]
        query = QueryDict(f"{months}&by={('month', 'quarter', 'year', 'month')[seed % 4]}")
        book = Recalculated(document_xlsx(make(books.company, report.name, query, sees_pay=True)))
        for sheet, name in book.places():
            found = book.value(sheet, name)
            assert found == Decimal(repr(book.kept[sheet][name].value)), (report.name, sheet, name)
            if sheet == "Check":
                assert found == 0, (report.name, name)
