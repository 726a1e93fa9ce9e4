"""QuickBooks' books hold what every provider's must, over the demo company of the sandbox."""

from __future__ import annotations

import pytest

from tieout.core.month import Month
from tieout.providerkit.contract import BooksContract, Opened
from tieout.providers.quickbooks.tests.served import Served


class TestQuickBooks(BooksContract):
    @pytest.fixture(params=["classic", "modern"])
    def opened(self, served: Served, request: pytest.FixtureRequest) -> Opened:
        served.sandbox.faults.set("dialect", request.param)
        return Opened(
            about=served.provider().about,
            books=served.books,
            months=[Month(2025, 3) + number for number in range(3)],
            outside=served.sandbox.tally.outside.total,
            fail=lambda: served.sandbox.faults.set("status", 500),
            secrets=lambda: served.secrets,
        )
