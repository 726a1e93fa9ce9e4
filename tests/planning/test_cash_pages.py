"""The cash page, its entries and Settings › Cash accounts, as people use them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from tests.ledger.cash_ledger import CashLedger
from tests.ledger.scribe import entry
from tieout.companies.models import AuditEvent, Company
from tieout.core.cash import Flow
from tieout.core.records import EntryRecord
from tieout.planning.cash_accounts import Choice, choices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with time_machine.travel(datetime(2025, 3, 9, 7, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def ledger(company: Company) -> CashLedger:
    """Cash of 1,000.00 that shrinks by 110.00 in January and by 200.00 in February; pay of 50.00 in March."""
    made = CashLedger(company)
    pay = entry("p", date(2025, 3, 1), ("rent", 50_00), ("checking", -50_00), type="Paycheck", memo="Ada’s pay")
    made.publish([
        entry("1", date(2024, 12, 3), ("checking", 1_000_00), ("stock", -1_000_00)),
        entry("2", date(2025, 1, 3), ("rent", 150_00), ("checking", -150_00)),
        entry("3", date(2025, 1, 4), ("checking", 40_00), ("sales", -40_00)),
        entry("4", date(2025, 2, 4), ("payable", 200_00), ("savings", -200_00)),
        EntryRecord(type=pay.type, external_id="p", date=pay.date, lines=pay.lines, payroll=True),
    ])  # fmt: skip
    return made


def page(client: Client, who: User, address: str, status: int = 200) -> str:
    client.force_login(who)
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_page_tells_cash_burn_and_runway(client: Client, bob: User, ledger: CashLedger) -> None:
    text = page(client, bob, f"/c/{ledger.company.slug}/cash/")
    assert "Cash, end of Feb 25 690" in text
    assert "Net burn a month 103 average of Dec 24 – Feb 25 Gross burn a month 117 all payments" in text
    assert "Loss a month 37 profit and loss Runway 6.6 months by net burn" in text
    assert "Ending cash – 1,000 1,000 890 690 640 640 Checking" in re.sub(r"(– )+", "– ", text)
    assert "Months without a double rule were not compared" in text


def test_each_figure_opens_its_entries(client: Client, alice: User, ledger: CashLedger) -> None:
    here = f"/c/{ledger.company.slug}/cash"
    sums = {"payments": "(200.00)", "ends": "690.00", "begins": "890.00", "net": "(200.00)", "collections": "0.00"}
    for row, amount in sums.items():
        text = page(client, alice, f"{here}/entries/?row={row}&month=2025-02")
        assert f"The cell {amount}" in text, row
        assert "The foot equals the cell" in text, row
    client.force_login(alice)
    answer = client.get(f"{here}/entries.csv?row=payments&month=2025-01..2025-02")
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert sum(Decimal(it["Amount"]) for it in csv.DictReader(io.StringIO(body))) == Decimal("-350.00")


@pytest.mark.parametrize("query", ["", "row=ends", "row=ends&month=2025", "row=flow:0&month=2025-02", "month=2025-02"])
def test_no_figure_is_not_found(client: Client, alice: User, ledger: CashLedger, query: str) -> None:
    page(client, alice, f"/c/{ledger.company.slug}/cash/entries/?{query}", 404)


def test_pay_is_masked_and_counted(client: Client, bob: User, ledger: CashLedger) -> None:
    text = page(client, bob, f"/c/{ledger.company.slug}/cash/entries/?row=payments&month=2025-03")
    assert "Ada" not in text
    assert "1 payroll entry" in text
    assert "The foot equals the cell" in text


def test_without_books_the_page_says_so(client: Client, alice: User, company: Company) -> None:
    for address in ("cash/", "settings/cash-accounts/"):
        assert "Connect" in page(client, alice, f"/c/{company.slug}/{address}")
    assert client.get(f"/c/{company.slug}/cash/entries/?row=ends&month=2025-02").status_code == 404
    assert client.post(f"/c/{company.slug}/settings/cash-accounts/save/").status_code == 404


def save(client: Client, who: User, ledger: CashLedger, *shown: str, **data: str) -> int:
    client.force_login(who)
    answer = client.post(f"/c/{ledger.company.slug}/settings/cash-accounts/save/", {"shown": list(shown), **data})
    return answer.status_code


def test_an_admin_says_what_is_cash(client: Client, alice: User, ledger: CashLedger) -> None:
    savings, payable, loan = (ledger.account(name) for name in ("savings", "payable", "loan"))
    shown = (f"{savings}:1:", f"{payable}::payments")
    assert save(client, alice, ledger, *shown, **{f"flow-{payable}": "fundraise", "more": str(loan)}) == 302
    assert choices(ledger.company) == {
        savings: Choice(cash=False), payable: Choice(flow=Flow.FUNDRAISE), loan: Choice(cash=True),
    }  # fmt: skip
    assert AuditEvent.objects.filter(company=ledger.company, what="changed what counts as cash").count() == 3
    text = page(client, alice, f"/c/{ledger.company.slug}/settings/cash-accounts/")
    assert "your choice" in text


def test_what_a_form_leaves_as_it_was_is_no_choice(client: Client, alice: User, ledger: CashLedger) -> None:
    savings, payable = ledger.account("savings"), ledger.account("payable")
    data = {f"cash-{savings}": "1", f"flow-{payable}": "payments"}
    assert save(client, alice, ledger, f"{savings}:1:", f"{payable}::payments", **data) == 302
    assert choices(ledger.company) == {}


def test_a_form_of_another_page_and_the_last_account_are_refused(
    client: Client, alice: User, ledger: CashLedger
) -> None:
    banks = [ledger.account(name) for name in ("checking", "savings", "escrow")]
    assert save(client, alice, ledger, *(f"{bank}:1:" for bank in banks)) == 422
    assert save(client, alice, ledger, "1") == 422
    assert save(client, alice, ledger, "1::nonsense") == 422
    assert save(client, alice, ledger, more="x") == 422
    assert choices(ledger.company) == {}


def test_a_viewer_looks(client: Client, bob: User, ledger: CashLedger) -> None:
    text = page(client, bob, f"/c/{ledger.company.slug}/settings/cash-accounts/")
    assert "An admin can change it" in text
    assert "Checking" in text
    assert save(client, bob, ledger, more=str(ledger.account("loan"))) == 403
