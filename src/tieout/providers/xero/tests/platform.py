"""The sandbox with two organisations, seen from a browser and from an app."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.host import Sandbox
from tieout.providers.xero.tests.standing import TODAY

BACK = "http://127.0.0.1:8000/connections/callback"
SCOPE = "openid profile email offline_access accounting.settings.read"
ASK = {"client_id": "app", "response_type": "code", "scope": SCOPE, "redirect_uri": BACK, "state": "s-1"}
FIRST = "70784a63-d24b-46a9-a4db-0e70a274b001"
SECOND = "70784a63-d24b-46a9-a4db-0e70a274b002"


class Platform:
    """The sandbox with two organisations, and a browser without script."""

    def __init__(self) -> None:
        clock = Clock.at(TODAY)
        named = ((FIRST, "Maple Florist", "NZD"), (SECOND, "Harbour Tea", "AUD"))
        self.sandbox = Sandbox(
            [
                Organisation(tenant=tenant, name=name, currency=currency, clock=clock)
                for tenant, name, currency in named
            ],
            clock=clock,
            limits=False,
        )
        self.http = httpx2.Client(transport=httpx2.WSGITransport(app=self.sandbox.app), base_url="http://sandbox")

    def decide(self, *tenants: str, decision: str = "allow", **asked: str) -> httpx2.Response:
        form: dict[str, Any] = {**ASK, "decision": decision, **asked, "tenantId": list(tenants or (FIRST,))}
        return self.http.post("/identity/connect/authorize", data=form)

    def consent(self, *tenants: str, **asked: str) -> dict[str, str]:
        """Press the button on the consent page; return what the app's callback gets."""
        answer = self.decide(*tenants, **asked)
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(BACK)
        return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    def token(self, *, secret: str = "secret", **form: str) -> httpx2.Response:
        return self.http.post("/connect/token", data=form, auth=("app", secret))

    def exchange(self, code: str, **form: str) -> httpx2.Response:
        return self.token(grant_type="authorization_code", code=code, redirect_uri=BACK, **form)

    def tokens(self, *tenants: str, **asked: str) -> dict[str, Any]:
        answer = self.exchange(self.consent(*tenants, **asked)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refresh(self, token: str) -> httpx2.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def connections(self, access: str, **params: str) -> list[dict[str, str]]:
        answer = self.http.get("/connections", params=params, headers={"Authorization": f"Bearer {access}"})
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def control(self, command: str, **body: object) -> dict[str, Any]:
        answer = self.http.post(f"/control/{command}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
