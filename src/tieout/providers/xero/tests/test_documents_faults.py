"""Reading documents from a platform that stumbles: the same entries come of it, or a failure with its name."""

from __future__ import annotations

from datetime import date

import pytest

from tieout.core.records import EntryRecord, Window
from tieout.providerkit.errors import ProviderError, QuotaSpent, ReconnectRequired, TryAgainLater, UnreadableBooks
from tieout.providers.xero.tests.history import Work
from tieout.providers.xero.tests.served_documents import Served

QUARTER = Window(start=date(2026, 1, 1), end=date(2026, 4, 1))


@pytest.fixture(scope="module")
def months() -> Served:
    """Months of any work, which no test here adds to."""
    return Served(Work(7).some(250).org)


@pytest.fixture
def served(months: Served) -> Served:
    months.sandbox.faults.clear()
    return months


@pytest.fixture(scope="module")
def right(months: Served) -> dict[str, EntryRecord]:
    months.sandbox.faults.clear()  # a test that came before may have left one
    return entries(months)


def entries(served: Served) -> dict[str, EntryRecord]:
    return {it.key: it for it in served.books().read(QUARTER) if isinstance(it, EntryRecord)}


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("truncated_json", True),
        ("empty_body", True),
        ("html", True),
        ("html", 502),
        ("status", 500),
        ("status", 503),
        ("status", 429),
        ("minute_limit", True),
        ("expire_token", True),
    ],
)
@pytest.mark.parametrize("path", ["Invoices", "Payments", "ManualJournals", "BankTransfers"])
def test_what_passes_leaves_no_trace(
    served: Served, right: dict[str, EntryRecord], fault: str, value: object, path: str
) -> None:
    served.sandbox.faults.set(fault, value, times=1, path=path)
    assert entries(served) == right


def test_rows_that_move_are_read_again(served: Served, right: dict[str, EntryRecord]) -> None:
    served.sandbox.faults.set("row_moves", times=1)
    assert entries(served) == right


def test_amounts_may_come_as_text(served: Served, right: dict[str, EntryRecord]) -> None:
    served.sandbox.faults.set("strings_for_numbers")
    assert entries(served) == right


def test_keys_that_are_not_there_are_refused_where_a_figure_needs_them(served: Served) -> None:
    served.sandbox.faults.set("missing_keys")
    with pytest.raises(UnreadableBooks, match=r"its lines do not say their tax|it is off by"):
        entries(served)


@pytest.mark.parametrize(
    ("fault", "value", "failure"),
    [
        ("status", 503, TryAgainLater),
        ("truncated_json", True, TryAgainLater),
        ("day_limit", True, QuotaSpent),
        ("status", 404, UnreadableBooks),
    ],
)
@pytest.mark.parametrize("path", ["Invoices", "BankTransactions", "BankTransfers"])
def test_what_stays_has_a_name(
    served: Served, fault: str, value: object, failure: type[ProviderError], path: str
) -> None:
    served.sandbox.faults.set(fault, value, path=path)
    with pytest.raises(failure):
        entries(served)


def test_an_organisation_that_was_disconnected_meanwhile() -> None:
    served = Served(Work(7).some(40).org)
    served.sandbox.faults.set("disconnect", times=1, path="Payments")
    with pytest.raises(ReconnectRequired):
        entries(served)
