"""Reads under bad weather: tokens refused, limits, broken answers, lost rights. Nobody sleeps here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from tieout.providerkit.errors import (
    PermissionMissing,
    ProviderError,
    QuotaSpent,
    ReconnectRequired,
    TryAgainLater,
    UnreadableBooks,
)
from tieout.providers.xero.faults import NotGranted
from tieout.providers.xero.provider import AT_ONCE, LIMIT, pace_of
from tieout.providers.xero.tests.handmade import NOW, TENANT, Answering, Json, Platform, uuid


def once(*responses: httpx2.Response | Exception) -> Answering:
    """Answer the first requests with these, and the rest as usual."""
    left = list(responses)

    def answer(_request: httpx2.Request) -> httpx2.Response | None:
        if not left:
            return None
        response = left.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    return answer


def failing(*responses: httpx2.Response | Exception) -> Platform:
    return Platform(first=once(*responses))


def problem(status: int, detail: str, *, lower: bool = False, **headers: str) -> httpx2.Response:
    body: Json = {"Type": None, "Title": "x", "Status": status, "Detail": detail, "Instance": uuid(8), "Extensions": {}}
    found = {key.lower(): value for key, value in body.items()} if lower else body
    return httpx2.Response(status, json=found, headers={key.replace("_", "-"): it for key, it in headers.items()})


def test_what_is_sent() -> None:
    platform = Platform()
    platform.books().organisation()
    request = platform.seen[0]
    assert str(request.url) == "http://127.0.0.1:9001/api.xro/2.0/Organisation"
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == f"Bearer {platform.tokens.known[0]}"
    assert request.headers["xero-tenant-id"] == TENANT
    assert platform.observed == ["Organisation"]


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("detail", ["TokenExpired: token expired at 04/09/2023 05:16:59", "AuthenticationUnsuccessful"])
def test_a_refused_token_is_renewed_once(detail: str, *, lower: bool) -> None:
    platform = failing(problem(401, detail, lower=lower))
    first = platform.tokens.known[0]
    platform.books().organisation()
    assert platform.tokens.refused == [first]
    assert platform.observed == ["Organisation", "Organisation"]  # each call that leaves is told


def test_a_token_refused_twice_asks_for_a_new_grant() -> None:
    platform = failing(*[problem(401, "AuthenticationUnsuccessful")] * 2)
    with pytest.raises(ReconnectRequired):
        platform.books().organisation()
    assert len(platform.tokens.refused) == 1
    assert platform.slept == []  # no retry storm


@pytest.mark.parametrize(
    "response",
    [
        problem(401, "AuthorizationUnsuccessful"),
        problem(401, "AuthorizationUnsuccessful", lower=True),
        problem(401, "", WWW_Authenticate='Bearer error="insufficient_scope"'),
    ],
)
def test_a_scope_that_is_missing_is_no_matter_of_the_token(response: httpx2.Response) -> None:
    platform = failing(response)
    with pytest.raises(NotGranted, match="Organisation"):
        platform.books().organisation()
    assert platform.tokens.refused == []


def test_forbidden() -> None:
    with pytest.raises(ReconnectRequired, match="no longer connected"):
        failing(problem(403, "AuthenticationUnsuccessful")).books().organisation()
    with pytest.raises(PermissionMissing, match="may not see reports"):
        failing(problem(403, "User does not have the Reports role")).books().organisation()
    with pytest.raises(PermissionMissing, match="because I say so"):
        failing(problem(403, "because I\x00 say so")).books().organisation()


BROKEN: dict[str, Callable[[], httpx2.Response | Exception]] = {
    "500": lambda: httpx2.Response(500, json={"Message": "An error occurred"}),
    "502 page": lambda: httpx2.Response(502, text="<html>Bad Gateway</html>"),
    "503": lambda: httpx2.Response(503),
    "cut JSON": lambda: httpx2.Response(200, text='{"Organisations":[{"Name":"Map'),
    "a page for JSON": lambda: httpx2.Response(200, text="<html>Sign in</html>"),
    "XML for JSON": lambda: httpx2.Response(200, text="<Response></Response>"),
    "nothing": lambda: httpx2.Response(200, content=b""),
    "a time-out": lambda: httpx2.ReadTimeout("planted-host"),
    "a reset": lambda: httpx2.ReadError("reset"),
    "half an answer": lambda: httpx2.RemoteProtocolError("peer closed"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_often_passes_is_tried_four_times(what: str) -> None:
    platform = failing(*[BROKEN[what]() for _ in range(3)])
    assert platform.books().organisation().name == "Maple Florist"
    assert platform.slept == [1.0, 2.0, 4.0]
    gone = failing(*[BROKEN[what]() for _ in range(4)])
    with pytest.raises(TryAgainLater):
        gone.books().organisation()
    assert gone.observed.count("Organisation") == 4


def limited(problem: str | None = None, **headers: str) -> httpx2.Response:
    named = {} if problem is None else {"X-Rate-Limit-Problem": problem}
    return httpx2.Response(429, headers={**named, **{key.replace("_", "-"): it for key, it in headers.items()}})


def test_a_minute_is_waited_for_as_told_and_what_is_not_told_for_five_seconds() -> None:
    platform = failing(limited("Minute", Retry_After="17"), limited("concurrent"), limited())
    platform.books().organisation()
    assert platform.slept == [17.0, 5.0, 5.0]


@pytest.mark.parametrize("word", ["day", "Day"])
def test_a_day_that_is_used_up_ends_the_run_until_it_is_over(word: str) -> None:
    platform = failing(limited(word, Retry_After="66975"))
    with pytest.raises(QuotaSpent) as spent:
        platform.books().organisation()
    assert spent.value.until == NOW + timedelta(seconds=66975)
    assert platform.slept == []
    with pytest.raises(QuotaSpent) as untold:
        failing(limited(word)).books().organisation()
    assert untold.value.until == NOW + timedelta(hours=1)


def test_a_long_wait_belongs_to_the_schedule() -> None:
    platform = failing(limited("minute", Retry_After="600"))
    with pytest.raises(TryAgainLater) as later:
        platform.books().organisation()
    assert later.value.after == timedelta(seconds=600)
    assert platform.slept == []


@pytest.mark.parametrize(("left", "slept"), [("57", []), ("3", []), ("2", [5.0]), ("0", [5.0]), ("", [])])
def test_calls_are_spread_when_few_are_left_in_the_minute(left: str, slept: list[float]) -> None:
    body = {"DateTimeUTC": "/Date(0)/", "Organisations": [{"Name": "M", "BaseCurrency": "NZD"}]}
    platform = failing(httpx2.Response(200, json=body, headers={"X-MinLimit-Remaining": left}))
    books = platform.books()
    books.organisation()
    list(books.lists())
    assert platform.slept == slept


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (
            httpx2.Response(
                400,
                json={
                    "ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred",
                    "Elements": [{"ValidationErrors": [{"Message": "Too many rows"}]}],
                },
            ),
            "Too many rows",
        ),
        (httpx2.Response(400, json={"ErrorNumber": 16, "Message": "No property"}), "No property"),
        (httpx2.Response(400, text="<html>"), "no reason"),
        (httpx2.Response(418, json=["odd"]), "418"),
        (httpx2.Response(404, text="The resource cannot be found"), "does not know it"),
    ],
)  # fmt: skip
def test_a_request_that_is_refused_for_good(response: httpx2.Response, words: str) -> None:
    platform = failing(response)
    with pytest.raises(UnreadableBooks, match=words):
        platform.books().organisation()
    assert len(platform.seen) == 1


def test_a_shape_that_is_not_known_is_read_three_times() -> None:
    odd: Json = {"Organisations": {"Name": "M"}}
    platform = failing(*[httpx2.Response(200, json=odd)] * 2)
    assert platform.books().organisation().name == "Maple Florist"
    platform = failing(*[httpx2.Response(200, json=odd)] * 3)
    with pytest.raises(UnreadableBooks, match="Organisation: the answer is of an unknown shape"):
        platform.books().organisation()


def test_no_failure_says_the_token() -> None:
    for response in (
        httpx2.Response(500),
        problem(403, "x"),
        problem(401, "AuthorizationUnsuccessful"),
        limited("day"),
    ):
        platform = Platform(first=lambda _request, response=response: response)  # type: ignore[misc]
        secret = platform.tokens.known[0]
        with pytest.raises(ProviderError) as failure:
            platform.books().organisation()
        said: BaseException | None = failure.value
        while said is not None:
            assert secret not in repr(said)
            said = said.__cause__ or said.__context__


def test_calls_of_one_organisation_share_a_pace_below_the_limits() -> None:
    assert (LIMIT[0] < 60, LIMIT[1], AT_ONCE < 5) == (True, 60.0, True)
    assert pace_of("one").limit is pace_of("one").limit
    assert pace_of("one").gate is pace_of("one").gate
    assert pace_of("one").limit is not pace_of("other").limit
