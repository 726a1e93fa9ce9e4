"""The same books, every wire format: one trial balance, one expense report, one spend by vendor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.one_contract import company, ours
from tests.one_contract.platforms import PLATFORMS, xero_by_journals
from tieout.connections import services
from tieout.connections.models import RunState
from tieout.core.records import EntryKind
from tieout.ledger.models import Entry
from tieout.providerkit.books import write_books

SOURCES = {"xero by journals": "journals", "xero by documents": "documents"}


def _tries() -> Iterator[object]:
    """Yield each platform with two companies; the real server, which takes its time, with one."""
    for platform in PLATFORMS:
        for seed in (1,) if platform == "tryton" else (1, 2):
            yield pytest.param(platform, seed, marks=[pytest.mark.tryton] if platform == "tryton" else [])


@pytest.mark.parametrize(("platform", "seed"), [*_tries()])
def test_the_figures_are_the_files_whatever_the_platform(platform: str, seed: int, tmp_path: Path, alice: User) -> None:
    books = company.company(seed)
    file = tmp_path / "books.jsonl"
    file.write_bytes(b"".join(write_books(books)))
    with PLATFORMS[platform](file, alice) as link:
        run = link.sync()
        assert (run.state, run.reason, run.differing) == (RunState.PUBLISHED, "", 0)
        assert ours.balances(link.connection.company) == company.balances(books)
        assert ours.expenses(link.connection.company) == company.expenses(books)
        assert ours.vendors(link.book) == company.vendors(books)
        assert link.book.source == SOURCES.get(platform, "")
        residuals = Entry.objects.filter(kind=EntryKind.RESIDUAL.value).count()
        assert bool(residuals) == (platform == "xero by documents")  # pay is in no document there
        assert link.sync().rows_written == 0


def test_a_platform_that_closes_its_journals_and_opens_them_again_keeps_the_figures(
    tmp_path: Path, alice: User
) -> None:
    """Pay is in no document: that less is itemised is for an admin to decide. Each figure stays what it was."""
    books = company.company(3)
    file = tmp_path / "books.jsonl"
    file.write_bytes(b"".join(write_books(books)))

    def the_figures_are_the_files() -> bool:
        return (
            ours.balances(link.connection.company) == company.balances(books)
            and ours.expenses(link.connection.company) == company.expenses(books)
            and ours.vendors(link.book) == company.vendors(books)
        )

    with xero_by_journals(file, alice) as link:
        assert link.sync().state == RunState.PUBLISHED
        link.order("app", tier="starter", journals_scope=True)
        closed = link.sync()
        assert closed.state == RunState.HELD
        assert "Single postings explain" in closed.reason
        assert link.book.source == "journals"
        services.publish_held(closed, person=alice)
        assert link.book.source == "documents"
        assert the_figures_are_the_files()
        link.order("app", tier="advanced")
        opened = link.sync()
        assert (opened.state, opened.reason) == (RunState.PUBLISHED, "")
        assert "other postings" in opened.because
        assert link.book.source == "journals"
        assert the_figures_are_the_files()
