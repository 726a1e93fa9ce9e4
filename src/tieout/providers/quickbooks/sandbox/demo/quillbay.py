"""Quillbay Software, Inc.: three years of an invented company of forty people, the same every time."""

from __future__ import annotations

from datetime import date

from tieout.providers.quickbooks.sandbox.demo.chart import open_chart
from tieout.providers.quickbooks.sandbox.demo.clerk import Clerk, Side
from tieout.providers.quickbooks.sandbox.engine import Engine


def quillbay(*, realm: str, today: date) -> Engine:
    """Return the demo company: its history begins on January 1 two full years before ``today``'s year."""
    engine = Engine(name="Quillbay Software, Inc.", realm=realm, today=today)
    clerk = Clerk(engine)
    open_chart(clerk)
    clerk.journal(date(today.year - 2, 1, 1), [Side("1010", 100), Side("3000", -100)])
    return engine
