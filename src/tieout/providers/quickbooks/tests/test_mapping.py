"""The general ledger as entries: each rule of the report's tree, each check, and who a line is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tieout.core.records import Checkpoint, EntryRecord, PartyKey, PartyKind, Window
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.quickbooks.tests.handmade import (
    KEYS,
    LISTS,
    Json,
    Platform,
    bill,
    cell,
    january,
    ledger,
    row,
    section,
)

JANUARY = Window(start=date(2026, 1, 1), end=date(2026, 2, 1))
BAY_POWER = PartyKey(PartyKind.VENDOR, "48")
SITE_2 = PartyKey(PartyKind.CUSTOMER, "9")
RAE = PartyKey(PartyKind.EMPLOYEE, "55")


def read(*sections: Json, window: Window = JANUARY) -> list[EntryRecord]:
    platform = Platform({"GeneralLedger": january(*sections)})
    return [record for record in platform.books().read(window) if isinstance(record, EntryRecord)]


def test_bill_and_payment_come_whole() -> None:
    owed, paid = read(*bill())
    assert (owed.key, owed.date, owed.number, owed.party) == ("Bill:230", date(2026, 1, 10), "B-7", BAY_POWER)
    assert [(line.account, line.amount) for line in owed.lines] == [("33", -8644), ("76", 8644)]
    assert [(line.account, line.amount) for line in paid.lines] == [("35", -8644), ("33", 8644)]
    expense = owed.lines[1]
    assert (expense.party, expense.memo) == (BAY_POWER, "January")
    assert expense.dimensions == (("class", "701"), ("customer", "9"), ("location", "2"))
    assert not owed.payroll


def test_sections_nest_as_accounts_do() -> None:
    invoice: Json = {"tx_date": "2026-01-05", "txn_type": ("Invoice", "250"), "cust_name": ("Acme:Site 2", "9")}
    own = section(None, None, row(**invoice, credit_amt="75.00"))
    heading = section("Labor", None, section("Installation", "52", row(**invoice, credit_amt="25.00")))
    (entry,) = read(
        section("Accounts Receivable (A/R)", "84", row(**invoice, debt_amt="100.00")),
        section("Landscaping", "45", own, heading),
    )
    assert [(line.account, line.amount) for line in entry.lines] == [("84", 10000), ("45", -7500), ("52", -2500)]
    assert {line.party for line in entry.lines} == {SITE_2}
    assert entry.party == SITE_2
    assert all(line.dimensions == () for line in entry.lines)  # a customer is a dimension on expenses alone


def test_paycheck_is_payroll_and_its_lines_are_the_employees() -> None:
    check: Json = {"tx_date": "2026-01-31", "txn_type": ("Payroll Check", "291"), "name": ("Rae Kim", "55")}
    (entry,) = read(
        section("Checking", "35", row(**check, credit_amt="1,080.00")),
        section("Wages", "60", row(**check, debt_amt="1080.")),
    )
    assert (entry.payroll, entry.party, entry.lines[1].amount) == (True, RAE, 108000)


@pytest.mark.parametrize(("label", "payroll"), [("Gehaltsscheck", True), ("Expense", False), ("Paycheck", True)])
def test_pay_is_known_by_its_label_or_by_an_employee_under_a_foreign_one(label: str, *, payroll: bool) -> None:
    paid: Json = {"tx_date": "2026-01-31", "txn_type": (label, "291"), "emp_name": "Rae Kim"}
    (entry,) = read(
        section("Checking", "35", row(**paid, credit_amt="5.00")),
        section("Wages", "60", row(**paid, debt_amt="5.00")),
    )
    assert entry.payroll is payroll


def test_a_journal_that_names_a_vendor_on_its_expense_is_not_the_vendors() -> None:
    journal: Json = {"tx_date": "2026-01-31", "txn_type": ("Journal Entry", "290")}
    (entry,) = read(
        section("Checking", "35", row(**journal, credit_amt="5")),
        section("Utilities", "76", row(**journal, debt_amt="5", vend_name="Bay Power")),
    )
    assert (entry.party, entry.lines[0].party, entry.lines[1].party) == (None, None, BAY_POWER)


def test_a_vendor_on_what_we_earn_is_kept_where_nobody_else_is_named() -> None:
    deposit: Json = {"tx_date": "2026-01-28", "txn_type": ("Deposit", "270")}
    (entry,) = read(
        section("Checking", "35", row(**deposit, debt_amt="5.00")),
        section("Landscaping", "45", row(**deposit, credit_amt="5.00", vend_name="Bay Power")),
    )
    assert (entry.party, entry.lines[0].party, entry.lines[1].party) == (None, None, BAY_POWER)


def test_the_party_of_a_document_stands_for_its_unnamed_lines() -> None:
    expense: Json = {"tx_date": "2026-01-28", "txn_type": ("Expense", "271")}
    (entry,) = read(
        section("Checking", "35", row(**expense, credit_amt="5.00", name="Bay Power")),
        section("Utilities", "76", row(**expense, debt_amt="5.00")),
    )
    assert {entry.party, *(line.party for line in entry.lines)} == {BAY_POWER}


def named(name: tuple[str, str] | str, **lists: list[Json]) -> PartyKey | None:
    """Return who a row is that has only the name column, in a company with these lists besides its own."""
    platform = Platform()
    for kind, more in lists.items():
        platform.lists[kind] = [*platform.lists[kind], *more]
    each: Json = {"tx_date": "2026-01-31", "txn_type": ("Journal Entry", "290")}
    platform.reports["GeneralLedger"] = january(
        section("Checking", "35", row(**each, credit_amt="5")),
        section("Utilities", "76", row(**each, debt_amt="5", name=name)),
    )
    entry = next(record for record in platform.books().read(JANUARY) if isinstance(record, EntryRecord))
    return entry.lines[1].party


def test_an_id_that_two_lists_have_is_decided_by_the_name() -> None:
    twin = {"Id": "48", "DisplayName": "Zed", "FullyQualifiedName": "Zed"}
    assert named(("Bay Power", "48"), Customer=[twin]) == BAY_POWER
    assert named(("Zed", "48"), Customer=[twin]) == PartyKey(PartyKind.CUSTOMER, "48")
    with pytest.raises(UnreadableBooks, match="is in several lists"):
        named(("Renamed since", "48"), Customer=[twin])


def test_a_name_that_two_lists_have_is_refused_without_an_id() -> None:
    with pytest.raises(UnreadableBooks, match="is in several lists"):
        named("Bay Power", Employee=[{"Id": "77", "DisplayName": "Bay Power"}])
    with pytest.raises(UnreadableBooks, match="is in no list"):  # two vendors of one name
        named("Bay Power", Vendor=[{"Id": "77", "DisplayName": "Bay Power"}])


def test_an_active_name_comes_before_an_inactive_one_and_a_path_before_its_last_step() -> None:
    inactive = {"Id": "77", "DisplayName": "Bay Power (deleted)", "Active": False}
    assert named("Bay Power", Vendor=[inactive]) == BAY_POWER
    assert named("Bay Power (deleted)", Vendor=[inactive]) == PartyKey(PartyKind.VENDOR, "77")
    assert named("Site 2") == SITE_2
    top = {"Id": "78", "DisplayName": "Site 2", "FullyQualifiedName": "Site 2"}
    assert named("Site 2", Customer=[top]) == PartyKey(PartyKind.CUSTOMER, "78")


def test_names_without_ids_are_found_even_of_inactive_ones() -> None:
    journal: Json = {"tx_date": "2026-01-31", "txn_type": ("Journal Entry", "290")}
    (entry,) = read(
        section("Checking", "35", row(**journal, credit_amt="5")),
        section("Utilities", "76", row(**journal, debt_amt="5", vend_name="Gone Ltd (deleted)", item_name="Pump")),
    )
    assert (entry.lines[1].party, entry.lines[1].item) == (PartyKey(PartyKind.VENDOR, "49"), "11")


def test_rows_outside_of_accounts_are_left_out_and_voided_ones_stay_at_zero() -> None:
    nothing = row(tx_date="2026-01-18", txn_type=("Payment", "74"), debt_amt=".00")
    voided: Json = {"tx_date": "2026-01-18", "txn_type": ("Check", "75"), "memo": "Voided"}
    sections = (
        section("Not Specified", None, nothing),
        section("Wages", "60", row(**voided, debt_amt="0.00")),
        section("Checking", "35", row(**voided)),  # the newer service leaves a zero blank
    )
    (entry,) = read(*sections)
    assert (entry.key, [line.amount for line in entry.lines]) == ("Check:75", [0, 0])


def test_a_month_without_postings_is_fine() -> None:
    platform = Platform({"GeneralLedger": january()})
    assert list(platform.books().read(JANUARY)) == [
        Checkpoint(resume="2026-02-01", complete=True, covered=JANUARY),
    ]


def test_columns_are_found_by_key_in_any_order_and_language() -> None:
    report = ledger(*bill())
    order = list(reversed(range(len(KEYS))))

    def turn(rows: list[Json]) -> None:
        for one in rows:
            for part in (one, one.get("Summary", {})):
                if "ColData" in part:
                    part["ColData"] = [part["ColData"][i] for i in order]
            if "Rows" in one:
                turn(one["Rows"]["Row"])

    turn(report["Rows"]["Row"])
    # The older service has the key as the type, and no metadata.
    report["Columns"]["Column"] = [{"ColTitle": f"Spalte {i}", "ColType": KEYS[i]} for i in order]
    platform = Platform({"GeneralLedger": lambda _params: report})
    entries = [record for record in platform.books().read(JANUARY) if isinstance(record, EntryRecord)]
    assert entries == read(*bill())


# --- what is refused --------------------------------------------------------------------------------------------


def cells_of(report: Json, at: int, number: int) -> list[Json]:
    found: list[Json] = report["Rows"]["Row"][at]["Rows"]["Row"][number]["ColData"]
    return found


def put(report: Json, at: int, number: int, key: str, value: Json) -> None:
    cells_of(report, at, number)[KEYS.index(key)] = value


def drop_column(report: Json) -> None:
    report["Columns"]["Column"][KEYS.index("credit_amt")] = {"ColTitle": "Credit", "ColType": "Money"}


def both_sides(report: Json, amount: str) -> None:
    """Alter the bill's expense and its sum line, so that only the entry's balance can tell."""
    put(report, 2, 0, "debt_amt", cell(amount))
    report["Rows"]["Row"][2]["Summary"]["ColData"][KEYS.index("debt_amt")] = cell(amount)


def head(report: Json, at: int, value: Json) -> None:
    report["Rows"]["Row"][at]["Header"]["ColData"][0] = value


BROKEN: dict[str, tuple[Callable[[Json], Any], str]] = {
    "an amount": (lambda r: put(r, 2, 0, "debt_amt", cell("86.45")), "sum line says debit 86.44"),
    "an amount and its sum": (lambda r: both_sides(r, "86.45"), "Bill 230 of 2026-01-10 does not balance"),
    "an amount finer than a cent": (lambda r: put(r, 2, 0, "debt_amt", cell("86.441")), "more than 2 decimals"),
    "an amount that is none": (lambda r: put(r, 2, 0, "debt_amt", cell("n/a")), "'n/a' is not an amount"),
    "a sum line": (lambda r: r["Rows"]["Row"][1].pop("Summary"), "sum line is missing"),
    "a row": (lambda r: r["Rows"]["Row"][1]["Rows"]["Row"].pop(), "sum line says"),
    "a section": (lambda r: r["Rows"]["Row"].pop(), "does not balance"),
    "a cell": (lambda r: cells_of(r, 2, 0).pop(), "13 cells where 14 columns"),
    "a column": (drop_column, "the column credit_amt is missing"),
    "a date": (lambda r: put(r, 2, 0, "tx_date", cell("2026-01-11")), "stands on two days"),
    "a date outside": (lambda r: put(r, 2, 0, "tx_date", cell("2026-02-01")), "outside of what was asked"),
    "a date that is none": (lambda r: put(r, 2, 0, "tx_date", cell("10.1.")), "'10.1.' is not a date"),
    "an entry id": (lambda r: put(r, 2, 0, "txn_type", cell("Bill", "231")), "does not balance"),
    "an entry type": (lambda r: put(r, 2, 0, "txn_type", cell("Check", "230")), "does not balance"),
    "an entry without id": (lambda r: put(r, 2, 0, "txn_type", cell("Bill")), "without a transaction"),
    "an account": (
        lambda r: head(r, 2, cell("X", "777")),
        "'X' (777) is not in the chart",
    ),
    "an account's id": (lambda r: head(r, 2, cell("Utilities", "60")), "named 'Utilities' and has the id of 'Wages'"),
    "a section twice": (lambda r: r["Rows"]["Row"].append(r["Rows"]["Row"][2]), "(76) has two sections"),
    "money outside of accounts": (lambda r: head(r, 0, cell("Not Specified")), "outside of any account"),
    "a vendor's id": (lambda r: put(r, 2, 0, "vend_name", cell("Bay Power", "999")), "vendor 'Bay Power' (999)"),
    "a vendor's name": (lambda r: put(r, 2, 0, "vend_name", cell("Nobody")), "vendor 'Nobody' (without an id)"),
    "a name of any kind": (
        lambda r: put(r, 2, 0, "name", cell("Nobody")),
        "in no list, or twice in one",
    ),
    "an item": (lambda r: put(r, 2, 0, "item_name", cell("Tap")), "item 'Tap'"),
    "a class": (lambda r: put(r, 2, 0, "klass_name", cell("West", "703")), "class 'West' (703)"),
    "a location": (lambda r: put(r, 2, 0, "dept_name", cell("Mars")), "location 'Mars'"),
    "the echoed end": (lambda r: r["Header"].update(EndPeriod="2026-01-30"), "report's end is '2026-01-30'"),
    "the echoed basis": (lambda r: r["Header"].update(ReportBasis="Cash"), "report's basis is 'Cash'"),
    "the echoed name": (lambda r: r["Header"].update(ReportName="TrialBalance"), "report's report is"),
    "the echoed currency": (lambda r: r["Header"].update(Currency="EUR"), "report's currency is 'EUR'"),
    "all rows": (lambda r: r.update(Rows={}), "says that it has rows, and has none"),
    "the columns": (lambda r: r.pop("Columns"), "unknown shape"),
    "a value's type": (lambda r: put(r, 2, 0, "debt_amt", {"value": 86.44}), "unknown shape"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_answer_is_refused_with_the_place(what: str) -> None:
    report = ledger(*json.loads(json.dumps(bill())))
    BROKEN[what][0](report)
    platform = Platform({"GeneralLedger": lambda _params: report})
    with pytest.raises(UnreadableBooks) as refused:
        list(platform.books().read(JANUARY))
    assert BROKEN[what][1] in str(refused.value)
    assert "GeneralLedger 2026-01-01 to 2026-01-31" in refused.value.where
    assert platform.observed.count("GeneralLedger 2026-01-01 to 2026-01-31") == 3  # read again twice, then refused


CONTROLLED = ("tx_date", "txn_type", "vend_name", "item_name", "debt_amt", "credit_amt", "klass_name", "dept_name")


def every_controlled_cell() -> list[tuple[int, int, str]]:
    rows = [(at, number) for at, part in enumerate(bill()) for number in range(len(part["Rows"]["Row"]))]
    return [(at, number, key) for at, number in rows if (at, number) != (0, 0) for key in CONTROLLED]


@pytest.mark.parametrize(("at", "number", "key"), every_controlled_cell())
def test_every_altered_cell_that_a_total_or_a_list_covers_is_noticed(at: int, number: int, key: str) -> None:
    report = ledger(*json.loads(json.dumps(bill())))
    altered = {"tx_date": cell("2026-01-12"), "txn_type": cell("Deposit", "999")}
    put(report, at, number, key, altered.get(key) or cell("12.34", "12.34" if key.endswith("name") else None))
    platform = Platform({"GeneralLedger": lambda _params: report})
    with pytest.raises(UnreadableBooks):
        list(platform.books().read(JANUARY))


def test_sections_in_another_order_are_the_same_entries() -> None:
    assert [(entry.key, sorted(map(repr, entry.lines))) for entry in read(*reversed(bill()))] == [
        (entry.key, sorted(map(repr, entry.lines))) for entry in read(*bill())
    ]


def test_an_unknown_field_goes_on() -> None:
    report = ledger(*bill())
    report["Rows"]["Row"][0]["New"] = {"a": [1]}
    report["Header"]["Preview"] = True
    cells_of(report, 2, 0)[0]["href"] = "https://example.com"
    platform = Platform({"GeneralLedger": lambda _params: report})
    assert len(list(platform.books().read(JANUARY))) == 3


def test_an_account_made_after_the_lists_were_read_is_found() -> None:
    platform = Platform({"GeneralLedger": january(*bill())})
    hidden = platform.lists["Account"].pop(5)
    assert hidden["Id"] == "76"
    books = platform.books()
    assert len(list(books.lists())) > 10
    platform.lists["Account"].append(hidden)
    assert len(list(books.read(JANUARY))) == 3
    assert LISTS["Account"][5] is hidden
