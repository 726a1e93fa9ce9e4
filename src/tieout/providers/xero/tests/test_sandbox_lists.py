"""Lists: pages and summaries, what changed since, filters, order, archived and deleted entries (xero.md §2.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tieout.providers.xero.tests.florist import Shop


@pytest.fixture(scope="module")
def read() -> Shop:
    """Return a sandbox whose books no test changes."""
    return Shop()


@pytest.fixture
def shop() -> Shop:
    return Shop()


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [it["InvoiceNumber"] for it in found]


ALL = ["INV-3", "INV-4", "BILL-1", "INV-USD", "INV-1", "INV-2"]  # by when they last changed: paid, credited


# --- pages ----------------------------------------------------------------------------------------------------------


def test_lists_are_by_change_and_come_in_pages(read: Shop) -> None:
    assert numbers(read.get("Invoices", page=1)) == ALL
    assert numbers(read.get("Invoices", page=2, pageSize=4)) == ALL[4:]
    assert read.get("Invoices", page=3, pageSize=4) == []


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (1, 1), (1000, 1000), (5000, 1000)])
def test_the_size_of_a_page_is_clamped(read: Shop, asked: int, given: int) -> None:
    assert read.whole("Invoices", page=1, pageSize=asked)["pagination"]["pageSize"] == given


def test_pages_hold_a_hundred_unless_said(read: Shop) -> None:
    assert read.whole("Payments", page=1)["pagination"]["pageSize"] == 100
    assert read.whole("Quotes", page=1, pageSize=5)["pagination"]["pageSize"] == 100
    assert "pagination" not in read.whole("Accounts", page=1)
    assert read.call("Invoices", page="first").status_code == 400


@pytest.mark.parametrize("endpoint", ["Invoices", "CreditNotes", "BankTransactions", "Prepayments", "Overpayments"])
def test_without_a_page_there_are_no_lines(read: Shop, endpoint: str) -> None:
    assert any(it["LineItems"] for it in read.get(endpoint, page=1))
    assert all(it["LineItems"] == [] for it in read.get(endpoint))
    assert all(it["LineItems"] == [] for it in read.get(endpoint, page=1, summaryOnly="True"))


def test_without_a_page_manual_journals_have_no_lines_and_contacts_no_details(read: Shop) -> None:
    assert "JournalLines" not in read.get("ManualJournals")[0]
    assert len(read.get("ManualJournals", page=1)[0]["JournalLines"]) == 2
    assert "Balances" not in read.get("Contacts")[0]


# --- what changed ---------------------------------------------------------------------------------------------------


def since(shop: Shop, endpoint: str, moment: datetime) -> list[dict[str, Any]]:
    header = {"If-Modified-Since": moment.strftime("%Y-%m-%dT%H:%M:%S")}
    return list(shop.whole(endpoint, header, page=1)[endpoint])


def test_what_changed_is_told_from_its_own_second_on(shop: Shop) -> None:
    shop.sandbox.clock.skip(timedelta(milliseconds=1_700))
    shop.florist.organisation.update("Invoices", shop.ids["INV-1"], {"Reference": "seen"})
    now = shop.sandbox.clock.now()
    assert numbers(since(shop, "Invoices", now)) == ["INV-1"]
    assert since(shop, "Invoices", now + timedelta(seconds=1)) == []
    assert len(since(shop, "Invoices", datetime(2020, 1, 1, tzinfo=UTC))) == len(ALL)


def test_dates_of_http_are_understood_and_nonsense_is_not_heard(shop: Shop) -> None:
    for header, count in (("Sun, 01 Mar 2037 00:00:00 GMT", 0), ("yesterday", len(ALL)), ("2037-03-01T00:00:00Z", 0)):
        assert len(shop.whole("Invoices", {"If-Modified-Since": header})["Invoices"]) == count


def test_transfers_change_when_they_are_made_and_tax_rates_never(shop: Shop) -> None:
    assert since(shop, "BankTransfers", datetime(2037, 1, 1, tzinfo=UTC)) == []
    assert len(since(shop, "TaxRates", datetime(2037, 1, 1, tzinfo=UTC))) == 3
    assert len(since(shop, "TrackingCategories", datetime(2037, 1, 1, tzinfo=UTC))) == 1


# --- filters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("where", "expected"), [
    ('Type=="ACCREC"', {"INV-1", "INV-2", "INV-3", "INV-4", "INV-USD"}),
    ('Type = "ACCPAY"', {"BILL-1"}),
    ('Type!="ACCREC"', {"BILL-1"}),
    ('Status=="AUTHORISED" AND Type=="ACCREC"', {"INV-2", "INV-3", "INV-USD"}),
    ('status=="PAID" OR status=="DRAFT"', {"INV-1", "INV-4"}),
    ('Status=="PAID"||Status=="DRAFT"', {"INV-1", "INV-4"}),
    ('(Status=="PAID" OR Status=="DRAFT") && Date>=DateTime(2026,02,01)', {"INV-4"}),
    ("Date>=DateTime(2026,01,05) AND Date<DateTime(2026, 01, 15)", {"INV-1", "BILL-1"}),
    ('Date >= DateTime.Parse("2026-02-10T00:00:00")', {"INV-3", "INV-4"}),
    ("AmountDue>200", {"INV-2", "INV-3"}),
    ("AmountDue<=100.00 AND AmountPaid==0", {"INV-4", "BILL-1", "INV-USD"}),
    ('Contact.Name.StartsWith("petal")', {"BILL-1"}),
    ('InvoiceNumber.Contains("USD")', {"INV-USD"}),
    ('InvoiceNumber!=null AND InvoiceNumber.EndsWith("-1")', {"INV-1", "BILL-1"}),
    ("FullyPaidOnDate!=null", {"INV-1"}),
    ("SentToContact==true", set()),
    ("!(SentToContact==false)", set()),
    ("NOT SentToContact", {*ALL}),
    ("Type=='ACCPAY'", {"BILL-1"}),
    ("FullyPaidOnDate.HasValue AND FullyPaidOnDate.Value>=DateTime(2026,2,1)", {"INV-1"}),
    ('FullyPaidOnDate.HasValue==false AND Type=="ACCPAY"', {"BILL-1"}),
    ("FullyPaidOnDate.Value>=DateTime(2026,2,1,10,30)", {"INV-1"}),
    ("CurrencyRate==1", {"INV-1", "INV-2", "INV-3", "INV-4", "BILL-1"}),
    ('Date==null OR "ACCPAY"==Type', {"BILL-1"}),
])  # fmt: skip
def test_filters(read: Shop, where: str, expected: set[str]) -> None:
    assert set(numbers(read.get("Invoices", where=where))) == expected


def test_filters_by_id(read: Shop) -> None:
    farm = read.ids["Petal Farm"]
    assert numbers(read.get("Invoices", where=f'Contact.ContactID==guid("{farm.upper()}")')) == ["BILL-1"]
    bank = read.ids["090"]
    found = read.get("BankTransactions", where=f'BankAccount.AccountID==Guid("{bank}") AND Type!="SPEND-TRANSFER"')
    assert len(found) == 3
    assert len(read.get("Payments", where=f'Invoice.InvoiceID==guid("{read.ids["INV-1"]}")')) == 1


@pytest.mark.parametrize("where", [
    'Colour=="red"', "Type==", '"ACCREC"', 'Type=="ACCREC', "Type==ACCREC", "Date>=DateTime(2026)", "Type ~ 3",
    'Type=="ACCREC" AND', '(Type=="ACCREC"', "Date>=DateTime(2026,13,45)", 'Total>"much"', "DateTime.Parse(3)==Date",
    "Type==3 Total", "3==4 Type", "Total>.5", "Total", "Type==(3)", "3",
])  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused(shop: Shop, where: str) -> None:
    answer = shop.call("Invoices", where=where)
    assert answer.status_code == 400
    assert (answer.json()["ErrorNumber"], answer.json()["Type"]) == (16, "QueryParseException")
    shop.control("facts", query_error_number=17)
    assert shop.call("Invoices", where=where).json()["ErrorNumber"] == 17


@pytest.mark.parametrize(("order", "first"), [
    ("Date", "INV-1"), ("Date DESC", "INV-4"), ("Total desc", "INV-3"), ("Type ASC,Date DESC", "BILL-1"),
    ("InvoiceNumber", "BILL-1"), ("FullyPaidOnDate DESC", "INV-1"),
])  # fmt: skip
def test_orders(read: Shop, order: str, first: str) -> None:
    assert numbers(read.get("Invoices", order=order))[0] == first


@pytest.mark.parametrize("order", ["Colour", "Date SIDEWAYS", "Date,,Total", "Date DESC Total"])
def test_an_order_that_cannot_be_read_is_refused(read: Shop, order: str) -> None:
    assert read.call("Invoices", order=order).json()["Type"] == "QueryParseException"


def test_lists_of_values(read: Shop) -> None:
    two = f"{read.ids['INV-1']},{read.ids['BILL-1'].upper()}"
    assert set(numbers(read.get("Invoices", IDs=two))) == {"INV-1", "BILL-1"}
    assert set(numbers(read.get("Invoices", InvoiceNumbers="INV-2,INV-3,INV-99"))) == {"INV-2", "INV-3"}
    assert numbers(read.get("Invoices", ContactIDs=read.ids["Petal Farm"])) == ["BILL-1"]
    assert set(numbers(read.get("Invoices", Statuses="DRAFT,PAID"))) == {"INV-1", "INV-4"}
    assert [it["Name"] for it in read.get("Contacts", IDs=read.ids["Gone Ltd"])] == ["Gone Ltd"]
    assert len(read.get("Budgets", IDs=read.ids["budget"])) == 1
    assert read.get("Budgets", IDs=read.ids["INV-1"]) == []
    assert [it["Name"] for it in read.get("Contacts", searchTerm="city@")] == ["City Agency"]


def test_quotes_are_asked_for_by_their_days_and_by_one_value(shop: Shop) -> None:
    shop.florist.organisation.documents["Quotes"] = {
        f"q-{day}": {
            "QuoteID": f"q-{day}",
            "QuoteNumber": f"QU-{day}",
            "Status": "SENT",
            "Date": date(2026, 1, day),
            "ExpiryDate": date(2026, 2, day),
            "Title": "ROSES",
        }
        for day in (1, 2, 3)
    } | {"q-0": {"QuoteID": "q-0", "QuoteNumber": "QU-0", "Status": "DRAFT"}}

    def found(**params: str) -> list[str]:
        return [it["QuoteNumber"] for it in shop.get("Quotes", **params)]

    assert found(DateFrom="2026-01-02", DateTo="2026-01-03") == ["QU-2", "QU-3"]
    assert found(ExpiryDateTo="2026-02-01") == ["QU-1"]
    assert found(Status="draft") == ["QU-0"]
    assert found(QuoteNumber="QU-2") == ["QU-2"]
    assert shop.call("Quotes", DateFrom="yesterday").status_code == 400
    assert shop.get("Quotes", DateFrom="2026-01-03")[0]["DateString"] == "2026-01-03T00:00:00"


# --- what is hidden -------------------------------------------------------------------------------------------------


def test_archived_contacts_are_there_when_asked_for(shop: Shop) -> None:
    shop.florist.organisation.archive("Contacts", shop.ids["Gone Ltd"])
    assert "Gone Ltd" not in [it["Name"] for it in shop.get("Contacts")]
    for spelt in ("true", "True"):
        assert "Gone Ltd" in [it["Name"] for it in shop.get("Contacts", includeArchived=spelt)]
    assert shop.get(f"Contacts/{shop.ids['Gone Ltd']}")[0]["ContactStatus"] == "ARCHIVED"


def test_a_merged_contact_says_where_it_went(shop: Shop) -> None:
    shop.florist.organisation.merge_contacts(shop.ids["Gone Ltd"], shop.ids["City Agency"])
    [alone] = shop.get(f"Contacts/{shop.ids['Gone Ltd']}")
    assert alone["MergedToContactID"] == shop.ids["City Agency"]
    found = shop.get("Contacts", page=1, includeArchived="true")
    assert [it.get("MergedToContactID") for it in found if it["Name"] == "Gone Ltd"] == [shop.ids["City Agency"]]


def test_archived_accounts_are_listed_and_deleted_ones_vanish(shop: Shop) -> None:
    books = shop.florist.organisation
    books.archive("Accounts", shop.ids["710"])
    new = books.create("Accounts", {"Code": "711", "Name": "Boat", "Type": "FIXED"})
    books.delete("Accounts", new)
    found = {it["Name"]: it["Status"] for it in shop.get("Accounts")}
    assert found["Van"] == "ARCHIVED"
    assert "Boat" not in found


def test_deleted_transfers_are_there_when_asked_for(shop: Shop) -> None:
    shop.florist.organisation.delete("BankTransfers", shop.ids["transfer"])
    assert shop.get("BankTransfers") == []
    [found] = shop.get("BankTransfers", includeDeleted="true")
    assert found["Status"] == "DELETED"


def test_deleted_and_voided_documents_stay_in_their_lists(shop: Shop) -> None:
    shop.florist.organisation.void("Invoices", shop.ids["INV-3"])
    shop.florist.organisation.delete("BankTransactions", shop.ids["rent"])
    assert "VOIDED" in [it["Status"] for it in shop.get("Invoices", page=1)]
    assert "DELETED" in [it["Status"] for it in shop.get("BankTransactions", page=1)]


def test_archived_tracking_is_there_when_asked_for(shop: Shop) -> None:
    shop.florist.organisation.archive("TrackingCategories", shop.ids["region"])
    assert shop.get("TrackingCategories") == []
    assert [it["Name"] for it in shop.get("TrackingCategories", includeArchived="true")] == ["Region"]


def test_too_many_rows_are_refused_unless_paged_and_well_filtered(shop: Shop) -> None:
    shop.control("facts", most_rows=3)
    assert shop.call("Invoices").status_code == 400
    assert shop.call("Invoices", page=1).status_code == 200
    assert shop.call("Invoices", page=1, where='Type=="ACCREC"', order="InvoiceID").status_code == 200
    assert shop.call("Invoices", page=1, where="Total>5").status_code == 400
    assert shop.call("Invoices", page=1, order="Total").status_code == 400
    assert shop.call("Invoices", where='Type=="ACCPAY"').status_code == 200
