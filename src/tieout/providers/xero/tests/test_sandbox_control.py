"""The control address: what it tells of the books and does to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx2
import pytest

from tieout.providers.xero.tests.florist import OTHER, TENANT, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop(others=True)


def refused(shop: Shop, command: str, **body: object) -> str:
    answer = shop.http.post(f"/control/{command}", json=body)
    assert answer.status_code == 400, answer.text
    said: str = answer.json()["error"]
    return said


def balance(shop: Shop, account: str, month: str = "2026-02") -> int:
    """Return an account's balance in minor units."""
    found = shop.told("books", month=month)["companies"][0]["trial_balance"]
    return int(found.get(shop.ids[account], 0))


# --- what it tells --------------------------------------------------------------------------------------------------


def test_the_books_of_all_organisations_are_told(shop: Shop) -> None:
    first, second = shop.told("books")["companies"]
    assert (first["realm"], first["name"], first["currency"], first["digits"]) == (TENANT, "Maple Florist", "NZD", 2)
    assert first["lines_posted"] == sum(len(it.lines) for it in shop.florist.organisation.journals)
    assert first["entries"] == len(shop.florist.organisation.journals)
    assert (second["realm"], second["entries"]) == (OTHER, 0)
    assert shop.told("books", realm=OTHER)["companies"] == [second]


def test_the_trial_balance_is_that_of_the_journals(shop: Shop) -> None:
    told = shop.told("books", month="2026-02")["companies"][0]["trial_balance"]
    assert sum(told.values()) == 0
    books = shop.florist.organisation
    sums: dict[str, Decimal] = {}
    for line in shop.told("lines", end="2026-03-01")["lines"]:
        sums[line["account"]] = sums.get(line["account"], Decimal(0)) + Decimal(line["amount"])
    assert {account: int(amount * 100) for account, amount in sums.items() if amount} == {
        account: amount for account, amount in told.items() if amount
    }
    assert set(told) <= set(books.documents["Accounts"])


def test_lines_say_what_they_come_from(shop: Shop) -> None:
    lines = shop.told("lines", start="2026-01-05", end="2026-01-06")["lines"]
    assert {(it["type"], it["entity"], it["source"], it["party"]) for it in lines} == {
        ("ACCREC", "Invoices", shop.ids["INV-1"], shop.ids["City Agency"])
    }
    sales = next(it for it in lines if it["account"] == shop.ids["200"])
    assert (sales["amount"], sales["memo"], sales["reference"]) == ("-100.00", "line of 200", "INV-1")
    assert list(sales["tracking"]) == [shop.ids["region"]]
    paid = shop.told("lines", start="2026-02-03", end="2026-02-04")["lines"]
    assert {(it["type"], it["entity"], it["party"]) for it in paid} == {
        ("ACCRECPAYMENT", "Payments", shop.ids["City Agency"])
    }
    [opening] = [it for it in shop.told("lines", end="2026-01-02")["lines"] if it["account"] == shop.ids["090"]]
    assert (opening["type"], opening["source"], opening["party"]) == ("", "", None)


def test_lists_and_documents_are_told(shop: Shop) -> None:
    shop.control("deactivate", entity="Accounts", id=shop.ids["710"])
    accounts = {it["name"]: it for it in shop.told("lists")["Accounts"]}
    assert accounts["Van"] == {
        "id": shop.ids["710"],
        "name": "Van",
        "kind": "FIXED",
        "number": "710",
        "active": False,
        "merged": False,
        "options": [],
    }
    assert len(shop.told("documents", kind="Invoices")["documents"]) == 6


# --- books ----------------------------------------------------------------------------------------------------------


def test_documents_are_posted_edited_moved_and_voided(shop: Shop) -> None:
    bill: dict[str, Any] = {
        "Type": "ACCPAY",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": shop.ids["Petal Farm"]},
        "Date": "2026-01-15",
        "LineItems": [{"Description": "lilies", "Quantity": 1, "UnitAmount": 10.5, "AccountCode": "310"}],
    }
    before = balance(shop, "310")
    made = shop.control("post", kind="Invoices", entity=bill)["id"]
    assert balance(shop, "310") == before + 1050
    line = {"Description": "lilies", "Quantity": 2, "UnitAmount": "10.50", "AccountCode": "310"}
    shop.control("edit", id=made, entity={"LineItems": [line]})
    assert balance(shop, "310") == before + 2100
    shop.control("redate", id=made, date="2026-02-15")
    assert balance(shop, "310", "2026-01") == before
    count = shop.told("books")["companies"][0]["entries"]
    shop.control("void", id=made)
    assert balance(shop, "310") == before
    assert shop.told("books")["companies"][0]["entries"] == count + 1  # voiding is one more journal


def test_drafts_are_approved_paid_and_credited(shop: Shop) -> None:
    shop.control("approve", id=shop.ids["draft"], kind="Invoices")
    shop.control("allocate", id=shop.ids["CN-1"], invoice=shop.ids["draft"], amount=2, date="2026-02-20")
    paid = shop.control("pay", id=shop.ids["draft"], amount="5.00", date="2026-02-21", account=shop.ids["090"])["id"]
    [invoice] = shop.get(f"Invoices/{shop.ids['draft']}")
    assert (invoice["Status"], invoice["AmountPaid"], invoice["AmountCredited"]) == ("PAID", 5, 2)
    shop.control("delete", id=paid)
    assert shop.get(f"Invoices/{shop.ids['draft']}")[0]["AmountDue"] == 5


def test_what_has_no_document_is_posted(shop: Shop) -> None:
    lines = [
        {"AccountID": shop.ids["469"], "NetAmount": "3.00", "Description": "depreciation"},
        {"AccountID": shop.ids["710"], "NetAmount": -3},
    ]
    made = shop.control("system", date="2026-02-28", lines=lines)["id"]
    assert shop.get(f"Journals/{made}")[0]["JournalLines"][0]["NetAmount"] == 3
    assert "SourceType" not in shop.get("Journals", offset=shop.told("books")["companies"][0]["entries"] - 1)[0]


def test_a_rate_revalues_the_trial_balance_and_posts_nothing(shop: Shop) -> None:
    before = shop.told("books", month="2026-02")["companies"][0]
    shop.control("rate", currency="USD", date="2026-02-01", rate="0.5")
    after = shop.told("books", month="2026-02")["companies"][0]
    assert after["entries"] == before["entries"]
    assert after["trial_balance"] != before["trial_balance"]
    assert sum(after["trial_balance"].values()) == 0


def test_lists_are_added_to_changed_and_merged(shop: Shop) -> None:
    new = shop.control("add", entity="Accounts", fields={"Code": "404", "Name": "Tolls", "Type": "EXPENSE"})["id"]
    shop.control("change", entity="Accounts", id=new, fields={"Name": "Road tolls", "Code": "405"})
    assert shop.get(f"Accounts/{new}")[0]["Name"] == "Road tolls"
    shop.control("merge", source=shop.ids["Gone Ltd"], target=shop.ids["Petal Farm"])
    gone = next(it for it in shop.told("lists")["Contacts"] if it["id"] == shop.ids["Gone Ltd"])
    assert (gone["active"], gone["merged"]) == (False, True)


def test_another_organisation_is_worked_in_by_its_id(shop: Shop) -> None:
    fields = {"Code": "404", "Name": "Tolls", "Type": "EXPENSE"}
    shop.control("add", realm=OTHER, entity="Accounts", fields=fields)
    assert "Tolls" in {it["name"] for it in shop.told("lists", realm=OTHER)["Accounts"]}
    assert "Tolls" not in {it["name"] for it in shop.told("lists")["Accounts"]}


def test_the_clock_is_put_forward_for_all(shop: Shop) -> None:
    shop.control("advance", to="2026-04-01")
    assert {it["today"] for it in shop.told("books")["companies"]} >= {"2026-04-01"}
    before = shop.sandbox.clock.seconds()
    shop.control("advance", seconds=90)
    assert shop.sandbox.clock.seconds() == before + 90


@pytest.mark.parametrize(("command", "body", "said"), [
    ("post", {"kind": "Invoices", "entity": {}}, "Type"),
    ("post", {"kind": "Novelties", "entity": {}}, "Novelties"),
    ("post", {"entity": {}}, "kind"),
    ("void", {"id": "unknown"}, "unknown"),
    ("advance", {"to": "soon"}, "soon"),
    ("system", {"date": "2026-01-01", "lines": [{"AccountID": "x", "NetAmount": 1}]}, "x"),
    ("dance", {}, "dance"),
    ("faults", {"earthquake": True}, "earthquake"),
    ("app", {"tier": "golden"}, "golden"),
    ("app", {"colour": "red"}, "colour"),
    ("app", {"custom_connection": "nobody"}, "nobody"),
    ("facts", {"scope_error": "smile"}, "smile"),
    ("limits", {"a_week": 5}, "a_week"),
    ("role", {"role": "king"}, "king"),
    ("books", {}, "books"),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    shop: Shop, command: str, body: dict[str, object], said: str
) -> None:
    shop.told("books", month="2026-02")  # the first report makes the account of earnings
    before = shop.told("books", month="2026-02"), shop.told("app"), shop.told("facts")
    assert said in refused(shop, command, **body)
    assert (shop.told("books", month="2026-02"), shop.told("app"), shop.told("facts")) == before


def test_what_is_told_of_nothing_is_refused(shop: Shop) -> None:
    for what in ("novelties", "documents", "documents?kind=Novelties", "books?realm=x"):
        assert shop.http.get(f"/control/{what}").status_code == 400
    assert shop.http.post("/control/post", content=b"{").status_code == 400


def test_only_this_machine_may_ask() -> None:
    transport = httpx2.WSGITransport(app=Shop().sandbox.app, remote_addr="10.0.0.1")
    with httpx2.Client(transport=transport, base_url="http://sandbox") as client:
        assert client.get("/control/books").status_code == 403


# --- the platform ---------------------------------------------------------------------------------------------------


def test_somebody_disconnects_the_app(shop: Shop) -> None:
    assert shop.control("revoke")["ended"] == 1
    assert shop.call("Accounts").status_code == 403
    assert shop.call("Organisation", {"xero-tenant-id": OTHER}).status_code == 200
    shop.control("lose_access", realm=OTHER)
    assert shop.call("Organisation", {"xero-tenant-id": OTHER}).status_code == 403


def test_counts_begin_anew(shop: Shop) -> None:
    shop.call("Accounts")
    shop.http.get("/nowhere")
    seen = shop.told("calls")
    assert (seen["total"], seen["outside"]) == (2, {"GET /nowhere": 1})
    shop.control("calls/reset")
    assert shop.told("calls")["total"] == 0


def test_switches_are_told(shop: Shop) -> None:
    shop.control("app", tier="plus", certified=False)
    shop.control("facts", lower_keys=True)
    assert (shop.told("app")["tier"], shop.told("app")["certified"]) == ("plus", False)
    assert shop.told("facts")["lower_keys"] is True
    shop.control("role", role="standard", person="Rae Readonly")
    assert {it["name"]: it["role"] for it in shop.told("people")["people"]}["Rae Readonly"] == "standard"


def test_the_root_names_the_organisations(shop: Shop) -> None:
    page = shop.http.get("/")
    assert page.status_code == 200
    assert "Maple Florist" in page.text
    assert shop.http.get("/sandbox.css").headers["content-type"].startswith("text/css")
