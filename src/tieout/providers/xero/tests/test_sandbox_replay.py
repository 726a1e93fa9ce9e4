"""A real organisation's export in the sandbox: what was exported is what is served."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tieout.providerkit.books import write_books
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import replay
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.export_json import BadExport, moment
from tieout.providers.xero.sandbox.rates import Rates
from tieout.providers.xero.sandbox.small import small
from tieout.providers.xero.sandbox.values import Json

TODAY = date(2026, 3, 2)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def on_the_wire(value: object, *, slashes: bool) -> object:
    """Return a document as the platform writes it: days and stamps as /Date(ms)/, or all of them as ISO text."""
    match value:
        case dict():
            return {key: on_the_wire(inner, slashes=slashes) for key, inner in value.items()}
        case list() | tuple():
            return [on_the_wire(inner, slashes=slashes) for inner in value]
        case datetime():
            ms = (value - EPOCH).total_seconds() * 1000
            return f"/Date({ms:.0f}+0000)/" if slashes else value.isoformat().replace("+00:00", "Z")
        case date():
            ms = (value - EPOCH.date()).days * 86_400_000
            return f"/Date({ms})/" if slashes else f"{value.isoformat()}T00:00:00"
        case Decimal():
            return float(value)
        case _:
            return value


def exported(org: Organisation, *, slashes: bool = True) -> Json:
    """Return everything of an organisation, as its API would give it."""
    everything = {endpoint: list(documents.values()) for endpoint, documents in org.documents.items()}
    about = {"Organisation": org.organisation(), "Journals": [journal.document() for journal in org.journals]}
    wire = on_the_wire(everything | about, slashes=slashes)
    assert isinstance(wire, dict)
    return wire


def served(given: Mapping[str, Any], folder: Path) -> Organisation:
    file = folder / "export.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    assert replay.is_export(file)
    return replay.organisation(file, Clock.at(TODAY))


def told(org: Organisation, *, without: set[int] = frozenset()) -> list[object]:  # type: ignore[assignment]
    shown = [journal.document() for journal in org.journals if journal.number not in without]
    return [on_the_wire(one, slashes=True) for one in shown]


@pytest.mark.parametrize("slashes", [True, False])
def test_every_journal_is_served_as_it_was(tmp_path: Path, *, slashes: bool) -> None:
    org = small().org
    again = served(exported(org, slashes=slashes), tmp_path)
    assert told(again) == told(org)
    day = {"date": "2026-02-28"}
    org.rates = Rates()  # a replay cannot know the day's rates
    assert again.report("TrialBalance", day)["Rows"] == org.report("TrialBalance", day)["Rows"]
    assert again.organisation() == org.organisation()
    for endpoint, documents in org.documents.items():
        assert on_the_wire(again.documents[endpoint], slashes=True) == on_the_wire(documents, slashes=True)


def test_gaps_between_numbers_stay(tmp_path: Path) -> None:
    given = exported(small().org)
    given["Journals"] = [one for one in reversed(given["Journals"]) if one["JournalNumber"] not in {2, 3, 7}]
    again = served(given, tmp_path)
    assert [journal.number for journal in again.journals][:5] == [1, 4, 5, 6, 8]


def test_what_is_missing_is_made_from_what_is_there(tmp_path: Path) -> None:
    lines = [
        {"AccountCode": "469", "AccountName": "Rent", "AccountType": "OVERHEADS", "NetAmount": "100.50",
         "TrackingCategories": [{"Name": "Region", "Option": "North"}]},
        {"AccountName": "Bank", "AccountType": "BANK", "NetAmount": -100.5},
    ]  # fmt: skip
    bill = {"InvoiceID": "b1", "Type": "ACCPAY", "Contact": {"ContactID": "c1", "Name": "Ada"}, "CurrencyCode": "AUD",
            "CurrencyRate": 1}  # fmt: skip
    journal = {"JournalNumber": 12, "JournalDate": "2026-01-31", "SourceID": "b1", "SourceType": "ACCPAY"}
    again = served({"Journals": [{**journal, "JournalLines": lines}], "Invoices": [bill]}, tmp_path)
    assert again.currency == "AUD"
    assert [one["Name"] for one in again.documents["Accounts"].values()] == ["Rent", "Bank", "Retained Earnings"]
    assert again.documents["Contacts"]["c1"]["Name"] == "Ada"
    assert [one["Options"][0]["Name"] for one in again.documents["TrackingCategories"].values()] == ["North"]
    shown = again.journals[0].document()
    assert shown["JournalNumber"] == 12
    assert [(line["NetAmount"], line["GrossAmount"]) for line in shown["JournalLines"]] == [
        (Decimal("100.50"), Decimal("100.50")),
        (Decimal("-100.5"), Decimal("-100.5")),
    ]


def test_people_go_on_with_replayed_books(tmp_path: Path) -> None:
    shop = small()
    again = served(exported(shop.org), tmp_path)
    last = again.journals[-1].number
    again.void("Invoices", shop.ids["vases"])
    assert [(journal.number, journal.source_id) for journal in again.journals[-1:]] == [(last + 1, shop.ids["vases"])]
    paid = again.pay("Invoices", shop.ids["sale"], amount="118.50", day="2026-03-01", account="090")
    assert again.document("Invoices", shop.ids["sale"])["Status"] == "PAID"
    again.delete("Payments", paid)
    assert again.balances(date.max) == {
        account: amount
        for account, amount in shop.org.balances(date.max).items()
        if account not in (again.refs.account("630")["AccountID"], again.refs.account("800")["AccountID"])
    } | {again.refs.account("630")["AccountID"]: Decimal(-32)}


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({"NetAmount": 1}, "journal 1: the journal does not balance"),
        ({"NetAmount": None}, "journal 1: NetAmount of a line is missing"),
        ({"NetAmount": "a lot"}, "journal 1: 'a lot' is not an amount"),
    ],
)
def test_an_export_that_is_not_in_order_is_refused(tmp_path: Path, spoilt: Json, words: str) -> None:
    given = exported(small().org)
    given["Journals"][0]["JournalLines"][0] |= spoilt
    with pytest.raises(BadExport, match=words):
        served(given, tmp_path)


def test_a_number_twice_is_refused(tmp_path: Path) -> None:
    given = exported(small().org)
    given["Journals"][1]["JournalNumber"] = 1
    with pytest.raises(BadExport, match="journal 1: the number was given before"):
        served(given, tmp_path)


def write_csv(folder: Path, name: str, rows: list[Json]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


SNAKE = {
    "JournalID": "journal_id",
    "JournalDate": "journal_date",
    "JournalNumber": "journal_number",
    "CreatedDateUTC": "created_date_utc",
    "Reference": "reference",
    "SourceID": "source_id",
    "SourceType": "source_type",
    "JournalLineID": "journal_line_id",
    "AccountID": "account_id",
    "AccountCode": "account_code",
    "AccountName": "account_name",
    "AccountType": "account_type",
    "Description": "description",
    "NetAmount": "net_amount",
    "GrossAmount": "gross_amount",
    "TaxAmount": "tax_amount",
    "TaxType": "tax_type",
    "TaxName": "tax_name",
}


@pytest.mark.parametrize("names", [SNAKE, {key: key for key in SNAKE}])
@pytest.mark.parametrize("files", [("journals", "journal_lines"), ("xero_journal_data", "xero_journal_line_data")])
def test_a_folder_of_tables_is_served_as_well(tmp_path: Path, names: Mapping[str, str], files: tuple[str, str]) -> None:
    org = small().org
    wire = exported(org, slashes=False)
    journals, lines, tracking = [], [], []
    for journal in wire["Journals"]:
        journals.append({names[key]: value for key, value in journal.items() if key in names})
        for line in journal["JournalLines"]:
            row = {names[key]: value for key, value in line.items() if key in names}
            lines.append({**row, names["JournalID"]: journal["JournalID"]})
            tracking += [
                {
                    "journal_line_id": line["JournalLineID"],
                    "tracking_category_id": one["TrackingCategoryID"],
                    "option": one["Option"],
                    "tracking_category_option_id": one["TrackingOptionID"],
                }
                for one in line["TrackingCategories"]
            ]
    write_csv(tmp_path, f"{files[0]}.csv", journals)
    write_csv(tmp_path, f"{files[1]}.csv", lines)
    write_csv(tmp_path, "journal_line_has_tracking_categories.csv", tracking)
    write_csv(
        tmp_path,
        "tracking_category.csv",
        [
            {"tracking_category_id": one["TrackingCategoryID"], "name": one["Name"], "status": one["Status"]}
            for one in wire["TrackingCategories"]
        ],
    )
    write_csv(tmp_path, "organization.csv", [{"financial_year_end_month": 3, "financial_year_end_day": 31}])
    assert replay.is_export(tmp_path)
    again = replay.organisation(tmp_path, Clock.at(TODAY))
    assert told(again) == told(org)
    assert again.year_end == (3, 31)


def test_tables_of_documents_are_served_as_documents(tmp_path: Path) -> None:
    write_csv(tmp_path, "xero_journal_data.csv", [
        {"journal_id": "j1", "created_date_utc": "2020-02-10 18:42:07.587", "journal_date": "2019-11-01",
         "journal_number": 337, "reference": "", "source_id": "i1", "source_type": "ACCPAY"},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_journal_line_data.csv", [
        {"journal_line_id": "l1", "journal_id": "j1", "account_id": "a1", "account_code": "404", "net_amount": 12.5},
        {"journal_line_id": "l2", "journal_id": "j1", "account_id": "a2", "account_code": "800", "net_amount": -12.5},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_account_data.csv", [
        {"account_id": "a1", "name": "Bank Fees", "code": "404", "type": "EXPENSE", "class": "EXPENSE"},
        {"account_id": "a2", "name": "Accounts Payable", "code": "800", "type": "CURRLIAB", "class": "LIABILITY"},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_invoice_data.csv", [
        {"invoice_id": "i1", "contact_id": "c1", "date": "2019-11-01", "updated_date_utc": "2019-11-02 10:00:00.5",
         "total": 12.5, "amount_due": 12.5, "currency_code": "CAD", "currency_rate": 1, "invoice_number": "0192",
         "has_attachments": "true", "type": "ACCPAY", "status": "AUTHORISED"},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_invoice_line_item_data.csv", [
        {"line_item_id": "n1", "invoice_id": "i1", "account_code": "404", "line_amount": 12.5, "quantity": 1},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_tracking_category_data.csv", [{"tracking_category_id": "t", "name": "Team"}])
    write_csv(tmp_path, "xero_tracking_category_has_option_data.csv", [
        {"tracking_category_id": "t", "tracking_option_id": "o"},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_tracking_category_option_data.csv", [
        {"tracking_option_id": "o", "name": "Sales", "status": "ARCHIVED"},
    ])  # fmt: skip
    write_csv(tmp_path, "xero_journal_cash_data.csv", [{"journal_id": "x", "journal_number": 337}])
    org = replay.organisation(tmp_path, Clock.at(TODAY))
    assert (org.currency, [journal.number for journal in org.journals]) == ("CAD", [337])
    bill = org.document("Invoices", "i1")
    assert bill["Contact"]["ContactID"] == "c1"
    assert (bill["InvoiceNumber"], bill["Total"], bill["HasAttachments"]) == ("0192", Decimal("12.5"), True)
    assert bill["LineItems"] == [
        {"LineItemID": "n1", "AccountCode": "404", "LineAmount": Decimal("12.5"), "Quantity": Decimal(1)}
    ]
    assert org.document("TrackingCategories", "t")["Options"] == [
        {"Name": "Sales", "Status": "ARCHIVED", "TrackingOptionID": "o"}
    ]
    org.void("Invoices", "i1")  # known as the creditors' account by its name
    assert [journal.number for journal in org.journals] == [337, 338]
    assert org.balances(date.max) == {}


def test_a_table_without_its_documents_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, "journals.csv", [{"journal_id": "j", "journal_number": 1, "journal_date": "2026-01-01"}])
    with pytest.raises(BadExport, match=r"journal_lines\.csv are needed"):
        replay.organisation(tmp_path, Clock.at(TODAY))
    write_csv(tmp_path, "journal_lines.csv", [{"journal_id": "other", "net_amount": 1, "account_code": "1"}])
    with pytest.raises(BadExport, match="a line has no document"):
        replay.organisation(tmp_path, Clock.at(TODAY))


def test_a_books_file_is_told_apart(tmp_path: Path) -> None:
    from tests.one_contract.company import company

    file = tmp_path / "books.jsonl"
    file.write_bytes(b"".join(write_books(company(1))))
    assert not replay.is_export(file)
    file.write_text(json.dumps(exported(small().org), indent=1), encoding="utf-8")
    assert replay.is_export(file)


@pytest.mark.parametrize(
    "text",
    [
        "/Date(1769817600000+0000)/",
        r"\/Date(1769817600000)\/",
        "2026-01-31T00:00:00",
        "2026-01-31",
        "2026-01-31 00:00:00 UTC",
        "2026-01-31T00:00:00.0000000Z",
        "2026-01-31T13:00:00+13:00",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert moment(text, "here") == datetime(2026, 1, 31, tzinfo=UTC)
