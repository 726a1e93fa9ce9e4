"""The sandbox misbehaves in every way it knows: each ends in its own words, or is coped with."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tieout.core.month import Month
from tieout.core.records import EntryRecord, Statement, Window
from tieout.kit.http import RefusedCall
from tieout.providerkit.errors import (
    AccessDenied,
    PermissionMissing,
    ProviderError,
    ReconnectRequired,
    TryAgainLater,
    UnreadableBooks,
)
from tieout.providers.quickbooks.tests.served import NOW, Served

MARCH = Window(start=date(2025, 3, 1), end=date(2025, 4, 1))
LEDGER = "reports/GeneralLedger"
BACK = "http://127.0.0.1:8000/oauth/callback/quickbooks/"


def march(served: Served) -> list[EntryRecord]:
    return [record for record in served.books().read(MARCH) if isinstance(record, EntryRecord)]


# --- what is refused, with the place named ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "value", "words"),
    [
        ("missing_column", "credit_amt", "the column credit_amt is missing"),
        ("missing_column", "vend_name", "the column vend_name is missing"),
        ("wrong_echo", True, "the report's end is"),
        ("wrong_summary", True, "the sum line says"),
        ("drop_row", True, "the sum line says"),
        ("duplicate_row", True, "the sum line says"),
        ("alter_amount", True, "the sum line says"),
        ("unbalanced", True, "does not balance"),
        ("unknown_account", True, r"\(987654321\) is not in the chart of accounts"),
        ("alter_date", True, "lies outside of what was asked for"),
        ("alter_date", "2025-03-30", "stands on two days"),
    ],
)
def test_a_report_that_fails_a_check_is_read_three_times_and_refused(
    served: Served, fault: str, value: object, words: str
) -> None:
    served.sandbox.faults.set(fault, value, path=LEDGER)
    with pytest.raises(UnreadableBooks, match=words) as refused:
        march(served)
    assert "GeneralLedger 2025-03-01 to 2025-03-31" in refused.value.where
    assert served.observed.count("GeneralLedger 2025-03-01 to 2025-03-31") == 3
    assert served.slept == []


@pytest.mark.parametrize("fault", ["wrong_summary", "unbalanced", "unknown_account", "drop_row"])
def test_a_fault_that_passes_does_no_harm(served: Served, fault: str) -> None:
    right = march(served)
    served.sandbox.faults.set(fault, times=2, path=LEDGER)
    assert march(served) == right


def test_a_trial_balance_that_does_not_come_out(served: Served) -> None:
    served.sandbox.faults.set("trial_balance_break", 1)
    with pytest.raises(UnreadableBooks, match="TrialBalance 2025-03-01 to 2025-03-31"):
        list(served.books().balances(Statement.TRIAL_BALANCE, [Month(2025, 3)]))


# --- what is coped with -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("columns_reordered", True),
        ("titles_localised", True),
        ("no_colkey", True),
        ("comma_amounts", True),
        ("dialect", "modern"),
        ("cell_cap", 2000),
    ],
)
def test_other_shapes_of_the_same_books_read_the_same(served: Served, fault: str, value: object) -> None:
    right = march(served)
    served.sandbox.faults.set(fault, value)
    found = march(served)
    assert {entry.key: sorted(map(repr, entry.lines)) for entry in found} == {
        entry.key: sorted(map(repr, entry.lines)) for entry in right
    }


def test_a_report_that_is_cut_off_is_read_in_parts(served: Served) -> None:
    right = march(served)
    served.sandbox.faults.set("cut_off", times=3, path=LEDGER)
    assert march(served) == right
    assert len([name for name in served.observed if name.startswith("GeneralLedger")]) > 4


def test_a_label_that_nobody_knows_is_kept_as_it_is(served: Served) -> None:
    served.sandbox.faults.set("unknown_txn_type", path=LEDGER)
    assert "Novel Posting" in {entry.type for entry in march(served)}  # labels are translated, so any may be right


@pytest.mark.parametrize("fault", ["truncated_json", "html", "empty_body", "status:500", "status:502", "status:504"])
def test_bad_weather_is_waited_out(served: Served, fault: str) -> None:
    served.sandbox.faults.set(fault, times=3, path=LEDGER)
    assert march(served)
    assert len(served.slept) == 3
    served.sandbox.faults.set(fault, path=LEDGER)
    with pytest.raises(TryAgainLater):
        march(served)


def test_throttling_is_waited_out_as_told(served: Served) -> None:
    served.sandbox.faults.set("status", {"value": 429, "retry_after": 7, "times": 1, "path": LEDGER})
    assert march(served)
    assert served.slept == [7.0]


# --- the grant --------------------------------------------------------------------------------------------------


def consent(served: Served, **choice: str) -> dict[str, str]:
    """Go through the consent page as a browser does and return the callback's parameters."""
    address = served.provider().authorise_url(state="the-state", redirect_uri=BACK)
    form = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    form |= {"realmId": served.realm, "role": "admin", "decision": "connect"} | choice
    with httpx2.Client(transport=httpx2.WSGITransport(app=served.sandbox.app)) as browser:
        assert browser.get(address).status_code == 200
        answer = browser.post(address.split("?")[0], data=form)
    location = answer.headers.get("location", "")
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


def test_the_round_trip(served: Served) -> None:
    provider = served.provider()
    params = consent(served)
    assert params["state"] == "the-state"
    granted = provider.accept(params, redirect_uri=BACK, now=NOW)
    assert [it.external_id for it in granted.organisations] == [served.realm]
    assert granted.tokens.grant_ends is not None
    fresh = provider.refresh(granted.tokens, now=NOW)
    assert fresh.access != granted.tokens.access
    with pytest.raises(AccessDenied):  # a code works once
        provider.accept(params, redirect_uri=BACK, now=NOW)
    provider.revoke(fresh, served.realm)
    provider.revoke(fresh, served.realm)
    with pytest.raises(ReconnectRequired):
        provider.refresh(fresh, now=NOW)
    assert served.sandbox.tally.outside.total() == 0


def test_denied_consent(served: Served) -> None:
    with pytest.raises(AccessDenied, match="nothing was connected"):
        served.provider().accept(consent(served, decision="deny"), redirect_uri=BACK, now=NOW)


def test_a_code_of_another_address(served: Served) -> None:
    with pytest.raises(AccessDenied):
        served.provider().accept(consent(served), redirect_uri=f"{BACK}x", now=NOW)


def test_an_expired_access_token_is_renewed(served: Served) -> None:
    served.renew("")
    served.secrets.append("a token that has expired")
    assert march(served)
    assert served.secrets[-1] != "a token that has expired"


def test_a_grant_that_is_revoked_meanwhile(served: Served) -> None:
    served.secrets.clear()
    books = served.books()
    months = [Window(start=Month(2025, number).start, end=Month(2025, number).end) for number in (3, 4)]
    assert list(books.read(months[0]))
    served.sandbox.grants.disconnect(served.realm)
    with pytest.raises(ReconnectRequired):
        list(books.read(months[1]))


def test_the_person_who_consented_has_lost_the_company(served: Served) -> None:
    served.renew("")
    served.sandbox.grants.lose_access(served.realm)
    try:
        with pytest.raises(PermissionMissing, match="may no longer open the company"):
            march(served)
    finally:
        served.sandbox.grants.lose_access(served.realm, lost=False)


def test_a_company_of_another_grant(served: Served) -> None:
    other = served.provider().open("9130347596842002", served, basis="accrual", observe=served.observed.append)
    with pytest.raises(PermissionMissing):
        other.organisation()


def test_nothing_that_writes_can_leave(served: Served) -> None:
    books = served.books()
    outbound = books._company._client._outbound  # type: ignore[attr-defined]
    for method, path in (("POST", "bill"), ("POST", "query"), ("POST", "batch"), ("GET", "bill/1"), ("DELETE", "bill")):
        with pytest.raises(RefusedCall):
            outbound.send(method, f"http://127.0.0.1:9001/v3/company/{served.realm}/{path}")
    assert served.sandbox.tally.paths.total() == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_every_failure_is_one_of_ours(served: Served, status: int) -> None:
    served.sandbox.faults.set("status", status)
    with pytest.raises(ProviderError):
        list(served.books().lists())
