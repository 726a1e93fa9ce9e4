"""Reads under bad weather: tokens refused, throttling, broken answers, lost rights. Nobody sleeps here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from tieout.providerkit.errors import (
    PermissionMissing,
    ProviderError,
    ReconnectRequired,
    TryAgainLater,
    UnreadableBooks,
)
from tieout.providers.quickbooks.tests.handmade import REALM, Answering, Json, Platform

UNAUTHORISED: Json = {
    "fault": {"error": [{"message": "message=AuthenticationFailed; errorCode=003200; statusCode=401", "code": "3200"}]}
}


def fault(code: str, message: str = "m", detail: str = "d") -> Json:
    return {"Fault": {"Error": [{"Message": message, "Detail": detail, "code": code}], "type": "X"}, "time": "t"}


def once(*responses: httpx2.Response | Exception) -> Answering:
    """Answer the first requests for preferences with these, and the rest as usual."""
    left = list(responses)

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        if not left or not request.url.path.endswith("/preferences"):
            return None
        response = left.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    return answer


def failing(*responses: httpx2.Response | Exception) -> Platform:
    return Platform(first=once(*responses))


def test_what_is_sent() -> None:
    platform = Platform()
    platform.books().organisation()
    request = platform.seen[0]
    assert str(request.url) == f"http://127.0.0.1:9001/v3/company/{REALM}/companyinfo/{REALM}?minorversion=75"
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == "Bearer access-1"
    assert platform.observed == ["CompanyInfo", "Preferences"]


def test_a_refused_token_is_renewed_once() -> None:
    platform = failing(httpx2.Response(401, json=UNAUTHORISED))
    platform.books().organisation()
    assert platform.tokens.refused == ["access-1"]
    assert platform.observed == ["CompanyInfo", "Preferences", "Preferences"]  # each call that leaves is told


def test_a_token_refused_twice_asks_for_a_new_grant() -> None:
    platform = failing(*[httpx2.Response(401, json=UNAUTHORISED)] * 2)
    with pytest.raises(ReconnectRequired):
        platform.books().organisation()
    assert platform.tokens.refused == ["access-1"]
    assert platform.slept == []  # no retry storm


def test_no_token_is_left() -> None:
    platform = failing(httpx2.Response(401, json=UNAUTHORISED))
    platform.tokens.known = ["access-1"]
    with pytest.raises(ReconnectRequired, match="no token is left"):
        platform.books().organisation()


BROKEN: dict[str, Callable[[], httpx2.Response | Exception]] = {
    "500": lambda: httpx2.Response(500, json=fault("10000")),
    "502 page": lambda: httpx2.Response(502, text="<html>Bad Gateway</html>"),
    "503": lambda: httpx2.Response(503),
    "504": lambda: httpx2.Response(504, text="<html>"),
    "system failure in a 200": lambda: httpx2.Response(200, json=fault("10000")),
    "cut JSON": lambda: httpx2.Response(200, text='{"Preferences":{"AccountingInfoPrefs":{}'),
    "a page for JSON": lambda: httpx2.Response(200, text="<html>Sign in</html>"),
    "nothing": lambda: httpx2.Response(200, content=b""),
    "a time-out": lambda: httpx2.ReadTimeout("planted-host"),
    "a reset": lambda: httpx2.ReadError("reset"),
    "no connection": lambda: httpx2.ConnectError("refused"),
    "half an answer": lambda: httpx2.RemoteProtocolError("peer closed"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_often_passes_is_tried_four_times(what: str) -> None:
    platform = failing(*[BROKEN[what]() for _ in range(3)])
    assert platform.books().organisation().name == "Northwind"
    assert platform.slept == [1.0, 2.0, 4.0]
    gone = failing(*[BROKEN[what]() for _ in range(4)])
    with pytest.raises(TryAgainLater):
        gone.books().organisation()
    assert gone.observed.count("Preferences") == 4


def throttled(**headers: str) -> httpx2.Response:
    said = fault("3001", "message=ThrottleExceeded; errorCode=003001; statusCode=429")
    return httpx2.Response(429, json=said, headers=headers)


def test_throttling_waits_as_told_or_a_minute() -> None:
    platform = failing(throttled(**{"Retry-After": "7"}), throttled())
    platform.books().organisation()
    assert platform.slept == [7.0, 60.0]


def test_waits_are_spread_so_that_workers_do_not_come_back_together() -> None:
    platform = failing(throttled(), httpx2.Response(503))
    platform.jitter = 1.0
    platform.books().organisation()
    assert platform.slept == [66.0, 3.0]


def test_throttling_in_the_older_form() -> None:
    platform = failing(httpx2.Response(403, json=fault("3001", "message=ThrottleExceeded; statusCode=403")))
    platform.books().organisation()
    assert platform.slept == [60.0]


@pytest.mark.parametrize(
    ("responses", "after"), [([throttled(**{"Retry-After": "3600"})], 3600), ([throttled()] * 4, 60)]
)
def test_a_long_wait_is_left_to_the_schedule(responses: list[httpx2.Response], after: int) -> None:
    platform = failing(*responses)
    with pytest.raises(TryAgainLater) as later:
        platform.books().organisation()
    assert later.value.after == timedelta(seconds=after)
    assert len(platform.slept) == len(responses) - 1


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (httpx2.Response(401, json=fault("120")), PermissionMissing, "may no longer"),
        (httpx2.Response(403, json=fault("3100")), PermissionMissing, "does not let this app"),
        (httpx2.Response(403), PermissionMissing, "does not let this app"),
        (httpx2.Response(400, json=fault("6190")), PermissionMissing, "subscription has ended"),
        (httpx2.Response(400, json=fault("4000", "Error\nparsing query")), UnreadableBooks, "Error parsing query d"),
        (httpx2.Response(200, json=fault("2010", "Invalid")), UnreadableBooks, "Invalid"),
        (httpx2.Response(401, json={"fault": {"error": [{"code": "120"}]}}), PermissionMissing, "may no longer"),
        (httpx2.Response(404, text="<html>"), UnreadableBooks, "status 404"),
        (httpx2.Response(404, json={}), UnreadableBooks, "status 404"),
        (httpx2.Response(302, headers={"Location": "http://10.0.0.1/"}), UnreadableBooks, "status 302"),
        (httpx2.Response(200, json={"Preferences": []}), UnreadableBooks, "unknown shape"),
    ],
)
def test_what_does_not_pass_is_told_at_once(response: httpx2.Response, kind: type[ProviderError], words: str) -> None:
    platform = failing(*[response] * 3)
    with pytest.raises(kind, match=words):
        platform.books().organisation()
    assert platform.slept == []


def _unauthorised() -> httpx2.Response | Exception:
    return httpx2.Response(401, json=UNAUTHORISED)


def test_tokens_are_in_no_error() -> None:
    for what in (*BROKEN, "401"):
        platform = failing(*[BROKEN.get(what, _unauthorised)() for _ in range(4)])
        with pytest.raises(ProviderError) as failure:
            platform.books().organisation()
        seen: BaseException | None = failure.value
        while seen is not None:
            assert "access-1" not in repr(seen)
            assert "access-2" not in repr(seen)
            seen = seen.__cause__ or seen.__context__
