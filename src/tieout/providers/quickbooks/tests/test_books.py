"""Who the company is, its lists, and windows: split where QuickBooks cuts, resumed where a run stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import httpx2
import pytest

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.core.records import (
    AccountRecord,
    After,
    Checkpoint,
    DimensionRecord,
    DimensionValueRecord,
    EntryRecord,
    ItemRecord,
    Organisation,
    PartyRecord,
    Window,
)
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.quickbooks.tests.handmade import (
    LISTS,
    REALM,
    Json,
    Platform,
    account,
    bill,
    cell,
    group,
    january,
    leaf,
    ledger,
    row,
    section,
    statement,
)

JANUARY = Window(start=date(2026, 1, 1), end=date(2026, 2, 1))
CUT = "Unable to display more data. Please reduce the date range."


def test_the_organisation() -> None:
    assert Platform().books().organisation() == Organisation(
        external_id=REALM,
        name="Northwind",
        currency="USD",
        digits=2,
        fiscal_year_first_month=4,
        timezone="America/Los_Angeles",
        closed_through=date(2025, 12, 31),
    )


@pytest.mark.parametrize(
    ("section_name", "field", "value", "words"),
    [
        ("AccountingInfoPrefs", "FirstMonthOfFiscalYear", "Aprilis", "begins in 'Aprilis'"),
        ("CurrencyPrefs", "HomeCurrency", {"value": "dollars"}, "home currency is 'dollars'"),
    ],
)
def test_preferences_that_we_do_not_know(section_name: str, field: str, value: object, words: str) -> None:
    platform = Platform()
    platform.preferences[section_name][field] = value
    with pytest.raises(UnreadableBooks, match=words):
        platform.books().organisation()


def test_lists_are_whole_and_in_order() -> None:
    records = list(Platform().books().lists())
    accounts = {record.external_id: record for record in records if isinstance(record, AccountRecord)}
    assert accounts["35"].role is AccountRole.BANK
    assert (accounts["35"].number, accounts["35"].subtype) == ("1000", "Bank/Checking")
    assert (accounts["52"].parent, accounts["52"].type) == ("45", AccountType.INCOME)
    assert (accounts["90"].name, accounts["90"].active) == ("Old Software", False)
    assert (accounts["60"].role, accounts["2"].role) == (AccountRole.PAYROLL, AccountRole.RETAINED_EARNINGS)
    parties = {record.key: record for record in records if isinstance(record, PartyRecord)}
    assert {(key.kind.value, key.external_id): party.name for key, party in parties.items()} == {
        ("vendor", "48"): "Bay Power",
        ("vendor", "49"): "Gone Ltd",
        ("customer", "8"): "Acme",
        ("customer", "9"): "Acme:Site 2",
        ("employee", "55"): "Rae Kim",
    }
    assert [record for record in records if isinstance(record, ItemRecord)] == [
        ItemRecord(external_id="11", name="Pump")
    ]
    dimensions = [record for record in records if isinstance(record, DimensionRecord | DimensionValueRecord)]
    assert dimensions == [
        DimensionRecord(external_id="class", name="Class"),
        DimensionValueRecord(dimension="class", external_id="700", name="Sales"),
        DimensionValueRecord(dimension="class", external_id="701", name="Sales:East", parent="700"),
        DimensionRecord(external_id="location", name="Store"),
        DimensionValueRecord(dimension="location", external_id="2", name="Oakland"),
        DimensionRecord(external_id="customer", name="Customer"),
        DimensionValueRecord(dimension="customer", external_id="8", name="Acme"),
        DimensionValueRecord(dimension="customer", external_id="9", name="Acme:Site 2", parent="8"),
    ]


def test_what_is_switched_off_is_not_asked_for() -> None:
    platform = Platform()
    platform.preferences["AccountingInfoPrefs"] |= {"TrackDepartments": False, "ClassTrackingPerTxnLine": False}
    records = list(platform.books().lists())
    assert [record.name for record in records if isinstance(record, DimensionRecord)] == ["Customer"]
    assert not {"Query Class", "Query Department"} & set(platform.observed)


def test_lists_are_read_page_by_page() -> None:
    platform = Platform()
    platform.lists["Vendor"] = [{"Id": str(number), "DisplayName": f"V{number}"} for number in range(2000)]
    assert sum(isinstance(record, PartyRecord) for record in platform.books().lists()) == 2003
    assert platform.observed.count("Query Vendor") == 3


def test_accounts_that_we_do_not_know_are_refused() -> None:
    platform = Platform()
    platform.lists["Account"].append(account("99", "Odd", "Quantum"))
    with pytest.raises(UnreadableBooks, match="unknown type 'Quantum'"):
        list(platform.books().lists())
    platform.lists["Account"][-1] = account("99", "Orphan", "Bank", ParentRef={"value": "98"})
    with pytest.raises(UnreadableBooks, match="lacks its parent"):
        list(platform.books().lists())
    platform.lists["Account"][-1] = account("99", "Estimates", "Non-Posting")
    assert "99" not in [record.external_id for record in platform.books().lists() if isinstance(record, AccountRecord)]


# --- windows ----------------------------------------------------------------------------------------------------


def daily(most: int) -> Callable[[dict[str, str]], Json]:
    """Return a ledger with one bill on each day of January, cut off where it would show more than ``most`` rows.

    Asked for some accounts only, it shows only these.
    """

    def answer(params: dict[str, str]) -> Json:
        start, end = (date.fromisoformat(params[key]) for key in ("start_date", "end_date"))
        days = [date(2026, 1, 1) + timedelta(days=number) for number in range(31)]
        days = [day for day in days if start <= day <= end]
        wanted = set(params["account"].split(",")) if "account" in params else {"33", "76"}
        owed = [row(tx_date=str(day), txn_type=("Bill", str(day.day)), credit_amt="1.00") for day in days]
        spent = [row(tx_date=str(day), txn_type=("Bill", str(day.day)), debt_amt="1.00") for day in days]
        both = [
            section(title, ident, *rows)
            for title, ident, rows in (("Payable", "33", owed), ("Utilities", "76", spent))
            if rows and ident in wanted
        ]
        report = ledger(*both, start=str(start), end=str(end))
        if len(days) * len(both) > most:
            del report["Rows"]["Row"][-1]["Summary"]
            report["Rows"]["Row"][-1]["Rows"]["Row"][-1] = row(tx_date=CUT)
        return report

    return answer


def test_a_cut_window_is_read_in_halves() -> None:
    platform = Platform({"GeneralLedger": daily(16)})
    records = list(platform.books().read(JANUARY))
    entries = [record for record in records if isinstance(record, EntryRecord)]
    assert [entry.date.day for entry in entries] == list(range(1, 32))
    checkpoints = [record for record in records if isinstance(record, Checkpoint)]
    assert [point.complete for point in checkpoints] == [False] * (len(checkpoints) - 1) + [True]
    covered = [point.covered for point in checkpoints]
    assert all(one and after and one.end == after.start for one, after in pairwise(covered))
    assert platform.observed.count("GeneralLedger 2026-01-01 to 2026-01-31") == 1  # a cut report is no doubt: once


def test_several_months_are_halved_at_a_months_start() -> None:
    platform = Platform({"GeneralLedger": daily(62)})
    whole = Window(start=date(2025, 12, 1), end=date(2026, 3, 1))
    assert sum(isinstance(record, EntryRecord) for record in platform.books().read(whole)) == 31
    cut = Platform({"GeneralLedger": daily(61)})
    assert sum(isinstance(record, EntryRecord) for record in cut.books().read(whole)) == 31
    assert "GeneralLedger 2026-01-01 to 2026-02-28" in cut.observed


def test_a_cut_day_is_read_by_accounts_and_balances_as_a_whole() -> None:
    platform = Platform({"GeneralLedger": daily(1)})
    whole = list(Platform({"GeneralLedger": daily(99)}).books().read(JANUARY))
    split = list(platform.books().read(JANUARY))
    assert [record for record in split if isinstance(record, EntryRecord)] == [
        record for record in whole if isinstance(record, EntryRecord)
    ]
    asked = [request.url.params["account"].split(",") for request in platform.seen if "account" in request.url.params]
    assert max(map(len, asked)) <= 5  # half of the chart: the whole of it has just been cut


def test_a_single_account_that_is_cut_on_a_single_day_is_refused() -> None:
    with pytest.raises(UnreadableBooks, match="a single account on a single day"):
        list(Platform({"GeneralLedger": daily(0)}).books().read(JANUARY))


def test_a_memo_may_quote_the_text_of_a_cut() -> None:
    sections = json.loads(json.dumps(bill()).replace("January", CUT))
    platform = Platform({"GeneralLedger": lambda _params: ledger(*sections)})
    assert sum(isinstance(record, EntryRecord) for record in platform.books().read(JANUARY)) == 2


def test_reading_goes_on_where_it_stopped() -> None:
    platform = Platform({"GeneralLedger": daily(16)})
    records = list(platform.books().read(JANUARY))
    at = next(number for number, record in enumerate(records) if isinstance(record, Checkpoint))
    stopped = records[at]
    assert isinstance(stopped, Checkpoint)
    resumed = Window(start=JANUARY.start, end=JANUARY.end, resume=stopped.resume)
    rest = Platform({"GeneralLedger": daily(99)})
    again = [record for record in rest.books().read(resumed) if isinstance(record, EntryRecord)]
    assert again == [record for record in records[at:] if isinstance(record, EntryRecord)]
    ledgers = [name for name in rest.observed if name.startswith("GeneralLedger")]
    assert ledgers == [f"GeneralLedger {stopped.resume} to 2026-01-31"]


def test_a_window_that_was_complete_has_nothing_left() -> None:
    platform = Platform()
    (point,) = platform.books().read(Window(start=JANUARY.start, end=JANUARY.end, resume="2026-02-01"))
    assert isinstance(point, Checkpoint)
    assert point.complete
    assert platform.seen == []


def test_only_windows_can_be_read() -> None:
    with pytest.raises(TypeError):
        list(Platform().books().read(After(cursor="1")))


def opening(amounts: dict[str, str]) -> Callable[[dict[str, str]], Json]:
    def answer(params: dict[str, str]) -> Json:
        start, end = params["start_date"], params["end_date"]
        vendor = ("Bay Power", "48")
        each: Json = {"tx_date": start, "txn_type": ("Bill", start[5:7]), "vend_name": vendor}
        begin = [row(tx_date="Beginning Balance", rbal_nat_amount=amounts[start])] if start in amounts else []
        return ledger(
            section("Payable", "33", *begin, row(**each, credit_amt="5.00")),
            section("Utilities", "76", row(**each, debt_amt="5.00")),
            start=start,
            end=end,
        )

    return answer


def read_months(platform: Platform, *numbers: int) -> int:
    books = platform.books()
    months = [Month(2026, number) for number in numbers]
    windows = [Window(start=month.start, end=month.end) for month in months]
    return sum(isinstance(record, EntryRecord) for window in windows for record in books.read(window))


def test_balances_brought_forward_must_follow_the_month_before() -> None:
    right = {"2026-01-01": "100.00", "2026-02-01": "105.00", "2026-03-01": "110.00"}
    assert read_months(Platform({"GeneralLedger": opening(right)}), 1, 2, 3) == 3
    wrong = right | {"2026-03-01": "999.00"}
    with pytest.raises(UnreadableBooks, match=r"begins at -999\.00, but ended at -110\.00 on 2026-02-28"):
        read_months(Platform({"GeneralLedger": opening(wrong)}), 1, 2, 3)
    assert (
        read_months(Platform({"GeneralLedger": opening(wrong)}), 1, 3) == 2
    )  # after a gap there is nothing to compare


# --- the first month --------------------------------------------------------------------------------------------


def by_period(moved: dict[str, list[str]]) -> dict[str, Callable[[dict[str, str]], Json]]:
    """Return statements whose only account has an amount in the periods named for each report, by their last day."""

    def give(name: str, ident: str) -> Callable[[dict[str, str]], Json]:
        def answer(params: dict[str, str]) -> Json:
            start, end = (date.fromisoformat(params[key]) for key in ("start_date", "end_date"))
            step = 12 if params["summarize_column_by"] == "Year" else 1
            periods, month = [], Month.of(start)
            while month.start <= end:
                periods.append((str(month.start), str((month + step).start - timedelta(days=1))))
                month += step
            figures = ["5.00" if last in moved[name] else "" for _, last in periods]
            net = leaf(
                "Net Income", None, *[f"-{each}" if each and name == "ProfitAndLoss" else each for each in figures]
            )
            rows = [group("A", "A", figures, leaf("X", ident, *figures)), net | {"group": "NetIncome"}]
            return statement(name, str(start), str(end), periods, rows)

        return answer

    return {"BalanceSheet": give("BalanceSheet", "35"), "ProfitAndLoss": give("ProfitAndLoss", "76")}


def test_the_first_month_is_found_by_years_and_then_by_months() -> None:
    moved = {"BalanceSheet": ["2019-12-31", "2019-05-31"], "ProfitAndLoss": ["2020-12-31"]}
    platform = Platform({**by_period(moved), "GeneralLedger": january()})
    books = platform.books()
    assert books.earliest() == Month(2019, 5)
    calls = len(platform.seen)
    assert books.earliest() == Month(2019, 5)
    assert len(platform.seen) == calls  # asked once


def test_empty_books_have_no_first_month() -> None:
    statements = by_period({"BalanceSheet": [], "ProfitAndLoss": []})
    assert Platform({**statements, "GeneralLedger": january()}).books().earliest() is None


@pytest.mark.parametrize("moved", [[], ["2026-03-31"]])
def test_what_came_and_went_again_before_any_statement_moved_is_found_in_the_ledger(moved: list[str]) -> None:
    statements = by_period({"BalanceSheet": [], "ProfitAndLoss": moved})
    assert Platform({**statements, "GeneralLedger": january(*bill())}).books().earliest() == Month(2026, 1)


def test_a_ledger_too_long_to_look_for_its_first_month_at_once_is_halved() -> None:
    def answer(params: dict[str, str]) -> Json:
        start, end = date.fromisoformat(params["start_date"]), date.fromisoformat(params["end_date"])
        if end.year - start.year > 3:
            return ledger(row(tx_date=CUT), start=str(start), end=str(end))
        return january(*bill())(params)

    statements = by_period({"BalanceSheet": [], "ProfitAndLoss": []})
    platform = Platform({**statements, "GeneralLedger": answer})
    assert platform.books().earliest() == Month(2026, 1)


def test_several_currencies_keep_the_original_amount() -> None:
    platform = Platform()
    platform.preferences["CurrencyPrefs"]["MultiCurrencyEnabled"] = True
    vendor = ("Bay Power", "48")
    each: Json = {"tx_date": "2026-01-05", "txn_type": ("Bill", "7"), "vend_name": vendor}
    report = ledger(
        section("Payable", "33", row(**each, credit_amt="11.00")),
        section("Utilities", "76", row(**each, debt_amt="11.00")),
    )
    homes = {"debt_amt": "debt_home_amt", "credit_amt": "credit_home_amt", "rbal_nat_amount": "rbal_nat_home_amount"}
    columns = report["Columns"]["Column"]
    for column in columns:
        column["MetaData"][0]["Value"] = homes.get(column["MetaData"][0]["Value"], column["MetaData"][0]["Value"])
    extra = {"currency": ("EUR", "EUR"), "debt_amt": ("", "10.00"), "credit_amt": ("10.00", "")}
    for key, (payable, spent) in extra.items():
        columns.append({"ColTitle": key, "ColType": "X", "MetaData": [{"Name": "ColKey", "Value": key}]})
        for one, text in zip(report["Rows"]["Row"], (payable, spent), strict=True):
            one["Rows"]["Row"][0]["ColData"].append(cell(text))
            for part in (one["Header"], one["Summary"]):
                part["ColData"].append(cell())
    platform.reports["GeneralLedger"] = lambda _params: report
    entry = next(record for record in platform.books().read(JANUARY) if isinstance(record, EntryRecord))
    assert [(line.amount, line.currency, line.currency_amount) for line in entry.lines] == [
        (-1100, "EUR", -1000),
        (1100, "EUR", 1000),
    ]


LIST_PAGES: dict[str, tuple[Callable[[Json], object], str]] = {
    "fewer than it says": (lambda page: page["Vendor"].pop(), "maxResults is 2, expected was 1"),
    "another page": (lambda page: page.update(startPosition=1001), "startPosition is 1001, expected was 1"),
    "another list": (lambda page: page.update(Customer=page.pop("Vendor")), "it holds Customer"),
    "another shape": (lambda page: page.update(Vendor={"Id": "48"}), "unknown shape"),
}


@pytest.mark.parametrize("what", LIST_PAGES)
def test_a_page_that_is_not_the_lists_own_is_read_again_and_refused(what: str) -> None:
    change, words = LIST_PAGES[what]
    spoilt = 0
    platform = Platform()

    def spoil(request: httpx2.Request) -> httpx2.Response | None:
        nonlocal spoilt
        if "FROM Vendor" not in request.url.params.get("query", ""):
            return None
        spoilt += 1
        page: Json = {"Vendor": list(LISTS["Vendor"]), "startPosition": 1, "maxResults": 2}
        change(page)
        return httpx2.Response(200, json={"QueryResponse": page})

    platform.first = spoil
    with pytest.raises(UnreadableBooks, match=f"Query Vendor.*{words}"):
        list(platform.books().lists())
    assert spoilt == 3


def test_a_full_page_that_comes_again_and_again_ends() -> None:
    platform = Platform()
    vendors = [{"Id": str(number), "DisplayName": f"V{number}"} for number in range(1000)]

    def repeat(request: httpx2.Request) -> httpx2.Response | None:
        if "FROM Vendor" not in request.url.params.get("query", ""):
            return None
        return httpx2.Response(200, json={"QueryResponse": {"Vendor": vendors}})

    platform.first = repeat
    with pytest.raises(UnreadableBooks, match="the page at 1001 holds nothing new"):
        list(platform.books().lists())
