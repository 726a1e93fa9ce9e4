"""The limits of calls: fixed windows, their headers, what is refused and how (xero.md §2.2)."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx2
import pytest

from tieout.providers.xero.sandbox.limits import Limits
from tieout.providers.xero.tests.florist import OTHER, TENANT, Shop


@pytest.fixture
def shop() -> Shop:
    made = Shop(limits=True, others=True)
    made.ticks -= made.ticks % 60  # windows end at another moment for each organisation: begin just after one
    made.ticks = next(at for at in range(int(made.ticks), int(made.ticks) + 60) if left(made, float(at)) == 60)
    return made


def left(shop: Shop, at: float) -> int:
    """Return the seconds until the organisation's minute ends."""
    shop.ticks = at
    call = shop.sandbox.limits.begin("somebody", TENANT, daily=0)
    shop.sandbox.limits.end(call)
    shop.sandbox.limits.a_minute = 0
    call = shop.sandbox.limits.begin("somebody else", TENANT, daily=5)
    shop.sandbox.limits.end(call)
    shop.sandbox.limits.a_minute = 60
    return call.standing.retry_after or 0


def remaining(answer: httpx2.Response) -> tuple[int, int, int]:
    return tuple(  # type: ignore[return-value]
        int(answer.headers[f"x-{name}-remaining"]) for name in ("daylimit", "minlimit", "appminlimit")
    )


def test_every_answer_says_what_is_left(shop: Shop) -> None:
    assert remaining(shop.call("Accounts")) == (4999, 59, 9999)
    assert remaining(shop.call("Accounts")) == (4998, 58, 9998)
    assert remaining(shop.call("Invoices/unknown")) == (4997, 57, 9997)
    other = shop.call("Organisation", {"xero-tenant-id": OTHER})
    assert remaining(other) == (4999, 59, 9996)


def test_the_minute_is_refused_until_its_window_ends(shop: Shop) -> None:
    for _ in range(60):
        assert shop.call("Organisation").status_code == 200
    refused = shop.call("Organisation")
    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "minute"
    assert refused.headers["retry-after"] == "60"
    assert refused.content == b""
    assert remaining(refused) == (4940, 0, 9940)
    assert shop.call("Organisation", {"xero-tenant-id": OTHER}).status_code == 200
    shop.ticks += 59
    assert shop.call("Organisation").headers["retry-after"] == "1"
    shop.ticks += 1
    assert shop.call("Organisation").status_code == 200
    assert shop.told("calls")["rate_limited"] == 2


def test_windows_are_fixed_and_do_not_slide(shop: Shop) -> None:
    shop.ticks += 58
    for _ in range(60):
        shop.call("Organisation")
    shop.ticks += 2
    for _ in range(60):
        assert shop.call("Organisation").status_code == 200
    assert shop.call("Organisation").status_code == 429


@pytest.mark.parametrize(("tier", "daily"), [("starter", 1000), ("core", 5000), ("advanced", 5000)])
def test_the_day_depends_on_the_tier(shop: Shop, tier: str, daily: int) -> None:
    shop.control("app", tier=tier)
    assert remaining(shop.call("Accounts"))[0] == daily - 1


def test_the_day_is_refused_for_hours(shop: Shop) -> None:
    shop.control("limits", a_day=3, a_minute=100)
    for _ in range(3):
        assert shop.call("Organisation").status_code == 200
    refused = shop.call("Organisation")
    assert (refused.status_code, refused.headers["x-rate-limit-problem"]) == (429, "day")
    wait = int(refused.headers["retry-after"])
    assert 0 < wait <= 86_400
    shop.ticks += wait - 1
    assert shop.call("Organisation").status_code == 429
    shop.ticks += 1
    assert shop.call("Organisation").status_code == 200


def test_putting_the_clock_forward_puts_the_limits_forward(shop: Shop) -> None:
    shop.control("limits", a_day=1)
    assert shop.call("Organisation").status_code == 200
    assert shop.call("Organisation").status_code == 429
    shop.sandbox.clock.skip(timedelta(days=1))
    shop.token = shop.sandbox.grants.issue([TENANT], ["accounting.settings.read"]).access.token
    assert shop.call("Organisation").status_code == 200


def test_the_app_as_a_whole_has_a_minute_too(shop: Shop) -> None:
    shop.control("limits", app_a_minute=2)
    shop.call("Organisation")
    shop.call("Organisation", {"xero-tenant-id": OTHER})
    refused = shop.call("Organisation")
    assert (refused.status_code, refused.headers["x-rate-limit-problem"]) == (429, "appminute")
    assert "retry-after" not in refused.headers
    shop.control("facts", app_problem="app-minute")
    assert shop.call("Organisation").headers["x-rate-limit-problem"] == "app-minute"


def test_five_calls_at_once_and_no_more(shop: Shop) -> None:
    shop.control("facts", concurrent_problem="CONCURRENT")
    open_ = [shop.sandbox.limits.begin("test-client", TENANT, daily=5000) for _ in range(5)]
    refused = shop.call("Organisation")
    assert (refused.status_code, refused.headers["x-rate-limit-problem"]) == (429, "CONCURRENT")
    assert "retry-after" not in refused.headers
    assert shop.call("Organisation", {"xero-tenant-id": OTHER}).status_code == 200
    shop.sandbox.limits.end(open_.pop())
    assert shop.call("Organisation").status_code == 200


def test_calls_side_by_side_are_counted_while_they_last(shop: Shop) -> None:
    shop.control("faults", slow={"value": 0.3, "path": "Organisation"})
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(shop.call("Organisation").status_code)) for _ in "123456"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [429]


def test_a_new_connection_syncs_rapidly_for_half_an_hour(shop: Shop) -> None:
    shop.control("facts", rapid_sync=True)
    shop.control("limits", a_day=1, a_minute=1)
    shop.sandbox.grants.disconnect_all(TENANT)
    shop.token = shop.sandbox.grants.issue([TENANT], ["accounting.settings.read"]).access.token
    for _ in range(3):
        assert remaining(shop.call("Organisation"))[:2] == (1, 1)  # pinned at full
    shop.control("app", tier="core")
    assert remaining(shop.call("Organisation"))[:2] == (0, 0)
    assert shop.call("Organisation").status_code == 429
    shop.control("app", tier="plus")
    assert shop.call("Organisation").status_code == 200
    shop.sandbox.clock.skip(timedelta(minutes=31))
    shop.token = shop.sandbox.grants.issue([TENANT], ["accounting.settings.read"]).access.token
    shop.call("Organisation")
    assert shop.call("Organisation").status_code == 429


def test_the_organisation_may_be_asked_for_free(shop: Shop) -> None:
    shop.control("facts", organisation_metered=False)
    for _ in range(2):
        assert remaining(shop.call("Organisation")) == (5000, 60, 10_000)
    assert remaining(shop.call("Accounts")) == (4999, 59, 9999)


def test_limits_can_be_switched_off(shop: Shop) -> None:
    shop.control("limits", on=False, a_minute=1)
    for _ in range(3):
        assert shop.call("Organisation").status_code == 200
    assert shop.told("limits")["on"] is False


def test_windows_end_at_another_moment_for_each_organisation() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    limits.a_minute = 0
    waits = {limits.begin("app", f"tenant {number}", daily=9).standing.retry_after for number in range(20)}
    assert len(waits) > 10
