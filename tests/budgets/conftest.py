"""The small ledger, synced once, and a budget on it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.budgets import plans
from tests.expenses import small_ledger
from tieout.budgets.models import Budget
from tieout.companies.models import Company
from tieout.ledger.models import Book


@pytest.fixture
def book(company: Company) -> Book:
    """Alice's company with the small ledger."""
    made = small_ledger.new_book(company)
    small_ledger.sync(made)
    return made


@pytest.fixture
def budget(company: Company, book: Book, alice: User) -> Budget:
    """Budget 2026: hosting 700.00 a month, advertising 100.00 in January and February."""
    return plans.budget(company, book, alice, "Budget 2026", hosting=[700_00] * 12, advertising=[100_00, 100_00])
