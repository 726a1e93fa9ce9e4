"""Every report of the catalogue as known at sync N is the same to the byte, whatever came later (guarantee 5)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

import msgspec
import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import QueryDict

from tests.reports.party_books import ADOBE, CHART, CUSTOMER, EMPLOYEE, KESTREL, posted
from tests.reports.small_books import Books
from tieout.companies.models import Company
from tieout.connections.admission import admit
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryRecord, ListRecord, PartyRecord
from tieout.planning import closing
from tieout.reports.catalogue import REPORTS
from tieout.reports.document_files import document_csv, document_json
from tieout.reports.making import make
from tieout.reports.queries import NoReport, ledger_at

pytestmark = pytest.mark.django_db
EARLIER: Sequence[EntryRecord] = (
    posted("1", date(2025, 7, 3), CUSTOMER, ("4000", -900_00), item="i1", place="east", kind="Invoice"),
    posted("2", date(2025, 8, 4), KESTREL, ("6000", 120_00), place="west"),
    posted("3", date(2025, 9, 5), ADOBE, ("6100", 75_00), ("6000", 12_34)),
    posted("4", date(2025, 9, 30), EMPLOYEE, ("6200", 4_000_00), payroll=True, kind="Paycheck"),
)
LATER: Sequence[EntryRecord] = (
    posted("1", date(2025, 8, 3), CUSTOMER, ("4000", -950_00), item="i1", place="west", kind="Invoice"),
    *(posted(f"{n}", date(2025, 11, n), KESTREL, ("6300", 10_00 * n)) for n in range(5, 9)),
    posted("3", date(2025, 9, 5), KESTREL, ("6100", 75_00)),
)


def renamed(lists: Sequence[ListRecord]) -> list[ListRecord]:
    """Return lists whose accounts and parties are called otherwise; Adobe was merged into another vendor."""
    return [
        msgspec.structs.replace(it, name=f"New {it.name}") if isinstance(it, AccountRecord | PartyRecord) else it
        for it in lists
        if not (isinstance(it, PartyRecord) and it.key == ADOBE)
    ]


def known(company: Company, sync: int) -> dict[str, bytes]:
    """Return every view of every report that is about the books alone, as files, in the mapping of the time."""
    at, found = ledger_at(company, sync), dict[str, bytes]()
    for report in REPORTS:
        for view, _ in report.views(at) or [("", "")]:
            query = f"from=2025-07&to=2025-09&by=month&sync={sync}&mapping=then&view={view}"
            if view == "department":
                continue  # departments are today's
            with suppress(NoReport):
                document = make(company, report.name, QueryDict(query), sees_pay=True).document
                if document.rows:
                    found[f"{report.name} {view}"] = document_json(document, turn_signs=False)
                    found[f"{report.name} {view} csv"] = document_csv(document, turn_signs=True).encode()
    return found


def test_nothing_that_comes_later_changes_what_was_known(company: Company, alice: User) -> None:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        books = Books(company)
        admit(books.sync(entries=EARLIER, statements=(), lists=CHART), Month(2025, 7).until(Month(2025, 10)))
        books.book.refresh_from_db()
        then = known(company, 1)
        assert len(then) > 14
        assert any(b"Adobe" in it for it in then.values())
        closing.close_through(
            company=company, book=books.book, person=alice, month=Month(2025, 8), sync=1, note="",
            now=datetime(2026, 8, 1, 7, tzinfo=UTC),
        )  # fmt: skip
        assert known(company, 1) == then
        books.book.refresh_from_db()
        books.sync(entries=LATER, statements=(), lists=renamed(CHART))
        books.book.refresh_from_db()
        assert differing(known(company, 1), then) == []
        assert known(company, 2) != then


def differing(now: dict[str, bytes], then: dict[str, bytes]) -> list[str]:
    """Return what is not what it was, as lines to read."""
    return [
        f"{name}: {old!r} became {new!r}"
        for name in {**now, **then}
        for old, new in zip(then.get(name, b"").splitlines(), now.get(name, b"").splitlines(), strict=False)
        if old != new
    ] + sorted(now.keys() ^ then.keys())
