"""The same books, every wire format: one trial balance, one expense report, one spend by vendor."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.one_contract import company, ours
from tests.one_contract.platforms import PLATFORMS
from tieout.connections.models import RunState
from tieout.providerkit.books import write_books


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("seed", [1, 2])
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
        assert link.sync().rows_written == 0
