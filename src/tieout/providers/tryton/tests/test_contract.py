"""Tryton's books hold what every provider's must, over a real server."""

from __future__ import annotations

import pytest

from tieout.core.month import Month
from tieout.providerkit.contract import BooksContract, Opened
from tieout.providers.tryton.about import ABOUT
from tieout.providers.tryton.tests.served import Served

pytestmark = [pytest.mark.tryton, pytest.mark.network]


class TestTryton(BooksContract):
    @pytest.fixture
    def opened(self, served: Served) -> Opened:
        served.page = 12  # less than a month's moves, more than any day's
        return Opened(
            about=ABOUT,
            books=served.books,
            months=[Month(2025, 10) + number for number in range(3)],
            outside=served.wire.outside,
            fail=lambda: served.wire.refuse(500),
            secrets=lambda: served.secrets,
        )
