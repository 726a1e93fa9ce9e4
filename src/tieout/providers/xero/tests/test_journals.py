"""The journals source: its pages, its cursor, what each journal becomes, and what its document adds to it."""

from __future__ import annotations

import httpx2
import pytest

from tieout.core.records import After, Window
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero.tests.handmade import (
    BANK,
    DEBTORS,
    FLOWERS,
    NORTH,
    REGION,
    SALES,
    WAGES,
    Json,
    Platform,
    journal,
    negated,
    side,
    token,
    uuid,
)
from tieout.providers.xero.tests.kept import DAY, SALE, Kept, only, read, sale

# --- pages and the cursor ---------------------------------------------------------------------------------------


def test_a_short_page_is_not_the_end_and_an_empty_one_is() -> None:
    platform = Platform(journals=[sale(number, number) for number in range(1, 8)], most=3)
    kept = Kept().run(platform.books())
    assert [entry.external_id for entry in kept.told] == [uuid(900000 + number) for number in range(1, 8)]
    offsets = [it.url.params["offset"] for it in platform.seen if it.url.path.endswith("/Journals")]
    assert offsets == ["0", "3", "6", "7"]
    assert [point.complete for point in kept.points] == [False, False, False, True]
    assert not any("if-modified-since" in it.headers for it in platform.seen if it.url.path.endswith("/Journals"))


def test_no_journal_at_all() -> None:
    kept = Kept().run(Platform().books())
    assert (kept.told, kept.cursor) == ([], "0 2026-02-10T12:00:00+00:00")


def test_a_later_run_goes_on_and_looks_at_the_last_two_hundred_numbers_again() -> None:
    platform = Platform(journals=[sale(number, number) for number in range(1, 301)])
    kept = Kept().run(platform.books())
    assert kept.cursor == "300 2026-02-10T12:00:00+00:00"
    platform.seen.clear()
    platform.journals.append(sale(301, 301))
    assert [entry.external_id for entry in kept.run(platform.books()).told] == [uuid(900301)]
    offsets = [it.url.params["offset"] for it in platform.seen if it.url.path.endswith("/Journals")]
    assert offsets == ["100", "200", "300", "301"]


def test_a_journal_that_becomes_visible_late_is_found() -> None:
    late = sale(150, 150)
    platform = Platform(journals=[sale(number, number) for number in range(1, 301) if number != 150])
    kept = Kept().run(platform.books())
    assert late["JournalID"] not in {entry.external_id for entry in kept.told}
    platform.journals.insert(149, late)
    assert only(kept.run(platform.books()).told).external_id == late["JournalID"]
    assert kept.run(platform.books()).told == []


def test_a_page_with_a_gap_is_asked_for_once_more() -> None:
    journals = [sale(number, number) for number in range(1, 6)]
    dropped: list[int] = []

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        if request.url.path.endswith("/Journals") and request.url.params["offset"] == "0" and not dropped:
            dropped.append(3)
            return httpx2.Response(200, json={"Journals": [it for it in journals if it["JournalNumber"] != 3]})
        return None

    assert len(read(Platform(journals=journals, first=answer))) == 5
    assert dropped
    legal = Platform(journals=[it for it in journals if it["JournalNumber"] != 3])
    assert len(read(legal)) == 4  # a gap that stays is no failure


def test_a_run_resumes_after_each_checkpoint() -> None:
    platform = Platform(journals=[sale(number, number) for number in range(1, 8)], most=3)
    whole = Kept().run(platform.books())
    for stop in (1, 2, 3):
        kept = Kept().run(platform.books(), stop_after=stop)
        kept.run(platform.books(), resume=kept.points[-1].resume)
        assert kept.entries == whole.entries
        assert kept.cursor == whole.cursor


def test_only_numbers_are_read() -> None:
    with pytest.raises(TypeError, match="Window"):
        list(Platform().books().read(Window(start=DAY, end=DAY)))
    with pytest.raises(UnreadableBooks, match="no place among the journals"):
        list(Platform().books().read(After(cursor="x")))


@pytest.mark.parametrize(
    ("journals", "words"),
    [
        ([sale(2, 1), sale(1, 2)], "journal 1 comes after 2"),
        ([sale(1, 1), sale(1, 2)], "journal 1 comes after 1"),
        ([sale(1, 1), sale(2, 2) | {"JournalID": uuid(900001)}], "journal 2 has the id of another"),
        ([journal(1, DAY, side(BANK, 5.0), side(SALES, -4.99))], "Journal 1: its lines do not sum to zero but to 1"),
        ([journal(1, DAY, side(BANK, 5.001), side(SALES, -5.001))], "more than 2 decimals"),
        ([journal(1, DAY, side(uuid(999), 5.0), side(SALES, -5.0))], "is not in the chart"),
        ([journal(1, DAY, side("", 5.0), side(SALES, -5.0))], "without an id is not in the chart"),
        ([journal(1, DAY, *SALE) | {"JournalDate": "soon"}], "Journal 1: 'soon' is not a date"),
        ([{"JournalNumber": 1}], "unknown shape"),
    ],
)
def test_a_page_that_fails_a_check(journals: list[Json], words: str) -> None:
    answer = httpx2.Response(200, json={"Journals": journals})

    def spoiled(request: httpx2.Request) -> httpx2.Response | None:
        return answer if request.url.path.endswith("/Journals") and request.url.params["offset"] == "0" else None

    platform = Platform(first=spoiled)
    with pytest.raises(UnreadableBooks, match=words):
        read(platform)
    assert sum(it.url.params.get("offset") == "0" for it in platform.seen) == 3


def test_a_journal_that_was_misread_is_taken_anew() -> None:
    wrong, right = (sale(1, 1, side(DEBTORS, cents), side(SALES, -cents)) for cents in (5.0, 6.0))
    platform = Platform(journals=[wrong, sale(2, 2)])
    kept = Kept().run(platform.books())
    platform.journals[0] = right
    assert [line.amount for line in only(kept.run(platform.books()).told).lines] == [600, -600]
    assert kept.run(platform.books()).told == []
    platform.journals.append(negated(right, 3))
    assert only(kept.run(platform.books()).told).reverses == f"Invoice:{uuid(900001)}"


def test_an_account_that_was_made_meanwhile_is_looked_up() -> None:
    platform = Platform(journals=[sale(1, 1, side(uuid(150), 5.0), side(SALES, -5.0))])
    books = platform.books()
    list(books.lists())
    platform.held["Accounts"].append({"AccountID": uuid(150), "Name": "New", "Type": "BANK"})
    assert len(only(Kept().run(books).told).lines) == 2
    assert uuid(150) in {getattr(it, "external_id", "") for it in books.lists()}


# --- what a journal becomes -------------------------------------------------------------------------------------


def test_a_journal_without_its_document() -> None:
    tracked = (side(DEBTORS, "115.00"), side(SALES, -115, "Roses", option=NORTH))
    entry = only(read(Platform(journals=[sale(7, 1, *tracked, day=DAY) | {"Reference": "PO 7"}])))
    assert (entry.type, entry.external_id, entry.date) == ("Invoice", uuid(900007), DAY)
    assert (entry.record, entry.number, entry.memo, entry.party) == (f"Invoice:{uuid(1)}", "", "PO 7", None)
    assert [(it.account, it.amount, it.memo, it.dimensions) for it in entry.lines] == [
        (DEBTORS, 11500, "", ()), (SALES, -11500, "Roses", ((REGION, NORTH),)),
    ]  # fmt: skip
    assert not entry.payroll


@pytest.mark.parametrize(
    ("source", "type_", "record", "payroll"),
    [
        ("ACCPAY", "Bill", "Invoice", False),
        ("ACCRECCREDIT", "Credit Note", "CreditNote", False),
        ("APCREDITPAYMENT", "Supplier Refund", "Payment", False),
        ("CASHPAID", "Spend Money", "BankTransaction", False),
        ("TRANSFER", "Bank Transfer", "BankTransfer", False),
        ("MANJOURNAL", "Manual Journal", "ManualJournal", False),
        ("PAYSLIP", "Pay Run", "PayRun", True),
        ("INTEGRATEDPAYROLLPE", "Pay Run", "PayRun", True),
        ("SOMETHINGNEW", "SOMETHINGNEW", "SOMETHINGNEW", False),
    ],
)
def test_what_sources_are_called(source: str, type_: str, record: str, *, payroll: bool) -> None:
    entry = only(read(Platform(journals=[sale(1, 5, source=source)])))
    assert (entry.type, entry.record, entry.payroll) == (type_, f"{record}:{uuid(5)}", payroll)


def test_a_journal_without_a_source_and_pay_by_its_account() -> None:
    plain = journal(1, DAY, side(BANK, 5.0), side(SALES, -5.0))
    pay = journal(2, DAY, side(FLOWERS, 5.0), side(WAGES, -5.0))
    found = read(Platform(journals=[plain, pay]))
    assert [(it.type, it.record, it.payroll) for it in found] == [
        ("System Journal", "", False), ("System Journal", "", True),
    ]  # fmt: skip


def test_a_journal_without_lines_is_passed_over() -> None:
    assert [it.external_id for it in read(Platform(journals=[journal(1, DAY), sale(2, 1)]))] == [uuid(900002)]


def test_an_option_that_was_deleted_for_good_is_left_out() -> None:
    lines = (side(DEBTORS, 5.0), side(SALES, -5.0, option=uuid(499)))
    assert only(read(Platform(journals=[sale(1, 1, *lines)]))).lines[1].dimensions == ()


# --- whether there are journals at all --------------------------------------------------------------------------


def source(*, scopes: str, refused: bool = False, secret: bool = True) -> str:
    def answer(request: httpx2.Request) -> httpx2.Response | None:
        body = {"Title": "Unauthorized", "Detail": "AuthorizationUnsuccessful"}
        return httpx2.Response(401, json=body) if refused and request.url.path.endswith("/Journals") else None

    platform = Platform(first=answer)
    platform.tokens.known = [token(scopes) if secret else "opaque"]
    return platform.books().capabilities.source


def test_the_source_is_what_the_grant_opens() -> None:
    assert source(scopes="accounting.journals.read") == "journals"
    assert source(scopes="accounting.transactions.read") == "documents"
    assert source(scopes="accounting.journals.read", refused=True) == "documents"  # the app's tier has none


def test_a_token_that_says_nothing_is_taken_to_allow_what_was_asked_for() -> None:
    assert source(scopes="", secret=False) == "documents"
    platform = Platform()
    platform.tokens.known = ["opaque"]
    provider = platform.provider(JOURNALS="1")
    books = provider.open(uuid(1), platform.tokens, basis="accrual", observe=platform.observed.append)
    assert books.capabilities.source == "journals"


def test_what_can_be_opened() -> None:
    provider = Platform().provider()
    with pytest.raises(ValueError, match="no organisation's id"):
        provider.open("../x", Platform().tokens, basis="accrual", observe=lambda _: None)
    with pytest.raises(ValueError, match="no basis"):
        provider.open(uuid(1), Platform().tokens, basis="cash", observe=lambda _: None)
