"""The journals under bad weather, against the sandbox: what is spoilt is asked for again, or told by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tieout.providerkit.errors import (
    PermissionMissing,
    ProviderError,
    QuotaSpent,
    ReconnectRequired,
    TryAgainLater,
    UnreadableBooks,
)
from tieout.providers.xero.tests.history import Work
from tieout.providers.xero.tests.kept import Kept
from tieout.providers.xero.tests.served_documents import Served


@pytest.fixture
def served() -> Served:
    return Served(Work(7).some(120).org, JOURNALS="1")


def in_other_letters(served: Served) -> None:
    served.control("facts", lower_keys=True)
    served.sandbox.faults.set("expire_token", times=1)


PASSING: dict[str, Callable[[Served], object]] = {
    "a short page": lambda it: it.sandbox.faults.set("short_page", 7),
    "a number that comes late": lambda it: it.sandbox.faults.set("late_number", 12, times=1),
    "a journal that is left out": lambda it: it.sandbox.faults.set("drop_journal", times=1),
    "a journal twice": lambda it: it.sandbox.faults.set("duplicate_journal", times=1),
    "a journal that does not balance": lambda it: it.sandbox.faults.set("unbalanced", times=2),
    "an account that nobody knows": lambda it: it.sandbox.faults.set("unknown_account", times=2),
    "a server in trouble": lambda it: it.sandbox.faults.set("status", 503, times=3),
    "a page of a gateway": lambda it: it.sandbox.faults.set("html", 502, times=2),
    "half an answer": lambda it: it.sandbox.faults.set("truncated_json", times=2),
    "an empty answer": lambda it: it.sandbox.faults.set("empty_body", times=2),
    "a minute that is used up": lambda it: it.sandbox.faults.set("minute_limit", 30, times=2),
    "a token that ends": lambda it: it.sandbox.faults.set("expire_token", times=1),
    "texts for numbers": lambda it: it.sandbox.faults.set("strings_for_numbers"),
    "empty lists for nothing": lambda it: it.control("facts", empty_for_null=True),
    "refusals in other letters": in_other_letters,
    "somebody who works meanwhile": lambda it: it.sandbox.faults.set("row_moves", times=5),
}


@pytest.mark.parametrize("what", PASSING)
def test_what_passes_leaves_no_trace(served: Served, what: str) -> None:
    expected = Kept().run(served.books()).entries
    PASSING[what](served)
    assert Kept().run(served.books()).entries == expected


def test_optional_keys_may_be_missing(served: Served) -> None:
    expected = Kept().run(served.books()).entries
    served.sandbox.faults.set("missing_keys")
    found = Kept().run(served.books()).entries
    assert found.keys() == expected.keys()
    assert all([it.amount for it in found[key].lines] == [it.amount for it in expected[key].lines] for key in found)


def test_numbers_may_be_missing_and_come_in_a_later_run(served: Served) -> None:
    expected = Kept().run(served.books()).entries
    served.sandbox.faults.set("number_gap", 12)
    kept = Kept().run(served.books())
    assert len(kept.entries) == len(expected) - 1
    served.sandbox.faults.clear()
    assert kept.run(served.books()).entries.keys() == expected.keys()


LASTING: dict[str, tuple[Callable[[Served], object], type[ProviderError], str]] = {
    "unbalanced": (
        lambda it: it.sandbox.faults.set("unbalanced"),
        UnreadableBooks,
        r"Journal \d+: its lines do not sum",
    ),
    "duplicate": (lambda it: it.sandbox.faults.set("duplicate_journal"), UnreadableBooks, "comes after"),
    "unknown account": (lambda it: it.sandbox.faults.set("unknown_account"), UnreadableBooks, "not in the chart"),
    "trouble": (lambda it: it.sandbox.faults.set("status", 500), TryAgainLater, "does not answer properly"),
    "a day": (lambda it: it.sandbox.faults.set("day_limit", 3600), QuotaSpent, "daily limit"),
    "disconnected": (lambda it: it.sandbox.faults.set("disconnect"), ReconnectRequired, "no longer connected"),
    "no reports": (lambda it: it.control("role", role="no_reports"), PermissionMissing, "reports"),
}


@pytest.mark.parametrize("what", LASTING)
def test_what_stays_is_told_by_its_name(served: Served, what: str) -> None:
    spoil, kind, words = LASTING[what]
    books = served.books()
    assert books.capabilities.source == "journals"
    list(books.lists())
    spoil(served)
    with pytest.raises(kind, match=words):
        Kept().run(books)


def test_a_run_that_stops_for_the_day_goes_on_where_it_was(served: Served) -> None:
    expected = Kept().run(served.books()).entries
    kept = Kept()
    books = served.books()
    kept.run(books, stop_after=1)
    served.sandbox.faults.set("day_limit", 3600, times=1)
    with pytest.raises(QuotaSpent):
        kept.run(served.books(), resume=kept.points[-1].resume)
    kept.run(served.books(), resume=kept.points[-1].resume if kept.points else "")
    assert kept.entries == expected
