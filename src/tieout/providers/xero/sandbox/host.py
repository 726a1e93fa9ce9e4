"""The sandbox as a WSGI application: addresses, the organisations that it serves, and what arrived."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tieout.providerkit import sandbox_page
from tieout.providerkit.sandbox_clock import Clock
from tieout.providerkit.sandbox_faults import Faults
from tieout.providerkit.sandbox_tally import Tally
from tieout.providers.xero.sandbox import api, connections, consent, control, faults, misbehave, oauth
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.facts import Facts
from tieout.providers.xero.sandbox.grants import Grants
from tieout.providers.xero.sandbox.limits import Limits
from tieout.providers.xero.sandbox.scopes import App
from tieout.providers.xero.sandbox.webhooks import Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ADDRESSES = Map(
    [
        Rule("/", endpoint="front"),
        Rule("/sandbox.css", endpoint="style"),
        Rule("/.well-known/openid-configuration", endpoint="discovery"),
        Rule(oauth.JWKS, endpoint="jwks"),
        Rule(oauth.AUTHORIZE, endpoint="authorise", methods=["GET", "POST"]),
        Rule(oauth.TOKEN, endpoint="token", methods=["POST"]),
        Rule(oauth.REVOKE, endpoint="revoke", methods=["POST"]),
        Rule(oauth.USERINFO, endpoint="userinfo", methods=["GET"]),
        Rule("/connections", endpoint="connections", methods=["GET"]),
        Rule("/Connections", endpoint="connections", methods=["GET"]),
        Rule("/connections/<connection>", endpoint="disconnect", methods=["DELETE"]),
        Rule("/Connections/<connection>", endpoint="disconnect", methods=["DELETE"]),
        Rule("/api.xro/2.0/<path:rest>", endpoint="api"),
        Rule("/control/<path:command>", endpoint="control"),
    ],
    strict_slashes=True,
    merge_slashes=False,
)
_RAPID_SYNC = timedelta(minutes=30)


class Sandbox:
    """A stand-in of Xero. ``app`` is the WSGI application; the rest is for tests in the same process."""

    def __init__(
        self,
        organisations: Iterable[Organisation],
        *,
        clock: Clock | None = None,
        limits: bool = True,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """``ticks`` is running time, which the limits go by; putting the clock forward puts them forward too."""
        self.organisations = {it.tenant: it for it in organisations}
        self.clock = clock or Clock(datetime.now(UTC), ticks)
        self.registration = App()
        self.facts = Facts()
        self.grants = Grants(self.clock)
        self.limits = Limits(lambda: ticks() + self.clock.skipped.total_seconds(), on=limits, rapid=self._rapid)
        self.tally = Tally()
        self.faults = Faults(faults.KNOWN)
        self.webhooks = Webhooks(self.clock, connected=self._connected)
        self.lock = threading.RLock()
        for organisation in self.organisations.values():
            organisation.clock = self.clock
            organisation.tell = partial(self.webhooks.changed, organisation)

    def organisation(self, tenant: str | None = None) -> Organisation:
        """Return an organisation's books; without a tenant, the first one's."""
        return self.organisations[tenant] if tenant else next(iter(self.organisations.values()))

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        return self._answer(Request(environ))(environ, start_response)

    def _connected(self, tenant: str) -> bool:
        return any(tenant in it.connections for it in self.grants.consents)

    def _rapid(self, client: str, tenant: str) -> bool:
        if not self.facts.rapid_sync or self.registration.tier in ("starter", "core"):
            return False
        since = self.clock.now() - _RAPID_SYNC
        return any(
            it.client == client and tenant in it.connections and it.connections[tenant].created > since
            for it in self.grants.consents
        )

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = _ADDRESSES.bind_to_environ(request.environ).match()
        except HTTPException as error:
            self.tally.paths["unknown"] += 1
            self.tally.outside[f"{request.method} {request.path}"] += 1
            return Response(error.get_response(request.environ).get_data(), status=error.code)
        match endpoint:
            case "control":
                return control.serve(self, request, values["command"])
            case "front":
                return consent.front(self.organisations.values())
            case "style":
                return sandbox_page.stylesheet()
            case "authorise":
                with self.lock:
                    return oauth.authorise(self, request)
            case "api":
                response = api.serve(self, request, values["rest"])
            case _:
                response = self._grant_call(request, endpoint, values)
        return misbehave.spoilt(response, self.faults, request.path)

    def _grant_call(self, request: Request, endpoint: str, values: Mapping[str, str]) -> Response:
        self.tally.paths[endpoint] += 1
        if wrong := misbehave.instead(self.faults, request.path):
            return wrong
        calls: dict[str, Callable[[], Response]] = {
            "discovery": lambda: oauth.discovery(request),
            "jwks": oauth.keys,
            "token": lambda: oauth.token(self, request),
            "revoke": lambda: oauth.revoke(self, request),
            "userinfo": lambda: oauth.userinfo(self, request),
            "connections": lambda: connections.listed(self, request),
            "disconnect": lambda: connections.ended(self, request, values["connection"]),
        }
        with self.lock:
            return calls[endpoint]()
