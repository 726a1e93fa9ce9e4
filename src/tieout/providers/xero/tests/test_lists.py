"""The organisation and its lists: what kind each account is, both sides of a contact, what is archived or merged."""

from __future__ import annotations

from datetime import date, datetime

import httpx2
import pytest

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    ItemRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero import wire
from tieout.providers.xero.lists import Lists, Whole, account, lists_of, system_account
from tieout.providers.xero.tests import handmade
from tieout.providers.xero.tests.handmade import ACME, BAY_POWER, NORTH, OLD_ACME, REGION, ROSE, SOUTH, Platform, uuid
from tieout.providers.xero.timezones import timezone


def listed(platform: Platform | None = None) -> Lists:
    return Lists((platform or Platform()).books().lists())


def test_who_the_books_belong_to() -> None:
    found = Platform().books().organisation()
    assert (found.external_id, found.name, found.currency, found.digits) == (handmade.TENANT, "Maple Florist", "NZD", 2)
    assert (found.fiscal_year_first_month, found.timezone) == (4, "Pacific/Auckland")
    assert found.closed_through == date(2025, 12, 31)  # the later one of both locks


@pytest.mark.parametrize(
    ("day", "month", "first"), [(31, 12, 1), (30, 6, 7), (28, 2, 3), (29, 2, 3), (5, 4, 4), (30, 11, 12)]
)
def test_the_year_begins_after_its_end(day: int, month: int, first: int) -> None:
    platform = Platform()
    platform.organisation |= {"FinancialYearEndDay": day, "FinancialYearEndMonth": month}
    assert platform.books().organisation().fiscal_year_first_month == first


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("BaseCurrency", "", "base currency"),
        ("BaseCurrency", "nzd", "base currency"),
        ("FinancialYearEndMonth", 13, "month 13"),
        ("PeriodLockDate", "tomorrow", "lock date"),
    ],
)
def test_an_organisation_that_cannot_be_read(field: str, value: object, words: str) -> None:
    platform = Platform()
    platform.organisation[field] = value
    with pytest.raises(UnreadableBooks, match=words):
        platform.books().organisation()


def test_a_tenant_is_one_organisation() -> None:
    two = {"DateTimeUTC": "/Date(0)/", "Organisations": [handmade.ORGANISATION] * 2}
    platform = Platform(first=lambda _request: httpx2.Response(200, json=two))
    with pytest.raises(UnreadableBooks, match="2 organisations"):
        platform.books().organisation()


def test_accounts_have_a_side_and_a_part_in_the_books() -> None:
    found = {it.name: it for it in listed().accounts.values()}
    shown = {name: (it.type, it.role, it.subtype, it.number, it.active) for name, it in found.items()}
    asset, owed, equity, income, expense = AccountType
    assert shown == {
        "Cheque": (asset, AccountRole.BANK, "BANK/BANK", "090", True),
        "US dollars": (asset, AccountRole.BANK, "BANK/BANK", "", True),
        "Accounts Receivable": (asset, AccountRole.RECEIVABLE, "CURRENT/DEBTORS", "610", True),
        "Accounts Payable": (owed, AccountRole.PAYABLE, "CURRLIAB/CREDITORS", "800", True),
        "GST": (owed, AccountRole.NONE, "CURRLIAB/GST", "820", True),
        "Retained Earnings": (equity, AccountRole.RETAINED_EARNINGS, "EQUITY/RETAINEDEARNINGS", "960", True),
        "Sales": (income, AccountRole.NONE, "REVENUE", "200", True),
        "Flowers bought": (expense, AccountRole.COST_OF_SALES, "DIRECTCOSTS", "310", True),
        "Rent": (expense, AccountRole.NONE, "OVERHEADS", "469", False),
        "Wages Payable": (owed, AccountRole.NONE, "CURRLIAB/WAGEPAYABLES", "804", True),
        "Unrealised gains": (expense, AccountRole.UNREALISED_GAIN, "EXPENSE/UNREALISEDCURRENCYGAIN", "497", True),
    }
    assert {name: it.currency for name, it in found.items() if it.currency} == {"US dollars": "USD"}


@pytest.mark.parametrize(
    ("more", "kind", "role"),
    [
        ({"type": "BANK", "klass": "ASSET", "bank_type": "CREDITCARD"}, AccountType.ASSET, AccountRole.CARD),
        ({"type": "BANK", "klass": "LIABILITY", "bank_type": "CREDITCARD"}, AccountType.LIABILITY, AccountRole.CARD),
        ({"type": "BANK", "bank_type": "PAYPAL"}, AccountType.ASSET, AccountRole.BANK),
        ({"type": "OTHERINCOME"}, AccountType.INCOME, AccountRole.OTHER_INCOME),
        ({"type": "WAGESEXPENSE"}, AccountType.EXPENSE, AccountRole.PAYROLL),
        ({"type": "NEWKIND", "klass": "LIABILITY"}, AccountType.LIABILITY, AccountRole.NONE),
        ({"type": "EXPENSE", "system": "BANKCURRENCYGAIN"}, AccountType.EXPENSE, AccountRole.UNREALISED_GAIN),
        ({"type": "EXPENSE", "system": "REALISEDCURRENCYGAIN"}, AccountType.EXPENSE, AccountRole.NONE),
    ],
)
def test_kinds_of_accounts(more: dict[str, str], kind: AccountType, role: AccountRole) -> None:
    given = wire.Account(id="a", **more)
    found = account(given, base="NZD")
    assert (found.type, found.role) == (kind, role)


def test_an_account_of_no_known_kind_is_refused() -> None:
    with pytest.raises(UnreadableBooks, match=r"account 42 .* 'NEWKIND'"):
        account(wire.Account(id="a", code="42", type="NEWKIND"), base="NZD")


def test_system_accounts_are_found_by_their_part() -> None:
    lists = listed()
    assert lists.systems["DEBTORS"] == handmade.DEBTORS
    assert "BANK" not in lists.systems
    assert system_account(lists.accounts[handmade.BANK]) == ""
    assert Lists(lists.records).systems == lists.systems  # what is recalled knows as much


def test_contacts_are_vendors_and_customers() -> None:
    parties = [it for it in listed().records if isinstance(it, PartyRecord)]
    assert [(it.key.kind, it.key.external_id, it.name, it.active) for it in parties] == [
        (kind, ident, name, active)
        for ident, name, active in (
            (ACME, "Acme", True),
            (BAY_POWER, "Bay Power", False),
            (OLD_ACME, "Acme Ltd", False),
        )
        for kind in (PartyKind.VENDOR, PartyKind.CUSTOMER)
    ]


def test_a_merged_contact_is_the_one_that_it_went_into() -> None:
    contacts = [wire.Contact(id=ACME), wire.Contact(id=OLD_ACME, merged_into=ACME)]
    lists = lists_of(Whole(accounts=(), contacts=contacts, items=(), tracking=()), base="NZD")
    assert lists.party(PartyKind.VENDOR, OLD_ACME) == PartyKey(PartyKind.VENDOR, ACME)
    assert lists.party(PartyKind.CUSTOMER, "nobody") is None
    circle = [wire.Contact(id="a", merged_into="b"), wire.Contact(id="b", merged_into="a")]
    merged = lists_of(Whole(accounts=(), contacts=circle, items=(), tracking=()), base="NZD")
    assert merged.party(PartyKind.VENDOR, "a") is not None  # a circle ends


def test_items_and_tracking_categories() -> None:
    records = listed().records
    assert [(it.external_id, it.name) for it in records if isinstance(it, ItemRecord)] == [
        (ROSE, "Rose"), (handmade.TULIP, "TULIP"),
    ]  # fmt: skip
    assert [it.name for it in records if isinstance(it, DimensionRecord)] == ["Region"]
    options = [it for it in records if isinstance(it, DimensionValueRecord)]
    assert [(it.dimension, it.external_id, it.active) for it in options] == [
        (REGION, NORTH, True), (REGION, SOUTH, False),
    ]  # fmt: skip


def test_contacts_come_in_pages_of_a_thousand_by_their_id() -> None:
    platform = Platform()
    platform.held["Contacts"] = [{"ContactID": uuid(10_000 + at), "Name": f"C{at}"} for at in range(2001)]
    lists = listed(platform)
    assert len(lists.parties) == 4002
    asked = [dict(it.url.params) for it in platform.seen if it.url.path.endswith("/Contacts")]
    assert [it["page"] for it in asked] == ["1", "2", "3"]
    assert asked[0] == {"includeArchived": "true", "order": "ContactID", "page": "1", "pageSize": "1000"}


def test_a_page_that_is_cut_or_another_one_is_read_again() -> None:
    def spoiled(change: dict[str, object]) -> Platform:
        paging = {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 1, **change}
        body = {"pagination": paging, "Contacts": [{"ContactID": ACME}]}

        def answer(request: httpx2.Request) -> httpx2.Response | None:
            return httpx2.Response(200, json=body) if request.url.path.endswith("/Contacts") else None

        return Platform(first=answer)

    with pytest.raises(UnreadableBooks, match="it is page 2, asked was 1"):
        listed(spoiled({"page": 2}))
    with pytest.raises(UnreadableBooks, match="it holds 1 entries, and says 1000 a page"):
        listed(spoiled({"pageCount": 2}))


def test_a_list_with_an_entry_twice_is_not_believed() -> None:
    platform = Platform()
    platform.held["Items"] *= 2
    with pytest.raises(UnreadableBooks, match="Items: it holds an entry twice"):
        listed(platform)


def test_lists_are_handed_out_anew_each_time_and_told_to_have_changed() -> None:
    platform = Platform()
    books = platform.books()
    cursor = books.hints(None).cursor
    assert len(platform.seen) == 6  # whether journals are open, the organisation and four lists
    assert [it for it in books.lists() if isinstance(it, AccountRecord)]
    assert len(platform.seen) == 6  # what the hints have read was handed out
    assert not Platform().books().hints(cursor).lists
    platform.held["Items"][0]["Name"] = "Red rose"
    assert platform.books().hints(cursor).lists
    assert {it.name for it in books.lists() if isinstance(it, ItemRecord)} == {"Red rose", "TULIP"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("/Date(1439434356790)/", "2015-08-13T02:52:36.790000+00:00"),
        ("/Date(1419937200000+1300)/", "2014-12-30T11:00:00+00:00"),
        ("/Date(-86400000+0000)/", "1969-12-31T00:00:00+00:00"),
        ("2026-01-31T00:00:00", "2026-01-31T00:00:00+00:00"),
        ("2026-01-09T23:40:30.1833130", "2026-01-09T23:40:30.183313+00:00"),
        ("2026-01-09T23:40:30Z", "2026-01-09T23:40:30+00:00"),
    ],
)
def test_dates_in_both_forms(text: str, moment: str) -> None:
    assert wire.moment(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["", "today", "/Date()/", "/Date(12345678901234567890)/", "/Date(999999999999999)/"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(wire.NotADate):
        wire.day(text)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("NEWZEALANDSTANDARDTIME", "Pacific/Auckland"),
        ("E. Australia Standard Time", "Australia/Brisbane"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("MOONSTANDARDTIME", "UTC"),
        ("", "UTC"),
        ("../x", "UTC"),
    ],
)
def test_time_zones(name: str, zone: str) -> None:
    assert timezone(name) == zone
