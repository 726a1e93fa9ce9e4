"""Nothing leaves but what is listed: wrong hosts, wrong calls, wrong groups, redirects, bombs."""

from __future__ import annotations

import gzip

import httpx2
import pytest

from tieout.kit.http import CallGroup, Origin, RefusedCall, TooLarge
from tieout.proofs.outbound import API, LOOPBACK, OUTSIDE, Wire


@pytest.mark.parametrize("url", OUTSIDE)
def test_an_address_outside_of_the_list_is_refused(url: str) -> None:
    wire = Wire()
    with pytest.raises((RefusedCall, httpx2.InvalidURL)):
        wire.client().send("GET", url)
    assert wire.sent == []


def test_a_listed_call_leaves_as_it_is() -> None:
    wire = Wire()
    answer = wire.client().send("GET", f"{API}/v3/company/1/query", params={"query": "SELECT * FROM Item"})
    assert (answer.status, answer.body) == (200, b"{}")
    assert [str(request.url) for request in wire.sent] == [f"{API}/v3/company/1/query?query=SELECT+%2A+FROM+Item"]
    wire.client().send("GET", f"{LOOPBACK}/v3/company/1/query")
    assert len(wire.sent) == 2


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_another_method_is_refused(method: str) -> None:
    wire = Wire()
    with pytest.raises(RefusedCall):
        wire.client().send(method, f"{API}/v3/company/1/query")
    assert wire.sent == []


def test_a_read_cannot_carry_a_body() -> None:
    wire = Wire()
    with pytest.raises(RefusedCall):
        wire.client().send("GET", f"{API}/v3/company/1/query", content=b"{}")
    assert wire.sent == []


def test_each_group_has_its_own_calls() -> None:
    wire = Wire()
    with pytest.raises(RefusedCall):
        wire.client().send("POST", f"{API}/tokens", content=b"grant_type=refresh_token")
    with pytest.raises(RefusedCall):
        wire.client(CallGroup.GRANT).send("GET", f"{API}/v3/company/1/query")
    with pytest.raises(RefusedCall):
        wire.client(CallGroup.GRANT).send("POST", f"{API}/tokens", content=b"amount=1")
    assert wire.sent == []
    wire.client(CallGroup.GRANT).send("POST", f"{API}/tokens", content=b"grant_type=refresh_token")
    assert len(wire.sent) == 1


def test_another_host_header_is_refused() -> None:
    wire = Wire()
    with pytest.raises(RefusedCall):
        wire.client().send("GET", f"{API}/v3/company/1/query", headers={"Host": "evil.example"})
    assert wire.sent == []


def test_a_refusal_does_not_quote_the_query() -> None:
    with pytest.raises(RefusedCall) as refused:
        Wire().client().send("GET", f"{API}/other?token=planted-value")
    assert "planted-value" not in str(refused.value)


def test_redirects_are_not_followed() -> None:
    wire = Wire(httpx2.Response(302, headers={"Location": "http://169.254.169.254/"}))
    assert wire.client().send("GET", f"{API}/v3/company/1/query").status == 302
    assert len(wire.sent) == 1


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    wire = Wire()
    assert wire.client().send("GET", f"{API}/v3/company/1/query").status == 200
    assert len(wire.sent) == 1


def test_a_large_answer_is_cut_short() -> None:
    with pytest.raises(TooLarge):
        Wire(httpx2.Response(200, content=b"x" * 1001)).client().send("GET", f"{API}/v3/company/1/query")


def test_a_packed_bomb_is_measured_unpacked() -> None:
    packed = gzip.compress(b"x" * 1_000_000)
    response = httpx2.Response(200, content=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(TooLarge):
        Wire(response).client(cap=10_000).send("GET", f"{API}/v3/company/1/query")


@pytest.mark.parametrize(
    ("address", "sandbox"),
    [
        ("http://quickbooks.api.intuit.com", False),
        ("http://127.0.0.1:9001", False),
        ("http://192.168.0.5:9001", True),
        ("http://example.com", True),
        ("https://example.com", True),
        ("http://127.0.0.1:9001@evil.example", True),
        ("http://0x7f000001:9001", True),
        ("http://127.0.0.1:9001/path", True),
        ("ftp://127.0.0.1", True),
        ("127.0.0.1:9001", True),
        ("", True),
    ],
)
def test_an_origin_that_may_not_be_listed(address: str, *, sandbox: bool) -> None:
    with pytest.raises(ValueError, match=r"is not|must begin"):
        Origin.parse(address, sandbox=sandbox)
