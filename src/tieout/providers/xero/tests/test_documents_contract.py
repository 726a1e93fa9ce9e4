"""Xero's books without the journals hold what every provider's must, over a shop and over months of any work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tieout.core.month import Month
from tieout.core.records import After, EntryRecord, Window
from tieout.providerkit.contract import BooksContract, Opened
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.small import small
from tieout.providers.xero.tests.history import Work
from tieout.providers.xero.tests.served_documents import Served
from tieout.providers.xero.tests.test_posting_sandbox import derived

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
QUARTER = Window(start=date(2026, 1, 1), end=date(2026, 4, 1))


def opened_over(org: Organisation) -> Opened:
    served = Served(org)
    return Opened(
        about=served.provider().about,
        books=served.books,
        months=[Month(2026, number) for number in (1, 2, 3)],
        outside=served.sandbox.tally.outside.total,
        fail=lambda: served.sandbox.faults.set("status", 500),
        secrets=lambda: served.secrets,
    )


class TestTheFlowerShop(BooksContract):
    @pytest.fixture
    def opened(self) -> Opened:
        return opened_over(small().org)


class TestMonthsOfAnyWork(BooksContract):
    @pytest.fixture
    def opened(self) -> Opened:
        return opened_over(Work(7).some(250).org)


@pytest.mark.parametrize("seed", [11, 12])
def test_what_is_read_is_what_the_documents_post(seed: int) -> None:
    served = Served(Work(seed).some(250).org)
    entries = [it for it in served.books().read(QUARTER) if isinstance(it, EntryRecord)]
    assert {it.key: it for it in entries} == {it.key: it for it in derived(served.org)}
    assert served.books().capabilities.source == "documents"


def test_documents_are_not_read_by_numbers() -> None:
    with pytest.raises(TypeError, match="documents are not read by After"):
        list(Served(small().org).books().read(After()))


def test_what_changed_is_told_by_the_sandbox_too() -> None:
    work = Work(21).some(150)
    served = Served(work.org)
    served.org.clock.skip(HOUR)
    first = served.books().hints(None)
    served.org.clock.skip(HOUR)
    before = {it.key: it for it in derived(work.org)}
    work.some(60)
    after = {it.key: it for it in derived(work.org)}
    told = served.books().hints(first.cursor)
    assert told.complete
    for key in before.keys() | after.keys():
        if (old := before.get(key)) != (new := after.get(key)):
            assert new is None or new.date in told.dates, new
            assert old is None or (new is not None and new.date == old.date) or old.external_id in told.records, old
    assert len(told.records) < len(after)


def test_a_first_reading_and_a_quiet_day_take_few_calls() -> None:
    served = Served(Work(7).some(250).org)
    served.org.clock.skip(10 * MINUTE)
    books = served.books()
    assert len(list(books.lists())) > 20
    first = books.hints(None)
    assert books.earliest() == Month(2026, 1)
    assert len(list(books.read(QUARTER))) > 100
    # Lists and the organisation, where to go on from, the first month, and the documents with all foreign credits.
    assert len(served.observed) == 5 + 4 + 8 + (6 + 4)
    served.observed.clear()
    served.org.clock.skip(10 * MINUTE)
    assert not served.books().hints(first.cursor).records
    assert len(served.observed) == 1 + 4 + 8
