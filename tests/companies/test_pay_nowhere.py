"""Who is paid stands nowhere for who may not see pay: no page, file, list of lines or search (spec §14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils.http import urlencode
from tests.companies.routes import OURS, Route
from tests.reports.party_books import CHART, HIDDEN, PLANTED, posted
from tests.reports.small_books import Books

from tieout.companies.models import Company, Membership
from tieout.ledger.models import Listed
from tieout.reports.catalogue import REPORTS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MEMO = "17-QUITE-SECRET"
ENTRIES = tuple(
    posted(f"p{month}", date(2026, month, 5), HIDDEN, ("6200", 5_000_00), ("6300", 40_00), payroll=True, number=MEMO,
           kind="Paycheck", item="i1", place="west")
    for month in range(1, 8)
)  # fmt: skip


@pytest.fixture
def books(company: Company) -> Iterator[Books]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        made = Books(company)
        made.sync(entries=ENTRIES, statements=(), lists=CHART)
        yield made


def addresses(books: Books) -> Iterator[tuple[Route, str]]:
    """Yield every route of a company by every report, asked for the person in all the ways there are."""
    listed = {(it.kind, it.external_id): it.pk for it in Listed.objects.filter(organisation=books.book.organisation)}
    wages, person = listed["account", "6200"], listed["party", HIDDEN.external_id]
    months = {"from": "2026-01", "to": "2026-07", "month": "2026-06"}
    asked = [
        {}, months, {"q": PLANTED, "find": PLANTED, "party": str(person), **months},
        {"row": f"account:{wages}", **months, "account": str(wages)}, {"row": f"party:{person}", **months},
        {"row": "net-income", **months}, {"find": MEMO, **months},
    ]  # fmt: skip
    for route in OURS:
        if set(route.arguments) <= {"company", "report"}:
            for report in [it.name for it in REPORTS] if "report" in route.arguments else [""]:
                address = route.address({"company": books.company.slug, "report": report})
                yield from ((route, f"{address}?{urlencode(query)}") for query in asked)


def naming(client: Client, books: Books) -> list[str]:
    """Return the addresses whose answers say who is paid, or the paper's number."""
    found = []
    for _, address in addresses(books):
        if ".pdf" in address or ".xlsx" in address:
            continue  # drawn of the same document, and slow: see test_vendor_spend for workbooks
        answer = client.get(address)
        parts = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined]
        said = b"".join(parts).replace(PLANTED.encode(), b"", 0)
        if answer.status_code == 200 and any(it in _without_question(said) for it in (PLANTED.encode(), MEMO.encode())):
            found.append(address)
    return found


def _without_question(said: bytes) -> bytes:
    """Return an answer without what merely repeats the question: addresses and what was sought."""
    for word in (PLANTED, MEMO):
        for echo in (urlencode({"": word})[1:], f'value="{word}"', f"“{word}”", word.replace(" ", "%20")):
            said = said.replace(echo.encode(), b"")
    return said


def test_no_address_names_who_is_paid(client: Client, alice: User, bob: User, books: Books) -> None:
    client.force_login(alice)
    assert len(naming(client, books)) > 5  # the owner may: else this would prove nothing
    client.force_login(bob)
    assert not Membership.objects.get(person=bob).payroll_detail
    assert naming(client, books) == []
