"""``/connections``: which organisations were ticked, and the end of one (xero.md §1.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tieout.providers.xero.tests.platform import FIRST, SECOND, Platform, claims


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.http.close()


def test_connections_are_those_that_were_ticked(platform: Platform) -> None:
    found = platform.tokens(FIRST, SECOND)
    listed = platform.connections(found["access_token"])
    assert [(it["tenantName"], it["tenantType"]) for it in listed] == [
        ("Maple Florist", "ORGANISATION"),
        ("Harbour Tea", "ORGANISATION"),
    ]
    assert len({it["authEventId"] for it in listed}) == 1
    assert listed[0]["createdDateUtc"] == "2026-03-02T17:00:00.0000000"
    assert listed[0]["id"] != listed[0]["tenantId"]


def test_connections_of_one_consent_are_told_from_earlier_ones(platform: Platform) -> None:
    earlier = platform.tokens(FIRST)
    platform.sandbox.clock.skip(timedelta(minutes=1))
    later = platform.tokens(SECOND)
    event = claims(later["access_token"])["authentication_event_id"]
    assert [it["tenantId"] for it in platform.connections(later["access_token"], authEventId=event)] == [SECOND]
    for token in (earlier, later):
        assert len(platform.connections(token["access_token"])) == 2
    platform.sandbox.clock.skip(timedelta(minutes=1))
    again = platform.tokens(FIRST)
    first, _ = platform.connections(again["access_token"])
    assert first["createdDateUtc"] < first["updatedDateUtc"]
    assert first["authEventId"] == claims(again["access_token"])["authentication_event_id"]


def test_one_organisation_is_disconnected_by_the_connections_id(platform: Platform) -> None:
    found = platform.tokens(FIRST, SECOND)
    first, second = platform.connections(found["access_token"])
    bearer = {"Authorization": f"Bearer {found['access_token']}"}
    assert platform.http.delete(f"/connections/{first['tenantId']}", headers=bearer).status_code == 404
    gone = platform.http.delete(f"/connections/{first['id']}", headers=bearer)
    assert (gone.status_code, gone.content) == (204, b"")
    assert platform.connections(found["access_token"]) == [second]
    assert platform.refresh(found["refresh_token"]).status_code == 200


def test_connections_need_a_token_that_lives(platform: Platform) -> None:
    token = platform.tokens()["access_token"]
    assert platform.http.get("/connections").json()["Detail"] == "AuthenticationUnsuccessful"
    platform.sandbox.clock.skip(timedelta(minutes=30))
    answer = platform.http.get("/connections", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["Detail"] == "TokenExpired: token expired at 03/02/2026 17:30:00"


def test_connections_tell_of_the_apps_minute_alone(platform: Platform) -> None:
    token = platform.tokens()["access_token"]
    headers = platform.http.get("/connections", headers={"Authorization": f"Bearer {token}"}).headers
    assert headers["x-appminlimit-remaining"] == "10000"
    assert "x-minlimit-remaining" not in headers


def test_the_grants_own_calls_are_not_counted_as_outside(platform: Platform) -> None:
    found = platform.tokens()
    platform.refresh(found["refresh_token"])
    [connection] = platform.connections(found["access_token"])
    platform.http.delete(
        f"/connections/{connection['id']}", headers={"Authorization": f"Bearer {found['access_token']}"}
    )
    platform.http.get("/.well-known/openid-configuration")
    platform.http.get("/connect/userinfo", headers={"Authorization": f"Bearer {found['access_token']}"})
    seen = platform.http.get("/control/calls").json()
    assert seen["outside_calls"] == 0
    assert (seen["paths"]["token"], seen["paths"]["disconnect"]) == (2, 1)
