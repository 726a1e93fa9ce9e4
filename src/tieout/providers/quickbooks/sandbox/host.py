"""The sandbox as a WSGI application: addresses, the companies that it serves, and what arrived."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tieout.providerkit import sandbox_page
from tieout.providerkit.sandbox_clock import Clock
from tieout.providerkit.sandbox_faults import Faults
from tieout.providerkit.sandbox_tally import Tally
from tieout.providers.quickbooks.sandbox import answers, api, consent, control, misbehave, oauth
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.faults import KNOWN
from tieout.providers.quickbooks.sandbox.frame import Style
from tieout.providers.quickbooks.sandbox.grants import Grants
from tieout.providers.quickbooks.sandbox.limits import Limits
from tieout.providers.quickbooks.sandbox.webhooks import Webhooks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ADDRESSES = Map(
    [
        Rule("/", endpoint="front"),
        Rule("/sandbox.css", endpoint="style"),
        Rule("/.well-known/openid_configuration", endpoint="discovery"),
        Rule("/.well-known/openid_configuration/", endpoint="discovery"),
        Rule("/.well-known/openid_sandbox_configuration", endpoint="discovery"),
        Rule("/.well-known/openid_sandbox_configuration/", endpoint="discovery"),
        Rule(oauth.AUTHORIZE, endpoint="authorise", methods=["GET", "POST"]),
        Rule(oauth.TOKEN, endpoint="token", methods=["POST"]),
        Rule(oauth.REVOKE, endpoint="revoke", methods=["POST"]),
        Rule(oauth.USERINFO, endpoint="userinfo", methods=["GET"]),
        Rule(oauth.JWKS, endpoint="jwks", methods=["GET"]),
        Rule("/v3/company/<realm>/<path:rest>", endpoint="api"),
        Rule("/control/<path:command>", endpoint="control"),
    ],
    strict_slashes=True,
    merge_slashes=False,
)
_GRANT_CALLS = ("discovery", "token", "revoke", "userinfo", "jwks")


class Sandbox:
    """A stand-in of QuickBooks Online. ``app`` is the WSGI application; the rest is for tests in the same process."""

    def __init__(
        self,
        engines: Iterable[Engine],
        *,
        clock: Clock | None = None,
        limits: bool = True,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        """``sleep`` makes the sandbox as far away as the platform is (see `Limits`)."""
        self.engines = {engine.realm: engine for engine in engines}
        self.clock = clock or Clock(datetime.now(UTC), ticks)
        self.grants = Grants(self.clock)
        self.limits = Limits(ticks, on=limits, sleep=sleep)
        self.tally = Tally()
        self.faults = Faults(KNOWN)
        self.webhooks = Webhooks(self.clock)
        self.lock = threading.RLock()
        for engine in self.engines.values():
            engine.clock = self.clock
            engine.go_live()
            engine.tell = partial(self.webhooks.changed, engine.realm)

    def engine(self, realm: str | None = None) -> Engine:
        """Return a company's books; without a realm, the first company's."""
        return self.engines[realm] if realm else next(iter(self.engines.values()))

    def style(self, path: str) -> Style:
        """Return the dialect that a report is written in."""
        fault = self.faults.take("dialect", path)
        return Style(modern=fault is not None and fault.value == "modern")

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        return self._answer(request)(environ, start_response)

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
                return consent.front(self.engines.values())
            case "style":
                return sandbox_page.stylesheet()
            case "authorise":
                return oauth.authorise(self, request)
            case _:
                return self._platform(request, endpoint, values)

    def _platform(self, request: Request, endpoint: str, values: Mapping[str, str]) -> Response:
        if endpoint in _GRANT_CALLS:
            self.tally.paths[endpoint] += 1
        if wrong := misbehave.instead(self.faults, request.path, self.clock):
            if endpoint == "api":
                self.tally.paths["answered with a fault"] += 1
            return wrong
        if endpoint == "api":
            response = api.serve(self, request, values["realm"], values["rest"])
        else:
            response = self._grant_call(request, endpoint)
        return misbehave.spoilt(response, self.faults, request.path)

    def _grant_call(self, request: Request, endpoint: str) -> Response:
        with self.lock:
            match endpoint:
                case "discovery":
                    return oauth.discovery(request)
                case "token":
                    return oauth.token(self, request)
                case "revoke":
                    return oauth.revoke(self, request)
                case "userinfo":
                    return oauth.userinfo(self, request)
                case _:
                    return answers.json_answer({"keys": []})
