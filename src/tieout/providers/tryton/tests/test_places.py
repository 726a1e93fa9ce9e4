"""The guard: one address for all calls, so the body says what may leave."""

from __future__ import annotations

import httpx2
import msgspec
import pytest

from tieout.kit.http import CallGroup, Outbound, RefusedCall
from tieout.providerkit import registry
from tieout.providers.tryton.places import Place, place

ADDRESS = "http://127.0.0.1:8000"


def sent(group: CallGroup, method: str, *, path: str = "/tryton/rpc/", verb: str = "POST", body: object = None) -> int:
    """Return the status of a call that arrived. Raise RefusedCall where it did not leave."""
    transport = httpx2.MockTransport(lambda _request: httpx2.Response(204))
    raw = msgspec.json.encode({"id": 1, "method": method, "params": []} if body is None else body)
    return Outbound(known({}).calls(), group, transport).send(verb, f"{ADDRESS}{path}", content=raw).status


def known(settings: dict[str, str]) -> Place:
    found = place({"URL": ADDRESS, **settings})
    assert found is not None
    return found


@pytest.mark.parametrize("method", ["common.db.login", "common.db.logout"])
def test_logging_in_and_out_belongs_to_the_grant(method: str) -> None:
    assert sent(CallGroup.GRANT, method) == 204
    with pytest.raises(RefusedCall):
        sent(CallGroup.READ, method)


@pytest.mark.parametrize(
    "method",
    ["model.account.move.search_read", "model.account.account.search_count", "model.res.user.get_preferences"],
)
def test_reads_are_reads(method: str) -> None:
    assert sent(CallGroup.READ, method) == 204
    with pytest.raises(RefusedCall):
        sent(CallGroup.GRANT, method)


@pytest.mark.parametrize(
    "method",
    [
        "model.account.move.create",
        "model.account.move.write",
        "model.account.move.delete",
        "model.account.move.post",
        "model.account.move.search_read ",
        "model.res.user.search_read",
        "model.res.user.set_preferences",
        "model.account.payment.search_read",
        "wizard.account.move.cancel.execute",
        "report.account.general_ledger.execute",
        "common.db.reset_password",
        "system.listMethods",
        "",
    ],
)
def test_nothing_else_leaves(method: str) -> None:
    for group in CallGroup:
        with pytest.raises(RefusedCall):
            sent(group, method)


READ = "model.account.move.search_read"


@pytest.mark.parametrize(
    "body",
    [
        [READ],
        {"id": 1, "method": READ},
        {"id": 1, "method": [READ], "params": []},
        {"id": 1, "method": READ, "params": [], "kwargs": {}},
        "text",
    ],
)
def test_a_body_that_is_no_call_does_not_leave(body: object) -> None:
    with pytest.raises(RefusedCall):
        sent(CallGroup.READ, "", body=body)


@pytest.mark.parametrize("path", ["/other/rpc/", "/rpc/", "/tryton/rpc", "/tryton/rpc/x", "/tryton/session/login"])
def test_no_other_path_is_called(path: str) -> None:
    with pytest.raises(RefusedCall):
        sent(CallGroup.READ, READ, path=path)


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE", "PATCH"])
def test_nothing_but_post_is_sent(verb: str) -> None:
    with pytest.raises(RefusedCall):
        sent(CallGroup.READ, READ, verb=verb)


def test_the_settings_name_one_server_and_one_database() -> None:
    found = known({"DATABASE": "erp"})
    assert (found.rpc, found.is_sandbox) == (f"{ADDRESS}/erp/rpc/", False)
    assert place({"URL": "https://erp.example.com/"}) == Place(
        known({"URL": "https://erp.example.com"}).origin, "tryton", False
    )
    assert place({}) is None


@pytest.mark.parametrize(
    "settings",
    [
        {"URL": "http://erp.example.com"},  # a password would pass in the clear
        {"URL": "https://erp.example.com/path"},
        {"URL": "https://user:secret@erp.example.com"},
        {"URL": "erp.example.com"},
        {"DATABASE": "a/b"},
        {"DATABASE": ".."},
        {"DATABASE": "a b"},
        {"ADDRESS": "http://erp.example.com"},
        {"WEB_CLIENT": "http://erp.example.com"},
    ],
)
def test_settings_that_lead_elsewhere_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        known(settings)


def test_the_demos_server_is_nobodys_books() -> None:
    assert known({"ADDRESS": ADDRESS}).is_sandbox


def test_it_is_found_and_says_whether_it_is_set_up() -> None:
    assert "tryton" in registry.keys()  # noqa: SIM118 - a function
    assert not registry.make("tryton", {}).configured
    provider = registry.make(
        "tryton", {"TIEOUT_TRYTON_URL": ADDRESS, "TIEOUT_TRYTON_WEB_CLIENT": "https://erp.example.com"}
    )
    assert provider.configured
    assert provider.record_link("1", "Cash", "42") == "https://erp.example.com/#tryton/model/account.move/42"
    assert provider.record_link("1", "Cash", "carried") == ""
    assert registry.make("tryton", {"TIEOUT_TRYTON_URL": ADDRESS}).record_link("1", "Cash", "42") == ""
