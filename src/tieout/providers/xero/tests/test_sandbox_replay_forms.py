"""The forms in which people save what the API answered: the sandbox serves the same organisation from all of them."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox import replay
from tieout.providers.xero.sandbox.export_json import BadExport
from tieout.providers.xero.sandbox.small import small
from tieout.providers.xero.sandbox.values import Json
from tieout.providers.xero.tests.test_sandbox_replay import SNAKE, TODAY, exported, on_the_wire, told, write_csv

ID = {"BankTransactions": "BankTransactionID", "Invoices": "InvoiceID", "CreditNotes": "CreditNoteID"}


def renamed(value: object, name: Callable[[str], str]) -> object:
    match value:
        case dict():
            return {name(key): renamed(inner, name) for key, inner in value.items()}
        case list():
            return [renamed(inner, name) for inner in value]
        case _:
            return value


def camel(name: str) -> str:
    return name[0].lower() + name[1:]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def answers(documents: Json) -> list[Json]:
    """Return the journals as whole answers, three a page, of which each begins with the last one of the page before."""
    journals = documents["Journals"]
    pages = [journals[max(start - 1, 0) : start + 3] for start in range(0, len(journals), 3)]
    return [{"Id": f"{place}", "Status": "OK", "Journals": page} for place, page in enumerate(pages)]


SAVED: dict[str, Callable[[Json], str]] = {
    "one answer": lambda given: json.dumps({"Id": "a", "Status": "OK", "Journals": given["Journals"]}, indent=2),
    "a list of journals": lambda given: json.dumps(given["Journals"]),
    "a journal a line": lambda given: "\n".join(map(json.dumps, given["Journals"])),
    "a list of answers": lambda given: json.dumps(answers(given)),
    "an answer a line": lambda given: "\n".join(map(json.dumps, answers(given))),
    "answers in place of the list": lambda given: json.dumps({"Journals": answers(given), "Accounts": []}),
    "in small camels": lambda given: json.dumps(renamed({"Journals": given["Journals"]}, camel)),
    "in snakes": lambda given: json.dumps(renamed({"Journals": given["Journals"]}, snake)),
    "records of a stream": lambda given: "\n".join(
        json.dumps({"type": "RECORD", "stream": "journals", "record": one}) for one in given["Journals"]
    ),
}


@pytest.mark.parametrize("form", SAVED)
def test_journals_are_read_in_whatever_form_they_were_saved(tmp_path: Path, form: str) -> None:
    org = small().org
    file = tmp_path / "saved.json"
    file.write_text(SAVED[form](exported(org)), encoding="utf-8")
    assert replay.is_export(file)
    assert told(replay.organisation(file, Clock.at(TODAY))) == told(org)


def test_a_folder_of_answers_is_served_as_one_organisation(tmp_path: Path) -> None:
    org = small().org
    given = exported(org)
    (tmp_path / "Journals").mkdir()
    for place, answer in enumerate(answers(given)):
        (tmp_path / "Journals" / f"offset-{place}.json").write_text(json.dumps(answer), encoding="utf-8")
    for endpoint, documents in given.items():
        if endpoint == "Contacts":
            (tmp_path / "contacts_1.json").write_text(json.dumps(documents), encoding="utf-8")
        elif endpoint != "Journals":
            answer = {"Id": "a", "pagination": {"page": 1}, endpoint: documents}
            (tmp_path / f"{endpoint}.json").write_text(json.dumps(answer), encoding="utf-8")
    again = replay.organisation(tmp_path, Clock.at(TODAY))
    assert told(again) == told(org)
    assert again.organisation() == org.organisation()
    for endpoint, served_documents in org.documents.items():
        assert on_the_wire(again.documents[endpoint], slashes=True) == on_the_wire(served_documents, slashes=True)


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_one_table_of_lines_with_their_journals_is_enough(tmp_path: Path, comma: str) -> None:
    org = small().org
    rows = [
        {SNAKE[key]: value for key, value in (journal | line).items() if key in SNAKE}
        for journal in exported(org, slashes=False)["Journals"]
        for line in journal["JournalLines"]
    ]
    file = tmp_path / "gl.csv"
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, columns, delimiter=comma)
        writer.writeheader()
        writer.writerows(rows)
    assert replay.is_export(file)
    again = replay.organisation(file, Clock.at(TODAY))
    assert again.balances(date.max) == org.balances(date.max)
    assert [(one.number, one.day, one.source_id) for one in again.journals] == [
        (one.number, one.day, one.source_id) for one in org.journals
    ]


@pytest.mark.parametrize("given", ["[]", '{"Invoices": []}', '{"Journals": []}'])
def test_an_export_without_journals_is_refused(tmp_path: Path, given: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(given, encoding="utf-8")
    with pytest.raises(BadExport, match="there are no journals in it"):
        replay.organisation(file, Clock.at(TODAY))


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "journals.jsonl"
    file.write_text('{"JournalNumber": 1}\n{"JournalNumber": \n', encoding="utf-8")
    with pytest.raises(BadExport, match=r"journals\.jsonl, line 2"):
        replay.organisation(file, Clock.at(TODAY))


def test_the_financial_year_of_a_table_is_a_number_on_the_wire(tmp_path: Path) -> None:
    write_csv(tmp_path, "journals.csv", [
        {"journal_id": "j", "journal_number": 1, "journal_date": "2026-01-31", "created_date_utc": "2026-02-01"},
    ])  # fmt: skip
    write_csv(tmp_path, "journal_lines.csv", [
        {"journal_id": "j", "account_code": "1", "net_amount": 1},
        {"journal_id": "j", "account_code": "2", "net_amount": -1},
    ])  # fmt: skip
    write_csv(tmp_path, "organization.csv", [{"financial_year_end_month": 2, "financial_year_end_day": 29}])
    told_of = replay.organisation(tmp_path, Clock.at(TODAY)).organisation()
    assert (told_of["FinancialYearEndMonth"], told_of["FinancialYearEndDay"]) == (2, 29)


def test_documents_without_a_table_of_lines_have_those_of_their_journals(tmp_path: Path) -> None:
    org = small().org
    given = exported(org)
    kinds = ("BankTransactions", "Invoices", "CreditNotes")
    whole = {kind: {one[ID[kind]]: one["LineItems"] for one in given[kind]} for kind in kinds}
    for kind in kinds:
        for document in given[kind]:
            del document["LineItems"]
    given["Invoices"].append(given["Invoices"][0] | {"InvoiceID": "nowhere", "Status": "PAID"})
    file = tmp_path / "export.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    again = replay.organisation(file, Clock.at(TODAY))
    seen = 0
    for kind in kinds:
        for id_, document in again.documents[kind].items():
            if (
                document["Status"] in ("AUTHORISED", "PAID")
                and document["LineItems"]
                and document.get("CurrencyRate", 1) == 1
            ):
                seen += 1
                made: defaultdict[str, float] = defaultdict(float)
                for line in document["LineItems"]:
                    made[line["AccountID"]] += float(line["LineAmount"])
                for line in whole[kind][id_]:
                    made[line.get("AccountID", "")] -= line.get("LineAmount", 0.0)
                # A sale's journal takes things out of stock as well, which comes to nothing.
                assert sum(made.values()) == 0
                assert sum(amount != 0 for amount in made.values()) in (0, 2)
    assert seen >= 5
    assert "nowhere" not in again.documents["Invoices"]


def test_contacts_have_what_every_contact_of_the_platform_has(tmp_path: Path) -> None:
    given = exported(small().org)
    given["Contacts"] = [{"ContactID": one["ContactID"], "Name": one["Name"]} for one in given["Contacts"]]
    file = tmp_path / "export.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    for contact in replay.organisation(file, Clock.at(TODAY)).documents["Contacts"].values():
        assert contact["ContactStatus"] == "ACTIVE"
        assert [contact[key] for key in ("Addresses", "Phones", "ContactGroups", "ContactPersons")] == [[], [], [], []]


def test_amounts_that_went_through_binary_fractions_are_what_they_were(tmp_path: Path) -> None:
    amounts = (0.1 + 0.2, -0.1 - 0.2 + 1e-9, 1100.0000000000002, -1100)
    lines = [{"AccountCode": str(place), "NetAmount": amount} for place, amount in enumerate(amounts)]
    file = tmp_path / "journals.json"
    file.write_text(json.dumps([{"JournalNumber": 1, "JournalDate": "2026-01-31", "JournalLines": lines}]))
    org = replay.organisation(file, Clock.at(TODAY))
    assert [str(line.net) for line in org.journals[0].lines] == ["0.3", "-0.3", "1100", "-1100"]
    assert org.digits == 2
