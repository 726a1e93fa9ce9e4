"""The faults: each spoils what it says it spoils (xero.md §6)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tieout.providers.xero.sandbox import spoiling
from tieout.providers.xero.tests.florist import Shop


@pytest.fixture
def shop() -> Shop:
    return Shop()


def numbers(shop: Shop, offset: int = 0) -> list[int]:
    return [it["JournalNumber"] for it in shop.get("Journals", offset=offset)]


def sums(journal: dict[str, Any]) -> Decimal:
    return sum((Decimal(str(it["NetAmount"])) for it in journal["JournalLines"]), Decimal(0))


# --- whole answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503, 504])
def test_a_status_instead_of_data(shop: Shop, status: int) -> None:
    shop.control("faults", status={"value": status, "times": 1, "path": "Journals"})
    assert shop.call("Accounts").status_code == 200
    assert shop.call("Journals").status_code == status
    assert shop.call("Journals").status_code == 200


def test_a_refusal_may_say_when_to_come_back(shop: Shop) -> None:
    shop.control("faults", status={"value": 503, "retry_after": 7})
    assert shop.call("Accounts").headers["retry-after"] == "7"
    shop.control("faults", status={"value": 429, "problem": "novelty"})
    assert shop.call("Accounts").headers["x-rate-limit-problem"] == "novelty"


def test_bodies_are_cut_lost_or_a_web_page(shop: Shop) -> None:
    shop.control("faults", truncated_json={"times": 1})
    cut = shop.call("Accounts")
    assert cut.status_code == 200
    assert cut.text.startswith("{")
    assert not cut.text.endswith("}")
    shop.control("faults", empty_body={"times": 1})
    assert shop.call("Accounts").content == b""
    shop.control("faults", html={"times": 1})
    assert "<html>" in shop.call("Accounts").text
    assert shop.told("faults") == {}


def test_the_token_address_has_faults_too(shop: Shop) -> None:
    shop.control("faults", status={"value": 500, "path": "/connect/token"})
    assert shop.http.post("/connect/token", data={}).status_code == 500
    assert shop.call("Accounts").status_code == 200


# --- the grant ------------------------------------------------------------------------------------------------------


def test_a_token_expires_while_somebody_reads(shop: Shop) -> None:
    shop.control("faults", expire_token={"after": 2, "times": 1, "path": "Journals"})
    assert [shop.call("Journals").status_code for _ in range(2)] == [200, 200]
    answer = shop.call("Journals")
    assert (answer.status_code, answer.json()["Detail"][:13]) == (401, "TokenExpired:")
    assert shop.call("Accounts").status_code == 401


def test_an_organisation_is_disconnected_while_somebody_reads(shop: Shop) -> None:
    shop.control("faults", disconnect={"after": 1, "times": 1})
    assert shop.call("Journals").status_code == 200
    assert shop.call("Journals").status_code == 403
    assert shop.call("Accounts").status_code == 403


@pytest.mark.parametrize(("fault", "problem", "wait"), [
    ("day_limit", "day", 66_975), ("minute_limit", "minute", 42),
])  # fmt: skip
def test_a_window_is_used_up(shop: Shop, fault: str, problem: str, wait: int) -> None:
    shop.control("faults", **{fault: {"times": 1}})
    answer = shop.call("Journals")
    assert (answer.status_code, answer.headers["x-rate-limit-problem"]) == (429, problem)
    assert answer.headers["retry-after"] == str(wait)
    shop.control("faults", **{f"{fault}:5": {"times": 1}})
    assert shop.call("Journals").headers["retry-after"] == "5"
    assert shop.told("calls")["rate_limited"] == 2


# --- journals -------------------------------------------------------------------------------------------------------


def test_a_short_page_is_not_the_end(shop: Shop) -> None:
    whole = numbers(shop)
    shop.control("faults", short_page={"value": 4, "times": 1})
    short = numbers(shop)
    assert short == whole[:4]
    assert short + numbers(shop, offset=short[-1]) == whole


def test_a_number_may_never_be_seen(shop: Shop) -> None:
    whole = numbers(shop)
    shop.control("faults", number_gap=5)
    assert numbers(shop) == numbers(shop) == [number for number in whole if number != 5]


def test_a_number_may_be_seen_late(shop: Shop) -> None:
    whole = numbers(shop)
    shop.control("faults", late_number={"value": 5, "times": 2})
    for _ in range(2):
        assert 5 not in numbers(shop)
    assert numbers(shop) == whole


def test_journals_that_cannot_be(shop: Shop) -> None:
    whole = shop.get("Journals")
    shop.control("faults", unbalanced={"times": 1})
    assert Counter(sums(it) for it in shop.get("Journals")) == {Decimal(0): len(whole) - 1, Decimal(1): 1}
    shop.control("faults", drop_journal={"times": 1})
    assert shop.get("Journals") == whole[1:]
    shop.control("faults", duplicate_journal={"times": 1})
    assert shop.get("Journals") == [whole[0], *whole]
    shop.control("faults", unknown_account={"times": 1})
    assert shop.get("Journals")[0]["JournalLines"][0]["AccountID"] == spoiling.UNKNOWN_ACCOUNT
    shop.control("faults", unknown_source={"times": 1})
    assert shop.get("Journals")[0]["SourceType"] == spoiling.UNKNOWN_SOURCE
    shop.control("faults", alter_amount={"times": 1})
    altered = shop.get("Journals")[0]
    assert sums(altered) == 0
    assert altered["JournalLines"] != whole[0]["JournalLines"]
    shop.control("faults", alter_date={"times": 1})
    assert shop.get("Journals")[0]["JournalDate"] != whole[0]["JournalDate"]
    assert shop.get("Journals") == whole  # the books were never touched


# --- lists and shapes -----------------------------------------------------------------------------------------------


def test_a_row_moves_between_pages_and_one_is_missed(shop: Shop) -> None:
    whole = [it["InvoiceID"] for it in shop.get("Invoices", page=1)]
    first = [it["InvoiceID"] for it in shop.get("Invoices", page=1, pageSize=3)]
    shop.control("faults", row_moves={"times": 1})
    second = [it["InvoiceID"] for it in shop.get("Invoices", page=2, pageSize=3)]
    assert set(whole) - {*first, *second} == {whole[3]}
    shop.control("faults", row_moves={"times": 1})
    by_id = sorted(whole)
    assert [it["InvoiceID"] for it in shop.get("Invoices", page=2, pageSize=3, order="InvoiceID")] == by_id[3:]


def test_amounts_come_as_text(shop: Shop) -> None:
    shop.control("faults", strings_for_numbers={"path": "Payments"})
    [payment] = shop.get("Payments", page=1)
    assert (payment["Amount"], payment["HasAccount"]) == ("115.00", "true")
    assert shop.get("Invoices", page=1)[0]["Total"] == 345


def test_keys_are_missing(shop: Shop) -> None:
    assert "TrackingCategories" in shop.get("Journals")[0]["JournalLines"][0]
    shop.control("faults", missing_keys=True)
    line = shop.get("Journals")[0]["JournalLines"][0]
    assert not {"TrackingCategories", "Description", "TaxAmount"} & set(line)
    assert {"AccountID", "NetAmount"} <= set(line)


# --- reports --------------------------------------------------------------------------------------------------------


def rows(shop: Shop, day: str) -> dict[str, list[str]]:
    """Return the cells of a trial balance by account, the total under ""."""
    [report] = shop.get("Reports/TrialBalance", date=day)
    found = {}
    for section in report["Rows"]:
        for row in section.get("Rows", ()):
            cells = row["Cells"]
            ident = next((it["Value"] for it in cells[0].get("Attributes", ()) if it["Id"] == "account"), "")
            found[ident] = [it.get("Value", "") for it in cells[1:]]
    return found


def net(cells: list[str]) -> Decimal:
    return Decimal(cells[2] or 0) - Decimal(cells[3] or 0)


def test_one_balance_is_moved_to_another_and_the_total_holds(shop: Shop) -> None:
    before = rows(shop, "2026-01-31")
    bank = shop.ids["090"]
    shop.control("faults", trial_balance_shift={"account": bank, "amount": "12.34", "month": "2026-01"})
    assert rows(shop, "2026-02-28") == rows(shop, "2026-02-28")
    after = rows(shop, "2026-01-31")
    changed = {key: net(after[key]) - net(before[key]) for key in after if net(after[key]) != net(before[key])}
    assert sorted(changed.values()) == [Decimal("-12.34"), Decimal("12.34")]
    assert changed[bank] == Decimal("12.34")
    assert after[""][2] == after[""][3]


def test_a_trial_balance_does_not_add_up(shop: Shop) -> None:
    before = rows(shop, "2026-01-31")
    shop.control("faults", trial_balance_break={"times": 1})
    after = rows(shop, "2026-01-31")
    assert after[""] == before[""]
    assert sum(net(cells) for key, cells in after.items() if key) == 1
    assert rows(shop, "2026-01-31") == before


def test_faults_are_cleared(shop: Shop) -> None:
    shop.control("faults", missing_keys=True, short_page=3)
    assert set(shop.told("faults")) == {"missing_keys", "short_page"}
    shop.control("faults", short_page=False)
    assert set(shop.told("faults")) == {"missing_keys"}
    shop.http.delete("/control/faults")
    assert shop.told("faults") == {}
