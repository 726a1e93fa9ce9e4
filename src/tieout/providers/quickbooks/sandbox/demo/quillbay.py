"""Quillbay Software, Inc.: up to three years of an invented company of forty people, the same every time."""

from __future__ import annotations

from datetime import date

from tieout.providers.quickbooks.sandbox.demo.chart import open_chart
from tieout.providers.quickbooks.sandbox.demo.clerk import Clerk
from tieout.providers.quickbooks.sandbox.demo.closing import Closing
from tieout.providers.quickbooks.sandbox.demo.diary import Diary, months, on
from tieout.providers.quickbooks.sandbox.demo.mess import Mess
from tieout.providers.quickbooks.sandbox.demo.payroll import Payroll
from tieout.providers.quickbooks.sandbox.demo.purchasing import Purchasing
from tieout.providers.quickbooks.sandbox.demo.sales import Sales
from tieout.providers.quickbooks.sandbox.engine import Engine

LINES = 30_500
_CLASSES = {
    "Product": ("Platform", "Edge"),
    "Services": (),
    "Research & development": ("Engineering", "Design"),
    "Go to market": ("Sales", "Marketing"),
    "Customer operations": (),
    "General & administrative": (),
}
_LOCATIONS = ("Boston", "Austin", "Lisbon")


def quillbay(*, realm: str, today: date) -> Engine:
    """Return the demo company: about 30,000 lines since January 1 two full years before ``today``'s year."""
    engine = Engine(name="Quillbay Software, Inc.", realm=realm, timezone="America/New_York", today=today)
    clerk, diary = Clerk(engine), Diary(today)
    open_chart(clerk)
    _open_axes(clerk)
    purchasing = Purchasing(clerk, diary)
    sales = Sales(clerk, diary)
    payroll = Payroll(clerk, diary)
    closing = Closing(clerk, diary, sales, purchasing)
    mess = Mess(clerk, diary, purchasing)
    first = date(today.year - 2, 1, 1)
    closing.open_books(first)
    mess.open_books(first)
    calendar = list(months(first, today))
    for place, start in enumerate(calendar):
        for part in (sales, purchasing, payroll, closing, mess):
            part.month(start, place)
        last = min(on(start, 31), today)
        diary.run(last)
        # Small purchases fill each month up, as card statements do; the longer the history, the fewer.
        while engine.lines_posted < LINES * (place + 1) // len(calendar):
            purchasing.swipe(start, last)
    mess.end(today)
    return engine


def _open_axes(clerk: Clerk) -> None:
    for name, below in _CLASSES.items():
        clerk.add("Class", name, {"Name": name})
        for child in below:
            clerk.add("Class", child, {"Name": child, "ParentRef": clerk.ref("Class", name)})
    for name in _LOCATIONS:
        clerk.add("Department", name, {"Name": name})
