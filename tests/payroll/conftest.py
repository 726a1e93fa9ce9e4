"""The small ledger, synced once."""

from __future__ import annotations

import pytest

from tests.expenses import small_ledger
from tieout.companies.models import Company
from tieout.ledger.models import Book


@pytest.fixture
def book(company: Company) -> Book:
    """Alice's company with the small ledger: wages of 9,000.00 in April 2026 on account 6000."""
    made = small_ledger.new_book(company)
    small_ledger.sync(made)
    return made
