"""Reading documents by windows: what is not believed, and what is left out."""

from __future__ import annotations

from datetime import date

import pytest

from tieout.core.records import EntryRecord, PartyKey, PartyKind, Window
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero.tests.desk import Desk, contact
from tieout.providers.xero.tests.papers import QUARTER, invoice, journal, read, uuid
from tieout.providers.xero.tests.posted import line


def test_a_list_that_changes_while_it_is_read_is_read_again() -> None:
    desk = Desk(page=2)
    desk.put("ManualJournals", *(journal(at, "2026-01-15") for at in range(1, 6)))

    def edit(name: str, params: dict[str, str]) -> None:
        if name == "ManualJournals" and params["page"] == "2":
            desk.meanwhile = lambda _name, _params: None
            desk.held[name].append(desk.held[name].pop(0))  # an edited row goes to the end, the rest moves up

    desk.meanwhile = edit
    assert {it.external_id for it in read(desk, QUARTER)} == {uuid(at) for at in range(1, 6)}
    assert desk.names().count("ManualJournals") == 3 + 3


def test_a_list_that_grows_while_it_is_read_is_read_again() -> None:
    desk = Desk(page=2)
    desk.put("Invoices", *(invoice(at, "2026-01-15") for at in range(2, 6)))

    def add(name: str, params: dict[str, str]) -> None:
        if name == "Invoices" and params["page"] == "2":
            desk.meanwhile = lambda _name, _params: None
            desk.put("Invoices", invoice(1, "2026-01-16"))

    desk.meanwhile = add
    assert len(read(desk, QUARTER)) == 5


def test_a_list_that_never_stands_still_is_refused() -> None:
    desk = Desk(page=2)
    desk.put("Invoices", *(invoice(at, "2026-01-15") for at in range(1, 6)))

    def add(name: str, params: dict[str, str]) -> None:
        if name == "Invoices" and params["page"] == "2":
            desk.put("Invoices", invoice(100 + len(desk.held["Invoices"]), "2026-01-16"))

    desk.meanwhile = add
    with pytest.raises(UnreadableBooks, match="Invoices: its rows move while it is read"):
        read(desk, QUARTER)


def test_rows_that_are_counted_and_do_not_come_are_missed() -> None:
    desk = Desk(page=2, lost=1)
    desk.put("Invoices", *(invoice(at, "2026-01-15") for at in range(1, 6)))
    with pytest.raises(UnreadableBooks, match="Invoices: its rows move while it is read"):
        read(desk, QUARTER)


def test_a_document_of_another_day_than_was_asked_for_is_refused() -> None:
    desk = Desk()
    desk.put("Invoices", invoice(1, "2026-01-15"))

    def ignore(name: str, params: dict[str, str]) -> None:
        if name == "Invoices":
            del params["where"]

    desk.meanwhile = ignore
    with pytest.raises(UnreadableBooks, match="is of 2026-01-15, which was not asked for"):
        read(desk, Window(start=date(2026, 2, 1), end=date(2026, 3, 1)))
    assert desk.names().count("Invoices") == 3


def test_an_account_that_was_made_meanwhile_is_found_in_new_lists() -> None:
    desk = Desk()
    desk.put("Invoices", invoice(1, "2026-01-15"))
    accounts = desk.held["Accounts"]
    desk.held["Accounts"] = [it for it in accounts if it["AccountID"] != "sales"]
    with pytest.raises(UnreadableBooks, match="Invoice INV-1: the account sales is not in the chart"):
        read(desk, QUARTER)
    reader = desk.reader()
    reader._tenant.lists()
    desk.held["Accounts"] = accounts
    assert len([it for it in reader.read(QUARTER) if isinstance(it, EntryRecord)]) == 1


def test_a_contact_an_item_and_an_option_that_no_list_has_are_left_out() -> None:
    desk = Desk()
    gone = [{"TrackingCategoryID": "department", "TrackingOptionID": "deleted"}]
    ops = [{"TrackingCategoryID": "department", "TrackingOptionID": "ops"}]
    lines = (
        line("sales", 1, Item={"ItemID": "deleted"}, Tracking=gone),
        line("sales", 2, Item={"ItemID": "rose"}, Tracking=ops),
    )
    desk.put("Invoices", invoice(1, "2026-01-15", *lines, Contact={"ContactID": "forgotten"}))
    desk.put("Invoices", invoice(2, "2026-02-15", *lines, Contact={"ContactID": "agency"}))
    first, second = read(desk, QUARTER)
    assert (first.party, second.party) == (None, PartyKey(PartyKind.CUSTOMER, "agency"))
    assert [(it.item, it.dimensions) for it in first.lines[1:]] == [(None, ()), ("rose", (("department", "ops"),))]


def test_what_is_gone_makes_the_lists_be_read_once_more_and_no_further() -> None:
    desk = Desk()
    desk.put("Invoices", *(invoice(at, f"2026-{at:02d}-15", Contact={"ContactID": "forgotten"}) for at in (1, 2, 3)))
    assert len(read(desk, QUARTER, most=1)) == 3
    assert [name for name, _, _ in desk.asked].count("Contacts") == 2


def test_a_contact_that_was_made_meanwhile_is_kept() -> None:
    desk = Desk()
    desk.put("Invoices", invoice(1, "2026-01-15", Contact={"ContactID": "new"}))
    reader = desk.reader()
    reader._tenant.lists()
    desk.held["Contacts"].append(contact("new"))
    (entry,) = [it for it in reader.read(QUARTER) if isinstance(it, EntryRecord)]
    assert entry.party == PartyKey(PartyKind.CUSTOMER, "new")


def test_a_document_that_no_rule_can_post_is_refused_with_its_name() -> None:
    desk = Desk()
    desk.put("ManualJournals", journal(1, "2026-01-15", JournalLines=[line("rent", 5), line("deposits", -4)]))
    with pytest.raises(UnreadableBooks, match=rf"Manual Journal {uuid(1)}: it is off by 1\.00"):
        read(desk, QUARTER)
    assert desk.names().count("ManualJournals") == 3
