"""Books that have been read once."""

from __future__ import annotations

import pytest

from tests.reports.small_books import Books
from tieout.companies.models import Company


@pytest.fixture
def books(company: Company) -> Books:
    """Alice's company with the small books, synced once and tied."""
    made = Books(company)
    made.sync()
    return made
