"""The sandbox's lists: what is renamed, archived, merged or deleted, and who hears of it."""

from __future__ import annotations

from datetime import date

import pytest

from tieout.providers.xero.sandbox.engine import BadDocument
from tieout.providers.xero.sandbox.small import Small, line, small


@pytest.fixture
def shop() -> Small:
    return small()


def test_a_new_name_shows_on_every_document_and_journal(shop: Small) -> None:
    org = shop.org
    count = len(org.journals)
    org.update("Accounts", shop.ids["090"], {"Name": "Main account", "Code": "099"})
    org.update("Contacts", shop.ids["City Agency"], {"Name": "Country Agency"})
    region = org.document("TrackingCategories", shop.ids["Region"])
    south = region["Options"][1]["TrackingOptionID"]
    org.update(
        "TrackingCategories", shop.ids["Region"], {"Options": [{"TrackingOptionID": south, "Name": "Far south"}]}
    )
    org.update("Items", shop.ids["ROSE"], {"Name": "Red rose", "Code": "RED"})
    assert org.document("Payments", shop.ids["rent paid"])["Account"]["Name"] == "Main account"
    sale = org.document("Invoices", shop.ids["sale"])
    assert sale["Contact"]["Name"] == "Country Agency"
    assert sale["LineItems"][0]["Item"]["Code"] == "RED"
    assert sale["LineItems"][0]["Tracking"][0]["Option"] == "Far south"
    shown = next(journal for journal in org.journals if journal.source_id == shop.ids["sale"]).document()
    assert shown["JournalLines"][2]["TrackingCategories"][0]["Option"] == "Far south"
    paid = next(journal for journal in org.journals if journal.source_id == shop.ids["rent paid"]).document()
    assert (paid["JournalLines"][0]["AccountCode"], paid["JournalLines"][0]["AccountName"]) == ("099", "Main account")
    assert len(org.journals) == count
    with pytest.raises(BadDocument, match="no account '090'"):
        org.refs.account("090")


def test_a_contact_that_is_merged_says_where_it_went(shop: Small) -> None:
    org, (gone, stays) = shop.org, (shop.ids["City Agency"], shop.ids["Bay Events"])
    org.merge_contacts(gone, stays)
    assert org.document("Contacts", gone)["ContactStatus"] == "ARCHIVED"
    assert org.document("Contacts", gone)["MergedToContactID"] == stays
    assert org.document("Invoices", shop.ids["sale"])["Contact"] == {"ContactID": stays, "Name": "Bay Events"}
    org.merge_contacts(stays, shop.ids["Hill Growers"])
    assert org.document("Invoices", shop.ids["sale"])["Contact"]["Name"] == "Hill Growers"
    for one, other in ((gone, stays), (stays, stays)):
        with pytest.raises(BadDocument, match="stand for themselves"):
            org.merge_contacts(one, other)
    with pytest.raises(BadDocument, match="was merged"):
        org.update("Contacts", gone, {"ContactStatus": "ACTIVE"})


def test_an_account_in_use_is_archived_and_an_unused_one_vanishes(shop: Small) -> None:
    org = shop.org
    with pytest.raises(BadDocument, match="only be archived"):
        org.delete("Accounts", shop.ids["469"])
    org.archive("Accounts", shop.ids["469"])
    assert org.document("Accounts", shop.ids["469"])["Status"] == "ARCHIVED"
    org.delete("Accounts", shop.ids["620"])
    assert shop.ids["620"] not in org.documents["Accounts"]
    org.create("Accounts", {"Code": "620", "Name": "Prepaid again", "Type": "PREPAYMENT"})
    for purpose in ("DEBTORS", "RETAINEDEARNINGS"):
        own = org.refs.system(purpose)["AccountID"]
        with pytest.raises(BadDocument, match="kept by the platform"):
            org.archive("Accounts", own)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("Accounts", {"Code": "200", "Name": "Other", "Type": "SALES"}, "code '200' is taken"),
        ("Accounts", {"Code": "201", "Name": "Sales", "Type": "SALES"}, "name 'Sales' is taken"),
        ("Accounts", {"Name": "No code", "Type": "SALES"}, "Code is missing"),
        ("Accounts", {"Code": "9", "Name": "Odd", "Type": "WAGES"}, "no type"),
        ("Contacts", {"Name": "Bay Events"}, "is a contact"),
        ("Contacts", {}, "Name is missing"),
        ("Items", {"Code": "ROSE"}, "is taken"),
        ("TrackingCategories", {"Name": "Third"}, "two active"),
        ("TaxRates", {"TaxType": "INPUT2", "Name": "Again"}, "is taken"),
        ("Prepayments", {}, "not made by itself"),
    ],
)
def test_lists_refuse_what_the_platform_refuses(shop: Small, kind: str, fields: dict[str, object], words: str) -> None:
    with pytest.raises(BadDocument, match=words):
        shop.org.create(kind, fields)


def test_an_archived_category_makes_room(shop: Small) -> None:
    shop.org.archive("TrackingCategories", shop.ids["Team"])
    new = shop.org.create("TrackingCategories", {"Name": "Season", "Options": [{"Name": "Spring"}]})
    spring = [{"TrackingCategoryID": new, "Option": "Spring"}]
    rent = line("469", 1, Tracking=spring)
    bill = shop.add("b", "Invoices", date(2026, 2, 1), Type="ACCPAY", Contact=shop.to("Bay Events"), LineItems=[rent])
    assert shop.org.document("Invoices", bill)["LineItems"][0]["Tracking"][0]["Name"] == "Season"
    with pytest.raises(BadDocument, match="one option"):
        shop.org.update("Invoices", bill, {"LineItems": [line("469", 1, Tracking=[*spring, *spring])]})


def test_changes_are_told_to_webhooks(shop: Small) -> None:
    told: list[tuple[str, str, str]] = []
    shop.org.tell = lambda category, id_, kind: told.append((category, id_, kind))
    bill = shop.add(
        "b", "Invoices", date(2026, 2, 1), Type="ACCPAY", Contact=shop.to("Bay Events"), LineItems=[line("404", 1)]
    )
    shop.org.void("Invoices", bill)
    shop.org.archive("Contacts", shop.ids["Bay Events"])
    shop.org.redate("ManualJournals", shop.ids["accrual"], date(2026, 2, 2))
    assert told == [
        ("INVOICE", bill, "CREATE"),
        ("INVOICE", bill, "UPDATE"),
        ("CONTACT", shop.ids["Bay Events"], "UPDATE"),
    ]


def test_who_is_bought_from_is_a_supplier(shop: Small) -> None:
    assert {
        contact["Name"]: (contact["IsSupplier"], contact["IsCustomer"])
        for contact in shop.org.documents["Contacts"].values()
    } == {
        "City Agency": (False, True),
        "Bay Events": (False, True),
        "Hill Growers": (True, False),
        "Harbour Power": (True, False),
        "Sky Trading": (False, True),
    }
