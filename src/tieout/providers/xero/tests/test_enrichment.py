"""What a document adds to its journals, and what is learnt of it later."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx2
import pytest

from tieout.core.records import After, EntryRecord, PartyKey, PartyKind
from tieout.providerkit.contract import nothing_yet
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero import journals
from tieout.providers.xero.sources import SINGLY
from tieout.providers.xero.tests.handmade import (
    ACME,
    BAY_POWER,
    DEBTORS,
    DOLLARS,
    FLOWERS,
    GST,
    NORTH,
    NOW,
    ORGANISATION,
    REGION,
    ROSE,
    SALES,
    TULIP,
    Json,
    Platform,
    invoice,
    item,
    negated,
    side,
    stamp,
    token,
    uuid,
)
from tieout.providers.xero.tests.kept import CUSTOMER, VENDOR, Kept, only, read, sale

# --- what the document adds -------------------------------------------------------------------------------------


def test_an_invoice_says_whose_it_is_and_which_items() -> None:
    platform = Platform(journals=[sale(1, 1, side(DEBTORS, 115.0), side(GST, -15.0), side(SALES, -40.0, "Roses"),
                                       side(SALES, -60.0, "Tulips"))])  # fmt: skip
    platform.held["Invoices"] = [
        invoice(
            1, item(SALES, 60.0, "Tulips", Item={"ItemID": TULIP}), item(SALES, 40.0, "Roses", Item={"ItemID": ROSE})
        )
    ]
    entry = only(read(platform))
    assert (entry.party, entry.number, entry.memo) == (CUSTOMER, "INV-1", "PO 7")
    assert [line.item for line in entry.lines] == [None, None, ROSE, TULIP]
    assert not any(line.currency for line in entry.lines)


LINES: dict[str, tuple[list[Json], list[Json], list[str | None]]] = {
    # What the journal says, what the document says, and the items that come out.
    "by amount where the text is the same": (
        [side(SALES, -1.0, "x"), side(SALES, -2.0, "x")],
        [item(SALES, 2.0, "x", Item={"ItemID": TULIP}), item(SALES, 1.0, "x", Item={"ItemID": ROSE})],
        [ROSE, TULIP],
    ),
    "by its text where the amount was changed": (
        [side(SALES, -1.0, "a"), side(SALES, -1.0, "b")],
        [item(SALES, 7.0, "b", Item={"ItemID": TULIP}), item(SALES, 1.0, "a", Item={"ItemID": ROSE})],
        [ROSE, TULIP],
    ),
    "by their texts where several amounts were changed": (
        [side(SALES, -1.0, "a"), side(SALES, -2.0, "b"), side(SALES, -3.0, "c")],
        [item(SALES, 9.0, "c", Item={"ItemID": TULIP}), item(SALES, 8.0, "b", Item={"ItemID": ROSE}),
         item(SALES, 1.0, "a")],
        [None, ROSE, TULIP],
    ),
    "by its amount where the text was changed": (
        [side(SALES, -1.0, "a"), side(SALES, -2.0, "b")],
        [item(SALES, 2.0, "d", Item={"ItemID": TULIP}), item(SALES, 1.0, "c", Item={"ItemID": ROSE})],
        [ROSE, TULIP],
    ),
    "by their order where nothing else tells": (
        [side(SALES, -1.0, "a"), side(SALES, -1.0, "a")],
        [item(SALES, 1.0, "a", Item={"ItemID": ROSE}), item(SALES, 1.0, "a", Item={"ItemID": TULIP})],
        [ROSE, TULIP],
    ),
    "not at all where the numbers of lines differ": (
        [side(SALES, -1.0, "a"), side(SALES, -2.0, "b")],
        [item(SALES, 9.0, "c", Item={"ItemID": ROSE})],
        [None, None],
    ),
    "by its tracking": (
        [side(SALES, -1.0, "a"), side(SALES, -1.0, "a", option=NORTH)],
        [
            item(SALES, 1.0, "a", Item={"ItemID": ROSE},
                 Tracking=[{"TrackingCategoryID": REGION, "TrackingOptionID": NORTH}]),
            item(SALES, 1.0, "a", Item={"ItemID": TULIP}),
        ],
        [TULIP, ROSE],
    ),
    "within its account": (
        [side(FLOWERS, -1.0, "a"), side(SALES, -1.0, "a")],
        [item(SALES, 1.0, "a", Item={"ItemID": ROSE}), item(FLOWERS, 1.0, "a", Item={"ItemID": TULIP})],
        [TULIP, ROSE],
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", LINES)
def test_lines_are_found(how: str) -> None:
    ours, theirs, items = LINES[how]
    total = -sum(line["NetAmount"] for line in ours)
    platform = Platform(journals=[sale(1, 1, *ours, side(DEBTORS, total))])
    platform.held["Invoices"] = [invoice(1, *theirs)]
    assert [line.item for line in only(read(platform)).lines] == [*items, None]


def test_tax_that_is_included_is_no_part_of_a_line() -> None:
    platform = Platform(
        journals=[sale(1, 1, side(DEBTORS, 23.0), side(GST, -3.0), side(SALES, -5.0), side(SALES, -15.0))]
    )
    lines = [
        item(SALES, 17.25, TaxAmount=2.25, Item={"ItemID": TULIP}),
        item(SALES, 5.75, TaxAmount=0.75, Item={"ItemID": ROSE}),
    ]
    platform.held["Invoices"] = [invoice(1, *lines, LineAmountTypes="Inclusive")]
    assert [line.item for line in only(read(platform)).lines] == [None, None, ROSE, TULIP]


def test_an_invoice_in_another_currency_keeps_its_own_amounts() -> None:
    lines = (side(DEBTORS, 76.67), side(GST, -10.0), side(SALES, -66.68), side(FLOWERS, 0.01))
    platform = Platform(journals=[sale(1, 1, *lines)])
    platform.held["Invoices"] = [
        invoice(1, item(SALES, 100.0, TaxAmount=15.0), CurrencyCode="USD", CurrencyRate=1.5, Total="115.00")
    ]
    assert [(it.currency, it.currency_amount) for it in only(read(platform)).lines] == [
        ("USD", 11500), ("USD", -1500), ("USD", -10000), ("", 0),
    ]  # fmt: skip


def test_a_payment_is_of_who_owes_and_keeps_both_currencies() -> None:
    lines = (side(DOLLARS, 70.0), side(DEBTORS, -76.67), side(FLOWERS, 6.67))
    platform = Platform(journals=[sale(1, 4, *lines, source="ACCRECPAYMENT")])
    platform.held["Payments"] = [
        {
            "PaymentID": uuid(4), "PaymentType": "ACCRECPAYMENT", "Status": "AUTHORISED", "Amount": 115.0,
            "BankAmount": 104.5, "Reference": "Feb run", "Account": {"AccountID": DOLLARS, "Code": ""},
            "Invoice": {"InvoiceID": uuid(1), "Contact": {"ContactID": ACME}, "CurrencyCode": "USD"},
        }
    ]  # fmt: skip
    entry = only(read(platform))
    assert (entry.type, entry.party, entry.number) == ("Payment", CUSTOMER, "Feb run")
    assert [(it.currency, it.currency_amount) for it in entry.lines] == [("USD", 10450), ("USD", -11500), ("", 0)]


DOCUMENTS: dict[str, tuple[str, str, Json, PartyKey | None, str, str]] = {
    "a bill": (
        "ACCPAY", "Invoices", invoice(5, kind="ACCPAY", contact=BAY_POWER, InvoiceNumber="", Reference="B-7"),
        VENDOR, "B-7", "",
    ),
    "a credit note": (
        "ACCRECCREDIT", "CreditNotes",
        {"CreditNoteID": uuid(5), "Type": "ACCRECCREDIT", "CreditNoteNumber": "CN-1", "Contact": {"ContactID": ACME}},
        CUSTOMER, "CN-1", "",
    ),
    "money spent": (
        "CASHPAID", "BankTransactions",
        {"BankTransactionID": uuid(5), "Type": "SPEND", "Reference": "Card", "Contact": {"ContactID": BAY_POWER}},
        VENDOR, "Card", "",
    ),
    "money received from nobody": (
        "CASHREC", "BankTransactions", {"BankTransactionID": uuid(5), "Type": "RECEIVE", "Contact": []}, None, "", "",
    ),
    "an overpayment": (
        "APOVERPAYMENT", "Overpayments",
        {"OverpaymentID": uuid(5), "Type": "SPEND-OVERPAYMENT", "Contact": {"ContactID": BAY_POWER}}, VENDOR, "", "",
    ),
    "a prepayment": (
        "ARPREPAYMENT", "Prepayments",
        {"PrepaymentID": uuid(5), "Type": "RECEIVE-PREPAYMENT", "Contact": {"ContactID": ACME}}, CUSTOMER, "", "",
    ),
    "a manual journal": (
        "MANJOURNAL", "ManualJournals", {"ManualJournalID": uuid(5), "Narration": "Accrue rent"},
        None, "", "Accrue rent",
    ),
    "a transfer": (
        "TRANSFER", "BankTransfers",
        {"BankTransferID": uuid(5), "FromBankAccount": {}, "ToBankAccount": {}, "Reference": "Savings"},
        None, "", "Savings",
    ),
    "a refund of a credit note": (
        "ARCREDITPAYMENT", "Payments",
        {"PaymentID": uuid(5), "PaymentType": "ARCREDITPAYMENT",
         "CreditNote": {"CreditNoteID": uuid(6), "CreditNoteNumber": "CN-1", "Contact": {"ContactID": ACME}}},
        CUSTOMER, "CN-1", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DOCUMENTS)
@pytest.mark.parametrize("listed", [True, False])
def test_documents_of_each_kind(what: str, *, listed: bool) -> None:
    source, endpoint, document, party, number, memo = DOCUMENTS[what]
    platform = Platform(journals=[sale(1, 5, source=source)])
    platform.held[endpoint] = [document]
    if not listed:  # made after its list was read: asked for by its id

        def unlisted(request: httpx2.Request) -> httpx2.Response | None:
            whole = request.url.path.endswith(f"/{endpoint}") and "IDs" not in request.url.params
            return httpx2.Response(200, json={endpoint: []}) if whole else None

        platform.first = unlisted
    entry = only(read(platform))
    assert (entry.party, entry.number, entry.memo) == (party, number, memo)


def test_a_document_that_xero_does_not_have_is_asked_for_once() -> None:
    platform = Platform(journals=[sale(1, 5, source="CASHPAID"), sale(2, 5, source="CASHPAID")], most=1)
    assert [it.party for it in read(platform)] == [None, None]
    assert sum(it.url.path.endswith(uuid(5)) for it in platform.seen) == 1


def test_invoices_are_asked_for_forty_at_a_time() -> None:
    platform = Platform(journals=[sale(number, number) for number in range(1, 91)])
    read(platform)
    asked = [len(it.url.params["IDs"].split(",")) for it in platform.seen if "IDs" in it.url.params]
    assert asked == [40, 40, 10]


def test_documents_that_are_nowhere_are_not_asked_for_without_end() -> None:
    platform = Platform(journals=[sale(number, number, source="CASHPAID") for number in range(1, 101)])
    read(platform)
    assert sum("/BankTransactions/" in it.url.path for it in platform.seen) == SINGLY


def test_documents_that_the_grant_does_not_open_are_not_asked_for() -> None:
    platform = Platform(journals=[sale(1, 1), sale(2, 4, source="ACCRECPAYMENT")])
    platform.held["Invoices"] = [invoice(1, item(SALES, 100.0))]
    platform.tokens.known = [token("accounting.journals.read accounting.invoices.read")]
    assert [it.party for it in read(platform)] == [CUSTOMER, None]
    asked = {it.url.path.rpartition("/")[2] for it in platform.seen}
    assert asked & {"Payments", "BankTransactions", "ManualJournals"} == set()


def test_all_documents_are_read_once_in_the_order_of_their_ids() -> None:
    platform = Platform(journals=[sale(1, 1)])
    read(platform)
    asked = {it.url.path.rpartition("/")[2]: dict(it.url.params) for it in platform.seen}
    assert asked["Invoices"] | {"IDs": ""} == {
        "order": "InvoiceID", "includeArchived": "true", "page": "1", "pageSize": "1000", "IDs": "",
    }  # fmt: skip
    assert asked["Payments"]["order"] == "PaymentID"
    assert "order" not in asked["ManualJournals"]  # with one, it is said to return everything at once
    assert asked["BankTransfers"] == {}


# --- edits, and what is learnt later ----------------------------------------------------------------------------


def test_an_edit_undoes_and_posts_anew_with_what_each_version_was() -> None:
    first = sale(1, 1)
    platform = Platform(journals=[first])
    platform.held["Invoices"] = [invoice(1, item(SALES, 100.0, "Roses", Item={"ItemID": ROSE}))]
    kept = Kept().run(platform.books())
    platform.journals += [negated(first, 2), sale(3, 1, side(DEBTORS, 50.0), side(SALES, -50.0, "Tulips"))]
    platform.held["Invoices"] = [
        invoice(1, item(SALES, 50.0, "Tulips", Item={"ItemID": TULIP}), Contact={"ContactID": BAY_POWER})
    ]
    second, third = kept.run(platform.books()).told
    assert second.reverses == f"Invoice:{uuid(900001)}"
    assert second.party == CUSTOMER  # what was undone was of the contact of then
    assert [line.item for line in second.lines] == [None, None, ROSE]
    assert (third.reverses, third.party) == ("", PartyKey(PartyKind.CUSTOMER, BAY_POWER))
    assert [line.item for line in third.lines] == [None, TULIP]


def test_a_contact_that_is_changed_without_a_journal_is_told_anew_once() -> None:
    platform = Platform(journals=[sale(1, 1), sale(2, 2)])
    platform.held["Invoices"] = [invoice(1, item(SALES, 100.0)), invoice(2, item(SALES, 100.0))]
    kept = Kept().run(platform.books())
    platform.held["Invoices"][0]["Contact"] = {"ContactID": BAY_POWER}
    entry = only(kept.run(platform.books()).told)
    assert (entry.external_id, entry.party) == (uuid(900001), PartyKey(PartyKind.CUSTOMER, BAY_POWER))
    assert kept.run(platform.books()).told == []
    changed = [it.headers.get("if-modified-since") for it in platform.seen if it.url.path.endswith("/Invoices")]
    assert changed == [None, "2026-02-10T11:55:00", "2026-02-10T11:55:00"]


def test_what_is_undone_is_not_told_anew() -> None:
    first = sale(1, 1)
    platform = Platform(journals=[first, negated(first, 2)])
    platform.held["Invoices"] = [invoice(1, item(SALES, 100.0))]
    kept = Kept().run(platform.books())
    platform.held["Invoices"][0]["Contact"] = {"ContactID": BAY_POWER}
    assert kept.run(platform.books()).told == []


def change_contact(platform: Platform, at: datetime) -> None:
    """Let the first invoice be somebody else's, by the platform's clock."""
    platform.now = at
    platform.held["Invoices"][0] |= {"Contact": {"ContactID": BAY_POWER}, "UpdatedDateUTC": stamp(at)}


def test_what_changes_while_a_first_run_is_interrupted_is_told_in_the_next() -> None:
    platform = Platform(journals=[sale(1, 1), sale(2, 2)], most=1)
    platform.held["Invoices"] = [invoice(number, item(SALES, 100.0)) for number in (1, 2)]
    kept = Kept().run(platform.books(), stop_after=1)
    change_contact(platform, NOW + timedelta(hours=1))
    platform.now = NOW + timedelta(hours=2)
    kept.run(platform.books(), resume=kept.points[-1].resume)
    assert kept.entries[f"Invoice:{uuid(900001)}"].party == CUSTOMER
    assert only(kept.run(platform.books()).told).external_id == uuid(900001)


def test_what_changed_before_a_run_that_is_interrupted_is_told_when_it_goes_on() -> None:
    platform = Platform(journals=[sale(1, 1), sale(2, 2)], most=1)
    platform.held["Invoices"] = [invoice(number, item(SALES, 100.0)) for number in (1, 2, 3)]
    kept = Kept().run(platform.books())
    change_contact(platform, NOW + timedelta(hours=1))
    platform.now = NOW + timedelta(hours=2)
    platform.journals.append(sale(3, 3))
    kept.run(platform.books(), stop_after=3)
    assert only(kept.told).external_id == uuid(900003)
    kept.run(platform.books(), resume=kept.points[-1].resume)
    assert only(kept.told).party == PartyKey(PartyKind.CUSTOMER, BAY_POWER)


def test_pairs_are_found_by_what_the_ledger_holds_where_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "_KEPT", 0)
    first = sale(1, 1)
    platform = Platform(journals=[first, sale(2, 2), negated(first, 3)], most=1)
    assert [bool(it.reverses) for it in read(platform)] == [False, False, True]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/Invoices", {"Payments": []}, "Invoices, page 1: it holds no Invoices"),
        (f"/{uuid(5)}", {"BankTransactions": [{"BankTransactionID": uuid(6)}]}, "not the document that was asked for"),
        (f"/{uuid(5)}", {"BankTransactions": []}, "not the document that was asked for"),
        ("/Organisation", {"Organisations": [ORGANISATION], "DateTimeUTC": "now"}, "Organisation: 'now' is not a date"),
    ],
)
def test_answers_about_something_else(path: str, body: Json, words: str) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response | None:
        return httpx2.Response(200, json=body) if request.url.path.endswith(path) else None

    with pytest.raises(UnreadableBooks, match=words):
        read(Platform(journals=[sale(1, 5, source="CASHPAID")], first=answer))


def test_pairs_are_found_across_pages_with_a_ledger_that_remembers_and_without_one() -> None:
    first = sale(1, 1)
    platform = Platform(journals=[first, sale(2, 2), negated(first, 3)], most=1)
    assert [bool(it.reverses) for it in read(platform)] == [False, False, True]
    for past in (None, nothing_yet):
        found = [it for it in platform.books().read(After(), past=past) if isinstance(it, EntryRecord)]
        assert [bool(it.reverses) for it in found] == [False, False, True]
